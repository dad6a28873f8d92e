// What a person sees when something went wrong: the sentence, what to do about it, and buttons that do it.
import { commands, l10n, window } from 'vscode';
import { EngineError } from '../../client/index.ts';
import type { Failure } from '../../run/index.ts';
import type { Logs } from '../processes/logs.ts';
import type { CommandId } from '../names.ts';

/** Shows a failure with the actions that fit its code. Resolves when the message is gone. */
export async function showFailure(failure: Failure): Promise<void> {
  const actions = actionsFor(failure.code);
  const labels = actions.map(({ label }) => label);
  const chosen = await window.showErrorMessage(sentence(failure), ...labels);
  const action = actions.find(({ label }) => label === chosen);
  if (action) await commands.executeCommand(action.command, ...(action.arguments ?? []));
}

/** The one wrapper at the border of the extension: an error that nobody expected is logged with its stack and shown. */
export function reportTo(logs: Logs): (error: unknown) => void {
  return (error) => {
    if (error instanceof EngineError) {
      logs.extension.warn(`${error.failure.code}: ${error.failure.message}`);
      void showFailure(error.failure);
      return;
    }
    logs.extension.error(error instanceof Error ? error : String(error));
    void showFailure({
      code: 'internal',
      message: l10n.t('Segue made a mistake: {0}', error instanceof Error ? error.message : String(error)),
      retryable: false,
    });
  };
}

/** Message and remedy in one line. */
export function sentence({ message, remedy }: Failure): string {
  return remedy === undefined ? message : `${message} ${remedy}`;
}

interface Action {
  readonly label: string;
  readonly command: CommandId | 'workbench.actions.view.problems' | 'workbench.trust.manage';
  readonly arguments?: readonly unknown[];
}

function actionsFor(code: string): readonly Action[] {
  switch (code) {
    case 'internal':
      return [showLogs(), { label: l10n.t('Report Issue'), command: 'segue.reportIssue' }];
    case 'engine_not_answering':
    case 'engine_keeps_falling':
      return [{ label: l10n.t('Restart Engine'), command: 'segue.restartEngine' }, showLogs()];
    case 'invalid_workflow':
      return [{ label: l10n.t('Show Problems'), command: 'workbench.actions.view.problems' }];
    case 'not_trusted':
      return [{ label: l10n.t('Manage Trust'), command: 'workbench.trust.manage' }];
    case 'missing_key':
      return [{ label: l10n.t('Set Key…'), command: 'segue.setApiKey' }];
    case 'unknown_provider':
    case 'bad_base_url':
      return [{ label: l10n.t('Open Config'), command: 'segue.openConfig' }];
    default:
      return code.startsWith('engine_') ? [showLogs()] : [];
  }
}

function showLogs(): Action {
  return { label: l10n.t('Show Logs'), command: 'segue.showLogs' };
}
