import { type EngineFault, effectPorts, type PortName } from './engine-faults.ts';
import { roll } from './random.ts';
import { type Mutation, type SimulatedRun, simulate, stageOf } from './simulate.ts';

/** The answer to all questions about a seed. */
export interface SeedAnswer {
  readonly runs: number;
  readonly events: number;
  readonly problems: readonly string[];
  /** Which fault brought the problems to light. */
  readonly fault: string;
}

/** What goes wrong in one run: under the first, second, … engine. */
type Faults = readonly EngineFault[];

/** Which runs a seed gets beside the one that nothing disturbs. */
export const faultModes = {
  none: () => [],
  /** One engine dies; two die, one after the other; a call of a port fails. */
  some: someFaults,
  /** An engine dies after each of the events. */
  crashes: (_seed, plain) => plain.events.map(({ seq }) => [{ dieAfterSeq: seq }]),
  /** Each call of each port fails: those of the first engine, and those of the one that goes on after its death. */
  ports: (seed, plain, cut) => [
    ...everyCall(plain.portCalls[0]).map((fault) => [fault]),
    ...everyCall(cut.portCalls[1]).map((fault) => [deathOf(seed, plain), fault]),
  ],
} as const satisfies {
  /** @param cut the run whose first engine died */
  readonly [mode: string]: (seed: number, plain: SimulatedRun, cut: SimulatedRun) => readonly Faults[];
};

export type FaultMode = keyof typeof faultModes;

/** Runs a seed without a fault, then again with each of the mode. @param mutation a mistake in the engine, to be found */
export async function questionSeed(seed: number, mode: FaultMode, mutation?: Mutation): Promise<SeedAnswer> {
  const stage = stageOf(seed);
  const runs: SimulatedRun[] = [];
  const ask = async (faults: Faults): Promise<SimulatedRun> => {
    const run = await simulate(stage, faults, mutation);
    runs.push(run);
    return run;
  };
  const answer = (faults: Faults): SeedAnswer => ({
    runs: runs.length,
    events: runs.reduce((sum, run) => sum + run.events.length, 0),
    problems: runs.at(-1)?.problems ?? [],
    fault: JSON.stringify(faults),
  });
  const plain = await ask([]);
  if (plain.problems.length > 0 || mode === 'none') return answer([]);
  const death = [deathOf(seed, plain)];
  const cut = await ask(death);
  if (cut.problems.length > 0) return answer(death);
  for (const faults of faultModes[mode](seed, plain, cut)) {
    const { problems } = await ask(faults);
    if (problems.length > 0) return answer(faults);
  }
  return answer([]);
}

function someFaults(seed: number, plain: SimulatedRun, cut: SimulatedRun): readonly Faults[] {
  const place = (name: string): number => 1 + Math.floor(roll(seed, name) * plain.events.length * 1.2);
  const isLater = roll(seed, 'later') < 0.4;
  const failing = oneCall(seed, isLater ? cut.portCalls[1] : plain.portCalls[0]);
  return [
    [{ dieAfterSeq: place('second') }, { dieAfterSeq: place('third') }],
    isLater ? [deathOf(seed, plain), failing] : [failing],
  ];
}

function deathOf(seed: number, { events }: SimulatedRun): EngineFault {
  return { dieAfterSeq: 1 + Math.floor(roll(seed, 'first') * events.length) };
}

/** One call of an engine that fails: often that of the log, else of any port. */
function oneCall(seed: number, counts: ReadonlyMap<PortName, number> = new Map()): EngineFault {
  const ports = [...counts.keys()];
  const any = ports[Math.floor(roll(seed, 'port') * ports.length)] ?? 'append';
  const port = roll(seed, 'log') < 0.4 ? 'append' : any;
  const nth = 1 + Math.floor(roll(seed, 'nth') * (counts.get(port) ?? 0));
  return { failCall: { port, nth, done: effectPorts.has(port) && roll(seed, 'done') < 0.5 } };
}

function everyCall(counts: ReadonlyMap<PortName, number> = new Map()): readonly EngineFault[] {
  return [...counts].flatMap(([port, count]) =>
    Array.from({ length: count }, (_, index) => index + 1).flatMap((nth) =>
      (effectPorts.has(port) ? [false, true] : [false]).map((done) => ({ failCall: { port, nth, done } })),
    ),
  );
}
