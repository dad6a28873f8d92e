// The worst case that the editor shows before a run is never below what a run spends: of the file and of every task, each
// time that it begins. Random workflows run with random usage within the limits of their models; half of them take all that
// they may. SEGUE_WORST=5000 asks more seeds, SEGUE_SEED=7 one.
import { expect, test } from 'vitest';
import { type Cost, type WorstCases, worstCasesOf } from '../../language-server/features/worst-case/index.ts';
import type { RunEvent } from '../../run/index.ts';
import { costlyScenario } from './costly-scenario.ts';
import { factsBy, priced, withPrices } from './priced-calls.ts';
import { scenarioOf, tools } from './scenario.ts';
import { simulate, stageFrom } from './simulate.ts';

const only = Number(process.env['SEGUE_SEED'] ?? 0);
const count = Number(process.env['SEGUE_WORST'] ?? 500);
const seeds = only > 0 ? [only] : Array.from({ length: count }, (_, place) => place + 1);
const toolTexts = new Map(tools.map((tool) => [tool.name, JSON.stringify(tool)]));

test(`what ${seeds.length} runs spend is never above their worst case`, async () => {
  /** The shares of their bounds that runs have spent. */
  const shares: number[] = [];
  for (const seed of seeds) {
    const { worst, events } = await ran(seed);
    const calls = paidCalls(events);
    expectWithin(`the file of seed ${seed}`, spentOn(calls), worst.file);
    if (worst.file.nanoUsd.open.length === 0 && worst.file.nanoUsd.known > 0)
      shares.push(spentOn(calls).nanoUsd / worst.file.nanoUsd.known);
    for (const [path, staticPath] of begun(events)) {
      const bound = worst.byPath.get(staticPath)?.cost;
      const inside = calls.filter(({ task }) => isInside(task, path));
      if (bound) expectWithin(`${path} of seed ${seed}`, spentOn(inside), bound);
    }
  }
  // Bounds that are always open, or never come near, would hold as well.
  if (only > 0) return;
  expect(shares.length / seeds.length).toBeGreaterThan(0.3);
  expect(Math.max(...shares)).toBeGreaterThan(0.25);
  const sorted = shares.toSorted((a, b) => a - b);
  const share = (place: number) => `${(100 * (sorted[Math.floor(place * (sorted.length - 1))] ?? 0)).toFixed(1)} %`;
  console.info(`${shares.length} of ${seeds.length} have a bound, and spend: median ${share(0.5)}, most ${share(1)}`);
});

async function ran(seed: number): Promise<{ readonly worst: WorstCases; readonly events: readonly RunEvent[] }> {
  const stage = stageFrom(priced(seed % 2 === 0 ? costlyScenario(seed) : scenarioOf(seed)));
  const worst = worstCasesOf(stage.workflow, { factsOf: factsBy(seed), toolTexts });
  const { events, problems } = await simulate(stage, [], {
    ports: (ports) => ({ ...ports, calls: withPrices(ports.calls, seed) }),
  });
  expect(problems, `seed ${seed}`).toEqual([]);
  return { worst, events };
}

interface Paid {
  readonly task: string;
  readonly tokens: number;
  readonly nanoUsd: number;
}

type Sum = { readonly [what in keyof Cost]: number };

function paidCalls(events: readonly RunEvent[]): readonly Paid[] {
  const calls = new Map<string, Paid>();
  for (const event of events) {
    if (event.type === 'call-started' && event.request.kind === 'model')
      calls.set(event.path, { task: event.task, tokens: 0, nanoUsd: 0 });
    if ((event.type !== 'call-ended' && event.type !== 'usage-settled') || !event.spent) continue;
    const { usage, costNanoUsd } = event.spent;
    const tokens = (usage?.inputTokens ?? 0) + (usage?.outputTokens ?? 0);
    if (calls.has(event.path)) calls.set(event.path, { task: event.task, tokens, nanoUsd: costNanoUsd ?? 0 });
  }
  return [...calls.values()];
}

function spentOn(calls: readonly Paid[]): Sum {
  const sum = (of: (call: Paid) => number) => calls.reduce((total, call) => total + of(call), 0);
  return { calls: calls.length, tokens: sum(({ tokens }) => tokens), nanoUsd: sum(({ nanoUsd }) => nanoUsd) };
}

function expectWithin(what: string, spent: Sum, cost: Cost): void {
  for (const kind of ['calls', 'tokens', 'nanoUsd'] as const) {
    const { known, open } = cost[kind];
    if (open.length === 0) expect(spent[kind], `${kind} of ${what}`).toBeLessThanOrEqual(known);
  }
}

/** Paths of the tasks that began, with their static paths. */
function begun(events: readonly RunEvent[]): ReadonlyMap<string, string> {
  return new Map(events.flatMap((event) => (event.type === 'task-started' ? [[event.path, event.staticPath]] : [])));
}

function isInside(task: string, path: string): boolean {
  return task === path || task.startsWith(`${path}/`) || task.startsWith(`${path}[`);
}
