/**
 * One shape on Segue's core: `segue --shape chain --record disk|memory --folder DIR --dist DIR`.
 * The model runner answers at once (in the fan after 50 ms); everything else is the product's: checked workflow, run
 * loop, and with `disk` the storage worker with a sync per commit. In memory the log keeps the events in arrays.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { type RunPorts, startRun } from '../../engine/core/index.ts';
import type { CallResult } from '../../engine/ports/index.ts';
import type { RunEvent } from '../../run/index.ts';
import { argument, medianMs, peakRssMb, report, timeMs, warmUp } from './child.ts';
import { openRecord } from './record.ts';
import { answer, portsWith, prepareRun } from './run-once.ts';
import { type Shape, sizes, workflowText } from './shapes.ts';

let lastRun = 0;
const shape = argument('shape') as Shape;
const storage = argument('record') === 'disk' ? await openRecord() : undefined;
const ports = portsWith(storage ?? memoryLog(), {
  run: () => (shape === 'fan' ? answerLater() : Promise.resolve(answer)),
});
const { workflow, started } = prepareRun(workflowText(shape));
// The fan runs once before: its memory is part of what is measured.
if (shape === 'fan') await runOnce();
else await warmUp(runOnce);
await measure();
await storage?.close();

async function measure(): Promise<void> {
  switch (shape) {
    case 'chain':
      return report({ stepUs: ((await medianMs(9, runOnce)) * 1000) / sizes.chain });
    case 'fan':
      return report({ ms: await timeMs(runOnce), peakMb: peakRssMb() });
    case 'many': {
      const ms = await timeMs(() => Promise.all(Array.from({ length: sizes.many }, runOnce)));
      return report({ ms, stepUs: (ms * 1000) / (sizes.many * sizes.manySteps) });
    }
    case 'dag':
      return report({ ms: await medianMs(3, runOnce) });
  }
}

async function runOnce(): Promise<void> {
  const live = await startRun({ runId: `bench-${++lastRun}`, workflow, started }, ports);
  const end = await live.ended;
  if (!('status' in end) || end.status !== 'completed') throw new Error(`A run ended badly: ${JSON.stringify(end)}`);
}

async function answerLater(): Promise<CallResult> {
  await sleep(sizes.fanWaitMs);
  return answer;
}

/** Keeps what is recorded, and refuses a gap as the real log does. */
function memoryLog(): RunPorts['log'] {
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
