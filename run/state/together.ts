// What agents said to each other and wrote together, as the record tells it.
import { isJsonObject, type Json, type JsonObject } from '../json.ts';
import type { CallAnswered } from '../events/events.ts';
import { largeOf } from '../events/large.ts';

/** A message that one agent sent to others. */
export interface MessageState {
  /** Counts all messages of the run, from 1. */
  readonly number: number;
  /** An agent, or `tasks.` and the path of a task. */
  readonly from: string;
  /** The task in which it was sent. */
  readonly task: string;
  /** Set if it was for one agent. */
  readonly to?: string;
  readonly topic?: string;
  readonly priority: number;
  /** Text or data. */
  readonly content: Json;
  readonly sentAt: number;
  readonly readBy: { readonly by: string; readonly at: number }[];
  /** There was no room for it any more: who has not read it by then never will. */
  dropped?: boolean;
}

/** One version of a shared value of the run's own file, or of an entry of one. */
export interface SharedVersionState {
  readonly version: number;
  readonly value: Json;
  readonly by: string;
  readonly at: number;
}

/** All of that in one run. */
export interface TogetherState {
  /**
   * Of the run's own file, as far as they were written; those of the files that it calls are seen by their tasks only. An
   * entry of a map stands here by its full name, `notes.today`, if the map itself was never written.
   */
  readonly shared: Map<string, Json>;
  /** How often each was written. */
  readonly sharedVersions: Map<string, number>;
  /** What was written, oldest first, by the names of `shared`. */
  readonly sharedHistory: Map<string, SharedVersionState[]>;
  /** By their numbers, in the order in which they were sent. */
  readonly messages: Map<number, MessageState>;
}

/** Folds what the use of a tool has changed. @param isCalled it happened in a file that the run's own file calls */
export function applyAnswer(state: TogetherState, event: CallAnswered, at: number, isCalled: boolean): void {
  const input = inputOf(event);
  if (event.message) {
    const { number, priority, to, topic } = event.message;
    state.messages.set(number, {
      number,
      from: event.by,
      task: event.task,
      ...(to !== undefined && { to }),
      ...(topic !== undefined && { topic }),
      priority,
      content: input['text'] ?? input['data'] ?? null,
      sentAt: at,
      readBy: [],
    });
  }
  for (const number of event.taken ?? []) state.messages.get(number)?.readBy.push({ by: event.by, at });
  const dropped = event.dropped === undefined ? undefined : state.messages.get(event.dropped);
  if (dropped) dropped.dropped = true;
  if (event.shared && !isCalled) writeShared(state, event.shared.name, input['value'] ?? null, event.by, at);
}

/** Folds that a shared value of the run's own file was written. @param name with a dot: an entry of a map */
export function writeShared(state: TogetherState, name: string, value: Json, by: string, at: number): void {
  const [base = name] = name.split('.', 1);
  const whole = state.shared.get(base);
  if (base === name) {
    // What was known of its entries is no longer true of a map that was written whole.
    for (const key of state.shared.keys()) if (key.startsWith(`${name}.`)) state.shared.delete(key);
    state.shared.set(name, value);
  } else if (isJsonObject(whole) && !largeOf(whole)) {
    state.shared.set(base, { ...whole, [name.slice(base.length + 1)]: value });
  } else state.shared.set(name, value);
  const version = (state.sharedVersions.get(base) ?? 0) + 1;
  state.sharedVersions.set(base, version);
  const history = state.sharedHistory.get(name);
  if (history) history.push({ version, value, by, at });
  else state.sharedHistory.set(name, [{ version, value, by, at }]);
}

/** One that is kept by its hash has no parts to read here: what it says stands for itself. */
function inputOf({ input }: CallAnswered): JsonObject {
  if (largeOf(input)) return { text: input, value: input };
  return isJsonObject(input) ? input : {};
}
