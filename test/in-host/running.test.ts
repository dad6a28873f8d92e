// Runs through the real engine, started by the commands that a person uses; a second client looks on.
import { strict as assert } from 'node:assert';
import { commands, TabInputWebview, window } from 'vscode';
import type { EngineConnection } from '../../client/index.ts';
import type { RunEvent } from '../../run/index.ts';
import { activate, connectToEngine, eventsUntil, file, openFile, pressEnter, runs, until } from './window.ts';

describe('running', () => {
  let engine: EngineConnection;

  before(activate);
  after(() => engine?.close());

  it('runs a workflow to the question, takes the answer, and runs to the end', async () => {
    await openFile('ask.segue.yaml');
    const runId = await commands.executeCommand<string>('segue.run');
    assert.ok(runId, 'a run was started');
    engine = await connectToEngine();
    await eventsUntil(engine, runId, ({ type }) => type === 'question-asked');
    const answered = commands.executeCommand('segue.answerQuestion');
    await acceptUntilDone(answered);
    const events = await eventsUntil(engine, runId, ({ type }) => type === 'run-ended');
    const last = events.at(-1);
    assert.ok(last?.type === 'run-ended');
    assert.equal(last.status, 'completed');
    assert.deepEqual(last.outputs, { decision: 'publish', final: 'Done.' });
    assertOneEndPerCall(events);
  });

  it('opens one panel for the run', async () => {
    const panels = () => {
      const tabs = window.tabGroups.all.flatMap((group) => group.tabs);
      const found = tabs.filter(
        ({ input }) => input instanceof TabInputWebview && input.viewType.endsWith('segue.run'),
      );
      return found.length > 0 ? found : undefined;
    };
    const open = await until(window.tabGroups.onDidChangeTabs, panels, 'a run panel');
    assert.deepEqual(
      open.map(({ label }) => label),
      ['Segue: ask'],
    );
  });

  it('asks for inputs and takes what is there', async () => {
    const started = commands.executeCommand<string>('segue.run', file('inputs.segue.yaml'));
    const runId = await acceptUntilDone(started);
    assert.ok(runId, 'a run was started');
    const events = await eventsUntil(engine, runId, ({ type }) => type === 'run-ended');
    const last = events.at(-1);
    assert.ok(last?.type === 'run-ended');
    assert.deepEqual(last.outputs, { text: 'bees long 3' });
  });

  it('runs on mock models what names a real one', async () => {
    const runId = await commands.executeCommand<string>('segue.runOnMock', file('keyed.segue.yaml'));
    assert.ok(runId, 'a run was started');
    await eventsUntil(engine, runId, ({ type }) => type === 'run-ended');
    const [newest] = await runs(engine);
    assert.equal(newest?.mock, true);
    assert.equal(newest?.status, 'completed');
  });

  it('does not run a file with errors, and shows them', async () => {
    const before = await runs(engine);
    assert.equal(await commands.executeCommand('segue.run', file('broken.segue.yaml')), undefined);
    assert.equal((await runs(engine)).length, before.length);
    assert.match(window.activeTextEditor?.document.fileName ?? '', /broken\.segue\.yaml$/);
  });

  it('cancels a run that waits, and resumes it', async () => {
    const runId = await commands.executeCommand<string>('segue.run', file('ask.segue.yaml'));
    await eventsUntil(engine, runId, ({ type }) => type === 'question-asked');
    await settled(runId, 'waiting');
    await commands.executeCommand('segue.cancelRun');
    await eventsUntil(engine, runId, ({ type }) => type === 'run-ended');
    await commands.executeCommand('segue.resumeRun');
    const events = await eventsUntil(engine, runId, isAskedAgain());
    assert.ok(events.some(({ type }) => type === 'run-resumed'));
    await settled(runId, 'waiting');
    await acceptUntilDone(commands.executeCommand('segue.answerQuestion'));
    const all = await eventsUntil(engine, runId, isSecondEnd());
    const last = all.at(-1);
    assert.ok(last?.type === 'run-ended' && last.status === 'completed');
    assertOneEndPerCall(all);
  });

  it('stops the engine, and starts another with the next run', async () => {
    const { pid } = await engine.status();
    await commands.executeCommand('segue.stopEngine');
    await engine.closed;
    const runId = await commands.executeCommand<string>('segue.runOnMock', file('keyed.segue.yaml'));
    engine = await connectToEngine();
    assert.notEqual((await engine.status()).pid, pid);
    await eventsUntil(engine, runId, ({ type }) => type === 'run-ended');
  });

  /** The engine's summary of a run says this; summaries follow events. */
  async function settled(runId: string, status: string): Promise<void> {
    const look = async (): Promise<boolean> =>
      (await runs(engine)).some((run) => run.runId === runId && run.status === status);
    if (await look()) return;
    const enough = new AbortController();
    await new Promise<void>((resolve) => {
      void engine.watch((run) => {
        if (run.runId === runId && run.status === status) resolve();
      }, enough.signal);
      void look().then((is) => is && resolve());
    });
    enough.abort();
  }
});

/** Presses Enter in whatever pick or input comes, until the command has ended. */
async function acceptUntilDone<T>(command: Thenable<T>): Promise<T> {
  let isDone = false;
  const done = Promise.resolve(command).finally(() => {
    isDone = true;
  });
  while (!isDone) {
    await Promise.race([done, new Promise((resolve) => setTimeout(resolve, 100))]);
    if (!isDone) await pressEnter();
  }
  return done;
}

function assertOneEndPerCall(events: readonly RunEvent[]): void {
  const paths = (type: 'call-started' | 'call-ended'): string[] =>
    events.flatMap((event) => (event.type === type ? [event.path] : [])).sort();
  assert.deepEqual(paths('call-started'), paths('call-ended'));
  assert.equal(new Set(paths('call-started')).size, paths('call-started').length);
}

function isAskedAgain(): (event: RunEvent) => boolean {
  let isResumed = false;
  return ({ type }) => {
    isResumed ||= type === 'run-resumed';
    return isResumed && type === 'question-asked';
  };
}

function isSecondEnd(): (event: RunEvent) => boolean {
  let ends = 0;
  return ({ type }) => type === 'run-ended' && ++ends === 2;
}
