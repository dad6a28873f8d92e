// What can be done with runs: start, stop, answer, look.
import { env, l10n, Uri, window } from 'vscode';
import { join } from 'node:path';
import { isJsonObject, largeOf, type OpenQuestion } from '../../run/index.ts';
import type { App } from '../app.ts';
import { askAnswer } from '../forms/ask-answer.ts';
import { wantedKey } from '../keys/offers.ts';
import { askForKey } from '../keys/ask-key.ts';
import type { Engine } from '../processes/engine.ts';
import { isResumable } from '../views/run-item.ts';
import { isLive, type RunEntry } from '../views/run-list.ts';
import { showFailure } from '../views/show-failure.ts';
import { chosenRun } from './choose-run.ts';
import { answerRun, cancelRun, resumeRun } from './send.ts';
import { startRun } from './start-run.ts';
import { chosenFile } from './workflow-file.ts';

export async function runWorkflow(app: App, argument: unknown, mock: boolean): Promise<string | undefined> {
  const uri = await chosenFile(argument);
  return uri && startRun(app, uri, { mock });
}

export async function cancelOne(app: App, argument: unknown): Promise<void> {
  const title = l10n.t('Cancel which run?');
  const entry = await chosenRun(app, argument, title, ({ run }) => isLive(run), l10n.t('Segue: nothing is running.'));
  const refused = entry && (await cancelRun(entry.engine, entry.run.runId));
  if (refused) await showFailure(refused);
}

export async function cancelAll(app: App): Promise<void> {
  await app.runs.refresh();
  const live = app.runs.live();
  if (live.length === 0) {
    void window.showInformationMessage(l10n.t('Segue: nothing is running.'));
    return;
  }
  const cancel = l10n.t('Cancel All');
  const chosen = await window.showWarningMessage(
    l10n.t('Cancel {0} runs?', live.length),
    { modal: true, detail: live.map(({ run }) => run.name).join('\n') },
    cancel,
  );
  if (chosen !== cancel) return;
  const refusals = await Promise.all(live.map(({ engine, run }) => cancelRun(engine, run.runId)));
  for (const refused of refusals) if (refused && refused.code !== 'run_ended') await showFailure(refused);
}

export async function resumeOne(app: App, argument: unknown): Promise<void> {
  const title = l10n.t('Resume which run?');
  const none = l10n.t('Segue: no run here was cancelled or failed.');
  const entry = await chosenRun(app, argument, title, ({ run }) => isResumable(run), none);
  if (!entry) return;
  const refused = await resumeRun(app, entry.engine, entry.run.runId);
  if (refused) return showFailure(refused);
  app.panels.open(entry.engine, entry.run.runId, entry.run.name, false);
}

export async function answerOne(app: App, argument: unknown): Promise<void> {
  const title = l10n.t('Answer which run?');
  const none = l10n.t('Segue: no run asks you anything.');
  const entry = await chosenRun(app, argument, title, ({ run }) => run.questions.length > 0, none);
  const [question] = entry?.run.questions ?? [];
  if (entry && question) await askAndAnswer(app, entry, question);
}

/** Asks the person, and sends the answer. */
export async function askAndAnswer(app: App, { engine, run }: RunEntry, question: OpenQuestion): Promise<void> {
  const answer = await askAnswer(run.name, question);
  if (answer === undefined) return;
  const refused = await answerRun(app, engine, run.runId, question.id, answer);
  if (refused) await showFailure(refused);
}

export async function showOne(app: App, argument: unknown): Promise<void> {
  if (typeof argument === 'string') return showById(app, argument);
  const title = l10n.t('Show which run?');
  const entry = await chosenRun(app, argument, title, () => true, l10n.t('Segue: there are no runs here yet.'));
  if (entry) app.panels.open(entry.engine, entry.run.runId, entry.run.name, false);
}

/** One that may be too old to be listed. */
async function showById(app: App, runId: string): Promise<void> {
  const listed = app.runs.find(runId);
  if (listed) return app.panels.open(listed.engine, runId, listed.run.name, false);
  for (const engine of app.engines.all().filter((one) => one.hasRecord())) {
    const answer = await (await engine.connect()).ask({ type: 'run', runId });
    if (answer.type === 'run') return app.panels.open(engine, runId, answer.run.name, false);
  }
  void window.showInformationMessage(l10n.t('Segue: that run is not recorded any more.'));
}

export async function copyId(app: App, argument: unknown): Promise<void> {
  const title = l10n.t('Copy the id of which run?');
  const entry = await chosenRun(app, argument, title, () => true, l10n.t('Segue: there are no runs here yet.'));
  if (entry) await env.clipboard.writeText(entry.run.runId);
}

export async function runAgainOne(app: App, argument: unknown): Promise<void> {
  const title = l10n.t('Run which one again?');
  const entry = await chosenRun(app, argument, title, () => true, l10n.t('Segue: there are no runs here yet.'));
  if (entry) await runAgain(app, entry.engine, entry.run.runId);
}

/** Starts the file of a run, as it is now, with the inputs of that run. */
export async function runAgain(app: App, engine: Engine, runId: string): Promise<void> {
  const client = await engine.connect();
  const answer = await client.ask({ type: 'events', runId, fromSeq: 1, limit: 1 });
  if (answer.type === 'refused') return showFailure(answer.refused);
  const first = answer.type === 'events' ? answer.events[0] : undefined;
  if (first?.type !== 'run-started') throw new Error(`Run ${runId} has no first event.`);
  const uri = Uri.file(join(first.workspace, ...first.plan.file.split('/')));
  // Large inputs are kept apart; they are asked for again.
  const inputs = largeOf(first.inputs) || !isJsonObject(first.inputs) ? undefined : first.inputs;
  await startRun(app, uri, { mock: first.mock, ...(inputs && { inputs }) });
}

/** Sets the key that a run waits for, or one that is chosen. */
export async function setKeyForRun(app: App, runId: string): Promise<void> {
  const entry = app.runs.find(runId);
  await askForKey(app.keys, entry && wantedKey(entry.run));
}
