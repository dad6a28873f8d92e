/**
 * One shape on Segue's core: `segue --shape chain --record disk|memory --folder DIR --dist DIR`.
 * The model runner answers at once (in the fan after 50 ms); everything else is the product's: checked workflow, run
 * loop, and with `disk` the storage worker with a sync per commit. In memory the log keeps the events in arrays.
 */
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { openStorage, type Storage } from '../../engine/adapters/storage/index.ts';
import { type RunPorts, startRun } from '../../engine/core/index.ts';
import type { CallResult } from '../../engine/ports/index.ts';
import type { RunEvent, RunStarted } from '../../run/index.ts';
import { checkWorkflow, planOf, type Workflow } from '../../workflow/index.ts';
import { argument, medianMs, peakRssMb, report, timeMs } from './child.ts';
import { type Shape, sizes, workflowText } from './shapes.ts';

type Log = RunPorts['log'];
let lastRun = 0;

const shape = argument('shape') as Shape;
const storage = argument('record') === 'disk' ? await openRecord() : undefined;
const log = storage ?? memoryLog();
async function measure(): Promise<void> {
  const text = workflowText(shape);
  const { workflow, diagnostics } = checkWorkflow({ file: 'bench.segue.yaml', text });
  const wrong = diagnostics.find(({ severity }) => severity === 'error');
  if (wrong) throw new Error(`The ${shape} is not valid: ${wrong.message}`);
  const run = (): Promise<void> => runOnce(workflow, text);
  await run();
  switch (shape) {
    case 'chain':
      return report({ stepUs: ((await medianMs(5, run)) * 1000) / sizes.chain });
    case 'fan':
      return report({ ms: await timeMs(run), peakMb: peakRssMb() });
    case 'many': {
      const ms = await timeMs(() => Promise.all(Array.from({ length: sizes.many }, run)));
      return report({ ms, stepUs: (ms * 1000) / (sizes.many * sizes.manySteps) });
    }
    case 'dag':
      return report({ ms: await medianMs(3, run) });
  }
}

async function runOnce(workflow: Workflow, text: string): Promise<void> {
  const runId = `bench-${++lastRun}`;
  const live = await startRun({ runId, workflow, started: startedOf(workflow, text) }, ports);
  const end = await live.ended;
  if (!('status' in end) || end.status !== 'completed') throw new Error(`A run ended badly: ${JSON.stringify(end)}`);
}

const ports: RunPorts = {
  log,
  clock: { nowMs: () => Date.now(), sleep: (ms, signal) => sleep(ms, undefined, { signal }) },
  seal: (value) => value,
  hash: (text) => createHash('sha256').update(text).digest('hex'),
  publish: () => undefined,
  arbiter: { request: () => ({ type: 'grant' }) },
  calls: { run: () => (shape === 'fan' ? answerLater() : Promise.resolve(answer)) },
};

const answer: CallResult = {
  outcome: { status: 'completed', reply: { text: 'done', toolCalls: [], finishReason: 'stop' } },
  spent: { usage: { inputTokens: 1, outputTokens: 1 }, costNanoUsd: 0 },
};

async function answerLater(): Promise<CallResult> {
  await sleep(sizes.fanWaitMs);
  return answer;
}

await measure();
await storage?.close();

function startedOf(workflow: Workflow, text: string): RunStarted {
  return {
    type: 'run-started',
    actor: { kind: 'program', via: 'bench' },
    semantics: 1,
    plan: planOf(workflow, text),
    sources: { 'bench.segue.yaml': text },
    workspace: '/',
    inputs: {},
    env: {},
    mock: true,
    interactive: false,
    trusted: true,
    tools: [],
    prices: {},
  };
}

function openRecord(): Promise<Storage> {
  const dist = argument('dist');
  return openStorage({
    workerPath: join(dist, 'storage-worker.cjs'),
    databasePath: join(argument('folder'), 'record.sqlite'),
    wasm: { release: join(dist, 'sql-wasm.wasm'), debug: join(dist, 'sql-wasm-debug.wasm') },
  });
}

/** Keeps what is recorded, and refuses a gap as the real log does. */
function memoryLog(): Log {
  const runs = new Map<string, RunEvent[]>();
  const blobs = new Map<string, Uint8Array>();
  return {
    append: async (runId, nextSeq, events) => {
      const recorded = runs.get(runId) ?? [];
      if (recorded.length + 1 !== nextSeq) throw new Error(`${runId}: ${nextSeq} after ${recorded.length}`);
      recorded.push(...events);
      runs.set(runId, recorded);
    },
    keep: async (hash, bytes) => void blobs.set(hash, bytes),
    load: async (hash) => blobs.get(hash),
  };
}
