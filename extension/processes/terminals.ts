// What VS Code's own terminals get: `segue` on the path, and the open folders, so that a run from a terminal lands in
// the same data folder as one from the editor.
import { delimiter } from 'node:path';
import { type Disposable, type ExtensionContext, workspace } from 'vscode';

/** Sets the terminals' environment, now and when folders come and go. */
export function equipTerminals(context: ExtensionContext): Disposable {
  const equip = (): void => {
    const variables = context.environmentVariableCollection;
    variables.clear();
    variables.description = 'segue (run workflows from the terminal)';
    const everywhere = { applyAtProcessCreation: true, applyAtShellIntegration: true };
    variables.prepend('PATH', `${context.asAbsolutePath('extension/bin')}${delimiter}`, everywhere);
    // The shim runs on the Node of the editor: a terminal may have none, or an old one.
    variables.replace('SEGUE_NODE', process.execPath);
    const folders = (workspace.workspaceFolders ?? []).filter((folder) => folder.uri.scheme === 'file');
    if (folders.length > 0) {
      variables.replace('SEGUE_WORKSPACE', folders.map((folder) => folder.uri.fsPath).join(delimiter));
    }
  };
  equip();
  return workspace.onDidChangeWorkspaceFolders(equip);
}
