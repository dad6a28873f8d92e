// Where files and their runs lie, and what keeps a file from being run.
import { dirname } from 'node:path';
import { commands, l10n, type Uri, window, workspace } from 'vscode';
import { type DataDir, findDataDir, findDataDirOfFolder } from '../../client/index.ts';

/** The data folder of a file on disk. */
export function placeOfFile(uri: Uri): DataDir {
  const folder = workspace.getWorkspaceFolder(uri);
  const cwd = dirname(uri.fsPath);
  // Without a folder of its own the file lies alone: what the editor's own environment says is not about it.
  return findDataDir(uri.fsPath, folder ? { workspace: folder.uri.fsPath, cwd } : { cwd, env: withoutWorkspace() });
}

/** The data folders of the open workspace folders, each once. They may not exist yet. */
export function placesOfWorkspace(): readonly DataDir[] {
  const places = (workspace.workspaceFolders ?? [])
    .filter((folder) => folder.uri.scheme === 'file')
    .map((folder) => findDataDirOfFolder(folder.uri.fsPath, { workspace: folder.uri.fsPath }));
  return [...new Map(places.map((place) => [place.dataDir, place])).values()];
}

/** Whether the window shows folders that are on no disk of this machine. */
export function isVirtualWorkspace(): boolean {
  const folders = workspace.workspaceFolders ?? [];
  return folders.length > 0 && folders.every((folder) => folder.uri.scheme !== 'file');
}

/** Whether something may be run here at all; if not, says why, and what to do. */
export async function mayRun(uri?: Uri): Promise<boolean> {
  if (isVirtualWorkspace() || (uri && uri.scheme !== 'file' && uri.scheme !== 'untitled')) {
    void window.showErrorMessage(
      l10n.t(
        'Segue can not run workflows here: the folder is not on a disk that an engine could read. Open it from a disk; editing help works here too.',
      ),
    );
    return false;
  }
  if (workspace.isTrusted) return true;
  const trust = l10n.t('Manage Trust');
  const chosen = await window.showErrorMessage(
    l10n.t('Segue does not run workflows in Restricted Mode, because they may use keys and act on files.'),
    trust,
  );
  if (chosen === trust) await commands.executeCommand('workbench.trust.manage');
  return false;
}

function withoutWorkspace(): NodeJS.ProcessEnv {
  const { SEGUE_WORKSPACE: _, ...env } = process.env;
  return env;
}
