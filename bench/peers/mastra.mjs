// One shape on Mastra: `node mastra.mjs --shape chain --record disk|memory --folder DIR --sizes JSON`.
// On disk: LibSQL keeps a snapshot of the workflow after each step; it does not sync each of them.
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { Mastra } from '@mastra/core';
import { createStep, createWorkflow } from '@mastra/core/workflows';
import { z } from 'zod';
import { argument, medianMs, peakRssMb, report, warmUp } from './child.mjs';

const shape = argument('shape');
const sizes = JSON.parse(argument('sizes'));
const isDurable = argument('record') === 'disk';
const anything = z.any();
let made = 0;
const step = (id, work) => createStep({ id, inputSchema: anything, outputSchema: anything, execute: work });
const work = async () => {
  made++;
  return { done: true };
};
const shapes = { chain: () => chain(sizes.chain), many: () => chain(sizes.manySteps), fan, dag };
const expected = { chain: sizes.chain, many: sizes.manySteps, fan: sizes.fan, dag: sizes.layers * sizes.layerWidth }[
  shape
];
const mastra = new Mastra({
  workflows: { bench: shapes[shape]() },
  logger: false,
  ...(isDurable && { storage: await openStore() }),
});
const workflow = mastra.getWorkflow('bench');

await checked();
if (shape !== 'fan' && !(isDurable && shape === 'dag')) await warmUp(run);
if (shape === 'chain') report({ stepUs: ((await medianMs(9, run)) * 1000) / sizes.chain });
else if (shape === 'dag') report({ ms: await medianMs(isDurable ? 1 : 3, run) });
else if (shape === 'fan') report({ ms: await medianMs(1, run), peakMb: peakRssMb() });
else {
  const before = performance.now();
  await Promise.all(Array.from({ length: sizes.many }, run));
  const ms = performance.now() - before;
  report({ ms, stepUs: (ms * 1000) / (sizes.many * sizes.manySteps) });
}

async function run() {
  const started = await workflow.createRun();
  const result = await started.start({ inputData: inputOf() });
  if (result.status !== 'success') throw new Error(`Mastra ended ${result.status}: ${result.error?.message ?? ''}`);
}

/** The first run: it warms up, and it shows that every step is made. */
async function checked() {
  await run();
  if (made !== expected) throw new Error(`Mastra made ${made} of ${expected} steps`);
}

function inputOf() {
  return shape === 'fan' ? Array.from({ length: sizes.fan }, (_, item) => item) : {};
}

function begin() {
  return createWorkflow({ id: 'bench', inputSchema: anything, outputSchema: anything });
}

function chain(length) {
  let workflow = begin();
  for (let at = 0; at < length; at++) workflow = workflow.then(step(`t${at}`, work));
  return workflow.commit();
}

function fan() {
  const wait = step('work', async () => {
    await sleep(sizes.fanWaitMs);
    return work();
  });
  return begin()
    .foreach(wait, { concurrency: sizes.fan })
    .then(step('join', async () => ({})))
    .commit();
}

function dag() {
  let workflow = begin();
  for (let layer = 0; layer < sizes.layers; layer++) {
    workflow = workflow.parallel(
      Array.from({ length: sizes.layerWidth }, (_, place) => step(`l${layer}_${place}`, work)),
    );
  }
  return workflow.commit();
}

async function openStore() {
  const { LibSQLStore } = await import('@mastra/libsql');
  return new LibSQLStore({ id: 'bench', url: `file:${join(argument('folder'), 'mastra.db')}` });
}
