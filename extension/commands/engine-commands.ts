// The processes behind the editor: logs, stop, restart.
import { l10n, window } from 'vscode';
import { EngineError } from '../../client/index.ts';
import type { App } from '../app.ts';
import type { Engine } from '../processes/engine.ts';

export async function showLogs(app: App): Promise<void> {
  const items = [
    { label: 'Segue Engine', show: () => app.logs.engine.show(true) },
    { label: 'Segue', show: () => app.logs.extension.show(true) },
    { label: 'Segue Language Server', show: () => app.language.showLog() },
  ];
  const chosen = await window.showQuickPick(items, { title: l10n.t('Which log?') });
  chosen?.show();
}

export async function stopEngines(app: App): Promise<void> {
  const running = app.engines.all().filter((engine) => engine.seemsToRun());
  if (running.length === 0) {
    void window.showInformationMessage(l10n.t('Segue: no engine is running.'));
    return;
  }
  for (const engine of running) await stopOne(engine, l10n.t('Stop'));
}

export async function restartEngines(app: App): Promise<void> {
  const known = app.engines.all().filter((engine) => engine.seemsToRun() || engine.hasRecord());
  for (const engine of known) {
    if (await stopOne(engine, l10n.t('Restart'))) await engine.connect();
  }
  if (known.length > 0) void window.setStatusBarMessage(l10n.t('Segue: the engine was restarted.'), 5_000);
  else void window.showInformationMessage(l10n.t('Segue: there is no engine to restart yet. It starts with a run.'));
}

/** @returns whether it is gone */
async function stopOne(engine: Engine, action: string): Promise<boolean> {
  try {
    const answer = await engine.stop(false);
    if (!answer || answer.going) return true;
    if (await confirm(l10n.t('The engine is at work: {0}.', answer.busy), action)) {
      await engine.stop(true);
      return true;
    }
    await engine.connect();
    return false;
  } catch (error) {
    if (!(error instanceof EngineError) || error.failure.code !== 'engine_not_answering') throw error;
    if (!(await confirm(error.failure.message, l10n.t('End It')))) return false;
    await engine.kill();
    return true;
  }
}

async function confirm(message: string, action: string): Promise<boolean> {
  const detail = l10n.t('Calls under way count as lost. Unfinished runs go on with the next engine.');
  return (await window.showWarningMessage(message, { modal: true, detail }, action)) === action;
}
