// The shapes that every engine runs, as Segue writes them. The peers' versions are in `bench/peers`.

/** Sizes that both sides share, so that a figure means the same for all. */
export const sizes = {
  chain: 100,
  fan: 500,
  fanWaitMs: 50,
  many: 1_000,
  manySteps: 5,
  layers: 20,
  layerWidth: 50,
} as const;

export type Shape = 'chain' | 'fan' | 'many' | 'dag';

/** A workflow file of agents: JSON is YAML too. */
export function workflowText(shape: Shape): string {
  const agents = { worker: { model: 'mock/fast', instructions: 'Work.' } };
  return JSON.stringify({ segue: '1', name: shape, agents, tasks: tasksOf[shape]() });
}

const tasksOf: { readonly [shape in Shape]: () => object } = {
  chain: () => chainOf(sizes.chain),
  many: () => chainOf(sizes.manySteps),
  fan: () => ({
    spread: {
      type: 'for_each',
      items: `\${{ range(${sizes.fan}) }}`,
      do: { agent: 'worker', with: { prompt: 'work' } },
    },
    join: { type: 'set', values: { count: '${{ size(tasks.spread.output) }}' } },
  }),
  dag: layered,
};

function chainOf(length: number): object {
  return Object.fromEntries(Array.from({ length }, (_, at) => [`t${at}`, agentTask(at === 0 ? [] : [`t${at - 1}`])]));
}

/** Each task needs two of the layer before: its own place, and the next. */
function layered(): object {
  const tasks: [string, object][] = [];
  for (let layer = 0; layer < sizes.layers; layer++) {
    for (let place = 0; place < sizes.layerWidth; place++) {
      const before = [place, (place + 1) % sizes.layerWidth].map((other) => `l${layer - 1}_${other}`);
      tasks.push([`l${layer}_${place}`, agentTask(layer === 0 ? [] : before)]);
    }
  }
  return Object.fromEntries(tasks);
}

function agentTask(needs: readonly string[]): object {
  return { agent: 'worker', with: { prompt: 'work' }, ...(needs.length > 0 && { needs }) };
}
