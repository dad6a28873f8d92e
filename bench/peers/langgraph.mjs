// One shape on LangGraph: `node langgraph.mjs --shape chain --record disk|memory --folder DIR --sizes JSON`.
// On disk: its SQLite saver, `durability: 'sync'` (each step is committed before the next), SQLite's own full sync.
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { Annotation, END, Send, START, StateGraph } from '@langchain/langgraph';
import { argument, medianMs, peakRssMb, report, warmUp } from './child.mjs';

const shape = argument('shape');
const sizes = JSON.parse(argument('sizes'));
const isDurable = argument('record') === 'disk';
const saver = isDurable ? await openSaver() : undefined;
let lastThread = 0;
const State = Annotation.Root({
  count: Annotation({ reducer: (a, b) => a + b, default: () => 0 }),
  item: Annotation({ reducer: (_, b) => b, default: () => 0 }),
});

const work = () => ({ count: 1 });
const graphOf = { chain: () => chain(sizes.chain), many: () => chain(sizes.manySteps), fan, dag };
const { graph, supersteps, expected } = graphOf[shape]();
const compiled = graph.compile(saver ? { checkpointer: saver } : {});
if (shape === 'fan') await run();
else await warmUp(run);
if (shape === 'chain') report({ stepUs: ((await medianMs(9, run)) * 1000) / sizes.chain });
else if (shape === 'dag') report({ ms: await medianMs(3, run) });
else if (shape === 'fan') report({ ms: await medianMs(1, run), peakMb: peakRssMb() });
else {
  const before = performance.now();
  await Promise.all(Array.from({ length: sizes.many }, run));
  const ms = performance.now() - before;
  report({ ms, stepUs: (ms * 1000) / (sizes.many * sizes.manySteps) });
}

async function run() {
  const config = {
    recursionLimit: supersteps + 10,
    ...(saver && { durability: 'sync', configurable: { thread_id: `t${++lastThread}` } }),
  };
  const state = await compiled.invoke({ count: 0 }, config);
  if (state.count !== expected) throw new Error(`LangGraph made ${state.count} of ${expected} steps`);
}

function chain(length) {
  const graph = new StateGraph(State);
  for (let at = 0; at < length; at++) {
    graph.addNode(`t${at}`, work);
    graph.addEdge(at === 0 ? START : `t${at - 1}`, `t${at}`);
  }
  graph.addEdge(`t${length - 1}`, END);
  return { graph, supersteps: length, expected: length };
}

function fan() {
  const graph = new StateGraph(State)
    .addNode('work', async () => {
      await sleep(sizes.fanWaitMs);
      return { count: 1 };
    })
    .addNode('join', () => ({ count: 0 }))
    .addConditionalEdges(START, () => Array.from({ length: sizes.fan }, (_, item) => new Send('work', { item })))
    .addEdge('work', 'join')
    .addEdge('join', END);
  return { graph, supersteps: 3, expected: sizes.fan };
}

function dag() {
  const graph = new StateGraph(State);
  const { layers, layerWidth } = sizes;
  for (let layer = 0; layer < layers; layer++) {
    for (let place = 0; place < layerWidth; place++) {
      const name = `l${layer}_${place}`;
      graph.addNode(name, work);
      if (layer === 0) graph.addEdge(START, name);
      else
        graph.addEdge(
          [place, (place + 1) % layerWidth].map((other) => `l${layer - 1}_${other}`),
          name,
        );
      if (layer === layers - 1) graph.addEdge(name, END);
    }
  }
  return { graph, supersteps: layers, expected: layers * layerWidth };
}

async function openSaver() {
  const { SqliteSaver } = await import('@langchain/langgraph-checkpoint-sqlite');
  return SqliteSaver.fromConnString(join(argument('folder'), 'langgraph.sqlite'));
}
