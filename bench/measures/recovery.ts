/**
 * `recovery --folder DIR --dist DIR`: a second process writes a run of 100,000 events and is killed with SIGKILL while
 * its last call is under way; then this one opens the record, reads the run and goes on with it.
 * Opening, with the replay of the log, is what the target asks; the way to the first decision is told beside it.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { performance } from 'node:perf_hooks';
import { reopenRun, startRun } from '../../engine/core/index.ts';
import { report, timeMs } from './child.ts';
import { openRecord } from './record.ts';
import { answer, portsWith, prepareRun } from './run-once.ts';

const runId = 'long';
/** Five tasks at once, each over so many items; an item is four events. */
const [lists, items] = [5, 5_000];
const text = JSON.stringify({
  segue: '1',
  name: 'long',
  agents: { worker: { model: 'mock/fast', instructions: 'Work.' } },
  tasks: Object.fromEntries(
    Array.from({ length: lists }, (_, at) => [
      `list${at}`,
      {
        type: 'for_each',
        items: `\${{ range(${items}) }}`,
        max_parallel: 100,
        do: { agent: 'worker', with: { prompt: 'work' } },
      },
    ]),
  ),
});
const { workflow, started } = prepareRun(text);

if (process.argv.includes('--writer')) await write();
else await recover();

/** Runs until only the last call is open, says so, and waits for its end. */
async function write(): Promise<void> {
  const log = await openRecord();
  let [calls, ended] = [0, 0];
  // The last call never answers.
  const run = (): Promise<typeof answer> =>
    ++calls === lists * items ? new Promise(() => undefined) : Promise.resolve(answer);
  const before = performance.now();
  await startRun(
    { runId, workflow, started },
    {
      ...portsWith(log, { run }),
      // Published is durable: only then may the kill come, or the record would be shorter than it should.
      publish(message) {
        if (message.type !== 'event' || message.event.type !== 'call-ended') return;
        if (++ended === lists * items - 1) process.stdout.write(`${performance.now() - before}\n`);
      },
    },
  );
}

async function recover(): Promise<void> {
  const writtenMs = await writeAndKill();
  const before = performance.now();
  const log = await openRecord();
  const openMs = performance.now() - before;
  const events = await log.read(runId);
  const readMs = performance.now() - before - openMs;
  if (events.length < lists * items * 4 - 100) throw new Error(`Only ${events.length} events came back`);
  const run = (): Promise<typeof answer> => Promise.resolve(answer);
  const ports = portsWith(log, { run });
  let end: unknown;
  const foldMs = await timeMs(async () => {
    const live = await reopenRun({ runId, workflow, events }, ports);
    end = live.ended;
  });
  const ended = await (end as Promise<{ readonly status?: string }>);
  if (ended.status !== 'completed') throw new Error(`The run did not go on: ${JSON.stringify(ended)}`);
  await log.close();
  const per100k = 100_000 / events.length;
  report({
    openMs: openMs * per100k,
    decisionMs: (openMs + readMs + foldMs) * per100k,
    eventsPerS: (events.length / writtenMs) * 1000,
  });
}

/** @returns how long the run took until it was killed, in milliseconds */
async function writeAndKill(): Promise<number> {
  const writer = spawn(process.execPath, [...process.argv.slice(1), '--writer'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const said: Promise<unknown[]> = once(writer.stdout.setEncoding('utf8'), 'data');
  const gone = once(writer, 'exit');
  const first = await Promise.race([said, gone.then(() => undefined)]);
  if (!first) throw new Error('The writer ended by itself');
  writer.kill('SIGKILL');
  await gone;
  return Number(first[0]);
}
