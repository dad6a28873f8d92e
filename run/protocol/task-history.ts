// What an engine answers about past runs of a workflow file. The language server's own protocol says the same in its
// words (`segue/taskHistory`); the compiler compares the two in the extension.
import type { EndedTaskStatus, RunId } from '../events/events.ts';

/**
 * Runs on mock models – those that were started so, and those in which a call asked one – are left out of all of it: they
 * cost nothing, take no time, and what they say was made up.
 */
export interface TaskHistory {
  /** How many runs it tells of: the newest that have ended, at most as many as were asked for. */
  readonly runs: number;
  /** How many runs on mock models were passed over on the way to them. */
  readonly mockRuns: number;
  /** By static path. */
  readonly tasks: { readonly [path: string]: TaskPast };
}

export interface TaskPast {
  /** In how many of the runs it ran. */
  readonly runs: number;
  readonly last: LastOfTask;
  /** Of one run, over those in which it completed; null when there is none. */
  readonly mean: SpentOnTask | null;
}

/** What one run spent on a task with all of its elements, rounds and tries, and on what is inside it. */
export interface SpentOnTask {
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** Whole nano-dollars; null when the price of a call is not known. */
  readonly costNanoUsd: number | null;
  readonly durationMs: number;
}

export interface LastOfTask extends SpentOnTask {
  readonly runId: RunId;
  readonly status: EndedTaskStatus;
  readonly endedAt: number;
  /** JSON text; long texts and lists in it are cut if `isShortened`. */
  readonly value?: string;
  readonly isShortened?: boolean;
}
