/**
 * Takes the README's pictures (`docs/images`) in a real VS Code, of the examples in the package that
 * `npm run package` made last: `node scripts/take-pictures.ts`. Look at them before you commit them.
 */
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { launchBrowser } from '../test/host/browser.ts';
import { installHost } from '../test/host/install.ts';
import { type Server, startServer } from '../test/host/server.ts';
import { packedExtension } from '../test/host/shared-editor.ts';
import { Stage } from '../test/host/stage.ts';
import { openWindow, type Workbench } from '../test/host/workbench.ts';

const root = join(import.meta.dirname, '..');
const file = 'research.segue.yaml';

await takePicture('run-panel-dark', 'Dark 2026', async (window) => {
  await window.openFile(file);
  // The last line first, so that the tasks come to the top.
  for (const line of [90, 35]) await window.goTo(line);
  await window.openRunsView();
  await window.command('Segue: Run Workflow');
  for (const input of ['topic', 'facts']) {
    await window.question(`Run research-report: ${input}`).waitFor();
    await window.page.keyboard.press('Enter');
  }
  await window.webview().locator('pre.text.live', { hasText: 'They store more' }).waitFor();
});

await takePicture('quick-fix-light', 'Light 2026', async (window, folder) => {
  const text = readFileSync(join(folder, file), 'utf8').replace(
    'agent: writer\n      with',
    'agent: wrtier\n      with',
  );
  writeFileSync(join(folder, file), text);
  await window.openFile(file);
  await window.command('View: Toggle Primary Side Bar Visibility');
  const before = text.slice(0, text.indexOf('wrtier'));
  await window.goTo(before.split('\n').length, before.length - before.lastIndexOf('\n') + 3);
  await window.squiggles('error').first().waitFor();
  await window.offerFix('Change to writer');
});

async function takePicture(
  name: string,
  theme: string,
  act: (window: Workbench, folder: string) => Promise<void>,
): Promise<void> {
  const stage = new Stage('p');
  const host = await installHost();
  const opened: { browser?: Browser; server?: Server } = {};
  try {
    const settings = {
      'workbench.colorTheme': theme,
      'editor.minimap.enabled': false,
      // The editor's own offers in the same menu are not what the picture is about.
      'chat.disableAIFeatures': true,
      'editor.stickyScroll.enabled': false,
    };
    opened.server = await startServer(stage, host, { vsix: packedExtension(), settings });
    opened.browser = await launchBrowser(stage, host);
    const folder = slowExample(stage);
    const window = await openWindow(opened.browser, opened.server, { folder });
    await act(window, folder);
    await window.page.mouse.move(700, 890);
    await window.page.screenshot({ path: join(root, 'docs/images', `${name}.png`) });
  } finally {
    await opened.browser?.close();
    await stage.close();
  }
}

/** A copy of the example whose mock models take fifteen times as long, so that there is time to take a picture. */
function slowExample(stage: Stage): string {
  const folder = stage.path('research');
  cpSync(join(root, 'examples/research'), folder, { recursive: true, filter: (from) => !from.includes('.segue/') });
  const text = readFileSync(join(folder, file), 'utf8');
  const slow = text.replace(/delay: (\d+)ms/g, (_, ms: string) => `delay: ${Number(ms) * 15}ms`);
  writeFileSync(join(folder, file), slow);
  return folder;
}
