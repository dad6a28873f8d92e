// What the agents of one file share while it runs: messages, who is at work, the versions of shared values, and what
// each has noted. It is changed where events are folded, and nowhere else.
import type { Json } from '../../run/index.ts';
import { type Bus, newBus } from './bus.ts';

export interface Together {
  readonly bus: Bus;
  /** How many tasks an agent works on, by its name; absent: none. */
  readonly busy: Map<string, number>;
  /** The versions of shared values that were written, by their names. */
  readonly versions: Map<string, SharedVersions>;
  /** What somebody has noted, by their name. */
  readonly notes: Map<string, Map<string, Json>>;
  /** The paths of tasks that wait for something new, by what it is (`awaits` of the timer). */
  readonly waiting: Map<string, Set<string>>;
}

/** One version of a shared value. */
export interface SharedVersion {
  readonly version: number;
  readonly value: Json;
  /** An agent, or `tasks.` and the path of a task; undefined for the default. */
  readonly by: string | undefined;
  /** The entry that was written; undefined: the whole value. */
  readonly entry: string | undefined;
}

/** The versions of one shared value, entries of a map included: they count together. */
export interface SharedVersions {
  version: number;
  /** When the whole value was written last. */
  wholeAt: number;
  wholeBy: string | undefined;
  /** When an entry was written last, where that was after `wholeAt`. */
  readonly entries: Map<string, { readonly version: number; readonly by: string }>;
  /** The last versions, the current one at the end. */
  readonly history: SharedVersion[];
}

/** Nothing said, nothing noted, nobody at work. */
export function newTogether(): Together {
  return { bus: newBus(), busy: new Map(), versions: new Map(), notes: new Map(), waiting: new Map() };
}
