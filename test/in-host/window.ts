// What the in-host tests share: the files of their workspace, and waiting for what VS Code or an engine does.
import { strict as assert } from 'node:assert';
import { commands, type Event, extensions, Uri, window, workspace } from 'vscode';
import { connectIfRunning, type EngineConnection, findDataDirOfFolder } from '../../client/index.ts';
import type { RunEvent, RunSummary } from '../../run/index.ts';

const deadlineMs = 15_000;

export function folder(): Uri {
  const [first] = workspace.workspaceFolders ?? [];
  assert.ok(first, 'the window has a folder');
  return first.uri;
}

export function file(name: string): Uri {
  return Uri.joinPath(folder(), name);
}

export async function openFile(name: string) {
  return window.showTextDocument(await workspace.openTextDocument(file(name)));
}

export async function activate(): Promise<void> {
  const extension = extensions.all.find(({ packageJSON }) => packageJSON.name === 'segue');
  assert.ok(extension, 'the extension is installed');
  await extension.activate();
}

/** Looks at once, and again with each event, until `look` gives something. */
export function until<T>(event: Event<unknown>, look: () => T | undefined, what: string): Promise<T> {
  return new Promise((resolve, reject) => {
    const check = (): void => {
      const found = look();
      if (found === undefined) return;
      clearTimeout(timer);
      listening.dispose();
      resolve(found);
    };
    const listening = event(check);
    const timer = setTimeout(() => {
      listening.dispose();
      reject(new Error(`waited in vain for ${what}`));
    }, deadlineMs);
    check();
  });
}

/** Answers the open pick or input with what stands there, as Enter does. */
export async function pressEnter(): Promise<void> {
  await commands.executeCommand('workbench.action.acceptSelectedQuickOpenItem');
}

/** A second client of the workspace's engine, as a terminal is one. */
export async function connectToEngine(): Promise<EngineConnection> {
  const { dataDir } = findDataDirOfFolder(folder().fsPath, { workspace: folder().fsPath });
  const connection = await connectIfRunning({ dataDir, kind: 'terminal', version: '0.0.0' });
  assert.ok(connection, 'an engine runs');
  return connection;
}

/** The events of a run, until one of them is what is looked for. */
export async function eventsUntil(
  engine: EngineConnection,
  runId: string,
  isLast: (event: RunEvent) => boolean,
): Promise<readonly RunEvent[]> {
  const events: RunEvent[] = [];
  for await (const message of engine.follow(runId, 1, AbortSignal.timeout(deadlineMs))) {
    if (message.type !== 'event') continue;
    events.push(message.event);
    if (isLast(message.event)) return events;
  }
  throw new Error(
    `run ${runId} ended, or time did, before the event came: ${events.map(({ type }) => type).join(' ')}`,
  );
}

export async function runs(engine: EngineConnection): Promise<readonly RunSummary[]> {
  const answer = await engine.ask({ type: 'runs', query: { limit: 100 } });
  assert.equal(answer.type, 'runs');
  return answer.runs;
}
