// A use of a tool that the engine answers itself, and its answer.
import type { CallAnswered, Failure, Json, JsonObject } from '../../run/index.ts';
import type { CoreState, TaskNode } from './state.ts';

/** Who asks, and what. */
export interface EngineCall {
  readonly state: CoreState;
  readonly node: TaskNode;
  /** By which name others know the caller. */
  readonly by: string;
  /** Meets the schema of the tool. */
  readonly input: JsonObject;
}

/** An answer with its effect. */
export interface Answer extends Pick<CallAnswered, 'outcome' | 'message' | 'dropped' | 'taken' | 'shared' | 'memory'> {
  /** Set if there is nothing new: what would change that, in the words of a timer's `awaits`. */
  readonly awaits?: readonly string[];
}

/** An answer that gives something. */
export function given(output: Json): Answer {
  return { outcome: { status: 'completed', output } };
}

/** An answer that gives nothing and changes nothing. */
export function refused(error: Failure): Answer {
  return { outcome: { status: 'failed', error } };
}
