// What agents said to each other and wrote together, as readers see it.
import type { Json } from '../json.ts';
import { largeOf } from '../events/large.ts';
import type { RunState } from '../state/state.ts';
import type { SharedVersionState } from '../state/together.ts';

/** A message in words. */
export interface MessageRow {
  readonly number: number;
  readonly from: string;
  /** `editor`, `topic news`, or `all`. */
  readonly to: string;
  readonly priority: number;
  /** Data as JSON; of what is kept by its hash the beginning. */
  readonly text: string;
  /** Who has read it, in the order in which they did. */
  readonly readBy: readonly string[];
  /** There was no room for it: nobody reads it any more. */
  readonly dropped: boolean;
  /** The task in which it was sent. */
  readonly task: string;
}

/** All messages of a run, in the order in which they were sent. */
export function messageRows(state: RunState): readonly MessageRow[] {
  return [...state.messages.values()].map(({ number, from, to, topic, priority, content, readBy, dropped, task }) => ({
    number,
    from,
    to: to ?? (topic === undefined ? 'all' : `topic ${topic}`),
    priority,
    text: textOf(content),
    readBy: readBy.map(({ by }) => by),
    dropped: dropped === true,
    task,
  }));
}

/** `read by ann and ben`, `not read`, `not read, dropped`: what became of a message. */
export function readInWords({ readBy, dropped }: Pick<MessageRow, 'readBy' | 'dropped'>): string {
  const read = readBy.length === 0 ? 'not read' : `read by ${readBy.join(', ')}`;
  return dropped ? `${read}; dropped` : read;
}

/** A shared value that was written, or an entry of one that was written alone. */
export interface SharedRow {
  readonly name: string;
  /** Oldest first, the last one is the current. */
  readonly versions: readonly SharedVersionState[];
}

/** The shared values of the run's own file that were written, in the order in which that happened first. */
export function sharedRows(state: RunState): readonly SharedRow[] {
  return [...state.sharedHistory].map(([name, versions]) => ({ name, versions }));
}

function textOf(content: Json): string {
  const large = largeOf(content);
  if (large) return large.preview;
  return typeof content === 'string' ? content : JSON.stringify(content);
}
