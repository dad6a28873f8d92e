// What changes: documents in the editor, files on the disk, the folders that are open. Whoever depends on it hears of it.
import {
  type Connection,
  DidChangeWatchedFilesNotification,
  FileChangeType,
  type FileEvent,
  type TextDocuments,
} from 'vscode-languageserver';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import type { Checks } from './checks.ts';
import type { Documents } from './documents.ts';
import type { Safely } from './guard.ts';
import type { FilesOnDisk } from './other-files.ts';
import type { Client } from './requests/request.ts';
import type { WorkspaceCheck } from './workspace-check.ts';
import type { WorkspaceConfigs } from './workspace-config.ts';
import type { WorkspaceFiles } from './workspace-files.ts';

interface Parts {
  readonly texts: TextDocuments<TextDocument>;
  readonly documents: Documents;
  readonly configs: WorkspaceConfigs;
  readonly disk: FilesOnDisk;
  readonly files: WorkspaceFiles;
  readonly checks: Checks;
  readonly workspaceCheck: WorkspaceCheck;
  readonly safely: Safely;
}

/** Listens until the connection ends. */
export function listenToChanges(connection: Connection, parts: Parts): void {
  listenToDocuments(parts);
  const { texts, safely } = parts;
  const changed = (events: readonly FileEvent[]) =>
    void safely.later('reading what has changed', undefined, () => filesHaveChanged(events, parts));
  // For clients that watch no files: whatever was saved may be the configuration, or what a workflow names.
  texts.onDidSave(({ document: { uri } }) => changed([{ uri, type: FileChangeType.Changed }]));
  texts.onDidClose(({ document: { uri } }) => changed([{ uri, type: FileChangeType.Changed }]));
  connection.onDidChangeWatchedFiles(({ changes }) => changed(changes));
}

/** What of our own a client shall watch for us. */
const watched = ['**/*.segue.{yaml,yml,json}', '**/*.agent.yaml', '**/.segue/config.yaml'];

/** Looks for the files of the workspace, and asks the client to tell what becomes of them. For after `initialized`. */
export function watchWorkspace(connection: Connection, client: Client, parts: Parts): void {
  const { files, disk, checks, workspaceCheck, safely } = parts;
  const later = (what: string, work: () => Promise<unknown>) => void safely.later(what, undefined, work);
  later('looking for files', () => files.scan());
  const can = client.capabilities.workspace;
  const watchers = watched.map((globPattern) => ({ globPattern }));
  if (can?.didChangeWatchedFiles?.dynamicRegistration)
    later('watching files', () => connection.client.register(DidChangeWatchedFilesNotification.type, { watchers }));
  if (!can?.workspaceFolders) return;
  let folders = client.folders;
  connection.workspace.onDidChangeWorkspaceFolders(({ added, removed }) =>
    later('changing folders', async () => {
      const gone = new Set(removed.map(({ uri }) => uri));
      folders = [...folders.filter((uri) => !gone.has(uri)), ...added.map(({ uri }) => uri)];
      for (const one of [files, disk]) one.setFolders(folders);
      await files.scan();
      checks.askDependents();
      await workspaceCheck.renew();
    }),
  );
}

function listenToDocuments({ texts, documents, checks, safely }: Parts): void {
  // Also sent when a document is opened.
  texts.onDidChangeContent(({ document }) =>
    safely('reading a change', undefined, () => {
      if (!documents.put(document)) return;
      checks.ask(document.uri);
      checks.askDependents();
    }),
  );
  texts.onDidClose(({ document: { uri } }) =>
    safely('closing a document', undefined, () => {
      documents.remove(uri);
      checks.drop(uri);
      checks.askDependents();
    }),
  );
}

async function filesHaveChanged(events: readonly FileEvent[], parts: Parts): Promise<void> {
  const { configs, checks, disk, files, workspaceCheck } = parts;
  configs.forget();
  checks.askDependents();
  await files.apply(events);
  await disk.renew();
  checks.askDependents();
  await workspaceCheck.renew(events.map(({ uri }) => uri));
}
