// Ends engines with kill -9 at moments that chance chooses, of those that can be told from outside.
import { Dice } from '../simulation/random.ts';
import type { Moment } from './counting-server.ts';
import type { Disturber } from './disturbed-run.ts';
import { EngineEnd } from './killer.ts';
import type { LogStep } from './log-step.ts';

/** Where an engine can be killed: in a call, or in what it does to its record. */
export const killMoments = [
  'arrived',
  'done-unanswered',
  'half-answered',
  'answered',
  'reading',
  'recording',
  'recorded',
] as const satisfies readonly (Moment | LogStep['moment'])[];
export type KillMoment = (typeof killMoments)[number];

/** How often an engine is killed, and how many moments pass from one kill to the next, at most. */
export interface Chances {
  readonly seed: number;
  readonly kills: number;
  readonly maxGap: number;
}

export class RandomKiller implements Disturber {
  readonly counts = new Map<KillMoment, number>();
  /** How many moments there were. */
  seen = 0;
  readonly #end: EngineEnd;
  readonly #dice: Dice;
  readonly #maxGap: number;
  #left: number;
  #wait: number;
  /** Nothing has left the engine yet. */
  #isEarly = true;

  constructor(dataDir: string, { seed, kills, maxGap }: Chances) {
    this.#end = new EngineEnd(dataDir);
    this.#dice = new Dice(seed);
    this.#maxGap = Math.max(1, maxGap);
    this.#left = kills;
    this.#wait = this.#dice.whole(1, this.#maxGap);
  }

  get kills(): number {
    return [...this.counts.values()].reduce((sum, count) => sum + count, 0);
  }

  atCall(moment: Moment): boolean {
    this.#isEarly = false;
    return this.#at(moment);
  }

  atLog({ moment }: LogStep): boolean {
    return !this.#isEarly && this.#at(moment);
  }

  #at(moment: KillMoment): boolean {
    this.seen += 1;
    this.#wait -= 1;
    if (this.#left === 0 || this.#wait > 0 || !this.#end.come()) return false;
    this.#left -= 1;
    this.#wait = this.#dice.whole(1, this.#maxGap);
    this.counts.set(moment, (this.counts.get(moment) ?? 0) + 1);
    return true;
  }
}
