import type { LogFault } from './breaking-log.ts';
import { roll } from './random.ts';
import { simulate, stageOf } from './simulate.ts';

/** The answer to all questions about a seed. */
export interface SeedAnswer {
  readonly runs: number;
  readonly events: number;
  readonly problems: readonly string[];
  /** Which fault brought the problems to light. */
  readonly fault: string;
}

/**
 * Runs a seed without a fault, then again with engines that die and logs that refuse.
 * @param crash `none`; `some`: a few points per seed; `all`: after every event, and at every append
 */
export async function questionSeed(seed: number, crash: 'none' | 'some' | 'all'): Promise<SeedAnswer> {
  const stage = stageOf(seed);
  const plain = await simulate(stage);
  let runs = 1;
  let events = plain.events.length;
  if (plain.problems.length > 0) return { runs, events, problems: plain.problems, fault: 'no fault' };
  for (const faults of faultsFor(seed, crash, plain.events.length, plain.appends)) {
    const run = await simulate(stage, faults);
    runs += 1;
    events += run.events.length;
    if (run.problems.length > 0) return { runs, events, problems: run.problems, fault: JSON.stringify(faults) };
  }
  return { runs, events, problems: [], fault: '' };
}

function faultsFor(seed: number, crash: 'none' | 'some' | 'all', events: number, appends: number): LogFault[][] {
  const at = (name: string, count: number): number => 1 + Math.floor(roll(seed, name) * count);
  switch (crash) {
    case 'none':
      return [];
    case 'some':
      return [
        [{ dieAfterSeq: at('first', events) }, { dieAfterSeq: at('second', events * 1.2) }],
        [{ refuseAppend: { nth: at('nth', appends), kept: roll(seed, 'kept') < 0.5 } }],
      ];
    case 'all':
      return [
        ...Array.from({ length: events }, (_, index) => [{ dieAfterSeq: index + 1 }]),
        ...Array.from({ length: appends }, (_, index) => [{ refuseAppend: { nth: index + 1, kept: false } }]),
        ...Array.from({ length: appends }, (_, index) => [{ refuseAppend: { nth: index + 1, kept: true } }]),
      ];
  }
}
