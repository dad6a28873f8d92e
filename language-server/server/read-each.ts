// Work on all files of the workspace: none of it holds up whoever types.
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { CancellationToken } from 'vscode-languageserver';
import type { OpenDocument } from '../features/open-document.ts';
import type { Workspace } from '../features/workspace.ts';
import type { Safely } from './guard.ts';
import type { WorkspaceFiles } from './workspace-files.ts';

interface Parts {
  readonly documents: Workspace;
  readonly files: Pick<WorkspaceFiles, 'settled'>;
  readonly safely: Safely;
}

/**
 * Reads one document after the other, when the workspace is known.
 * @param token once it is cancelled no further one is begun
 */
export async function readEach(
  read: (document: OpenDocument) => unknown,
  { documents, files, safely }: Parts,
  token: CancellationToken,
): Promise<void> {
  await files.settled;
  for (const document of documents.documents()) {
    if (token.isCancellationRequested) return;
    await safely.later(`reading ${document.facts.uri}`, undefined, async () => read(document));
    await nextTurn();
  }
}
