// Every custom element that is not ours is registered here, so that a kit can be replaced by changing one file.
// The toolkit gets the prefix `tk`: both kits have a `vscode-button`, and the first to register would win silently.
import {
  provideVSCodeDesignSystem,
  vsCodeButton,
  vsCodeCheckbox,
  vsCodeDropdown,
  vsCodeOption,
  vsCodeProgressRing,
  vsCodeTextArea,
  vsCodeTextField,
} from '@vscode/webview-ui-toolkit';
import '@vscode-elements/elements/dist/vscode-split-layout/index.js';
import '@vscode-elements/elements/dist/vscode-toolbar-button/index.js';

// The toolkit's badge stays out: it writes a style attribute, which a strict policy forbids.
const prefix = 'tk';

/** Makes the controls of both kits known to the page. Call once, before the first rendering. */
export function registerElements(): void {
  provideVSCodeDesignSystem().register(
    vsCodeButton({ prefix }),
    vsCodeCheckbox({ prefix }),
    vsCodeDropdown({ prefix }),
    vsCodeOption({ prefix }),
    vsCodeProgressRing({ prefix }),
    vsCodeTextArea({ prefix }),
    vsCodeTextField({ prefix }),
  );
}
