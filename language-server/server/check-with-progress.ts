// A check of the workspace as somebody sees it who has asked for it: with progress, a way to stop it, and what came of it.
import {
  type CancellationToken,
  CancellationTokenSource,
  type Connection,
  MessageType,
  ShowMessageNotification,
} from 'vscode-languageserver';
import type { CheckedWorkspace, WorkspaceCheck } from './workspace-check.ts';
import type { WorkspaceFiles } from './workspace-files.ts';

interface Parts {
  readonly files: WorkspaceFiles;
  readonly workspaceCheck: WorkspaceCheck;
}

/**
 * Looks for the files anew, for a client that watches none, and checks them.
 * @param token of the request; the progress that the client shows can be cancelled as well
 */
export async function checkWithProgress(
  connection: Connection,
  { files, workspaceCheck }: Parts,
  token: CancellationToken,
): Promise<CheckedWorkspace> {
  const progress = await connection.window.createWorkDoneProgress();
  const cancelling = new CancellationTokenSource();
  const stops = [token, progress.token].map((either) => either.onCancellationRequested(() => cancelling.cancel()));
  if (token.isCancellationRequested) cancelling.cancel();
  progress.begin('Segue: checking the workspace', 0, undefined, true);
  try {
    await files.scan(cancelling.token);
    let told = 0;
    const checked = await workspaceCheck.run(cancelling.token, (at, of) => {
      const percent = Math.floor((at / of) * 100);
      if (percent > told) progress.report(percent, `${at} of ${of} files`);
      told = percent;
    });
    await connection.sendNotification(ShowMessageNotification.type, { type: MessageType.Info, message: said(checked) });
    return checked;
  } finally {
    for (const stop of stops) stop.dispose();
    progress.done();
  }
}

function said({ files, filesWithFindings, wasCancelled }: CheckedWorkspace): string {
  const checked = `${wasCancelled ? 'Stopped. ' : ''}${files === 1 ? '1 file was' : `${files} files were`} checked`;
  const findings = filesWithFindings === 0 ? 'nothing was found' : `there are findings in ${filesWithFindings}`;
  return `Segue: ${checked}, those open in an editor aside: ${findings}.`;
}
