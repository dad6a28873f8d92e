import type { RunStatus } from '../run/index.ts';

/** What `segue` exits with. Documented in README.md; scripts depend on the numbers. */
export const exitCodes = {
  ok: 0,
  /** The run failed, or `check` found errors. */
  failed: 1,
  /** Wrong arguments, or a file that is not there. */
  usage: 2,
  /** The run waits for a person. */
  waiting: 3,
  partiallyCompleted: 4,
  cancelled: 5,
  /** The engine refused: an invalid file, a missing key, an unknown run. */
  refused: 6,
  /** The engine could not be started or reached, or its data could not be written. */
  engine: 7,
  /** Left at once by a second Ctrl-C; the engine finishes the cancel. */
  interrupted: 130,
} as const;

/** The exit code that tells how a run stands. */
export function exitCodeOf(status: RunStatus): number {
  switch (status) {
    case 'completed':
      return exitCodes.ok;
    case 'failed':
      return exitCodes.failed;
    case 'partially_completed':
      return exitCodes.partiallyCompleted;
    case 'cancelled':
      return exitCodes.cancelled;
    case 'waiting':
      return exitCodes.waiting;
    case 'running':
      return exitCodes.ok;
  }
}
