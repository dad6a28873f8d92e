// How a run ends.
import type { RunEnded } from '../../run/index.ts';
import { type CoreState, endOfFile } from '../tasks/index.ts';

/** The end of the run when all its tasks have ended, else undefined. */
export function endOfRun(state: CoreState): RunEnded | undefined {
  const { root } = state;
  if (!root || root.scope.open > 0 || state.inFlight.size > 0) return undefined;
  const endsItself = root.terminatedBy !== undefined || root.failedBy !== undefined;
  if (state.cancelRequested && !endsItself) return { type: 'run-ended', status: 'cancelled' };
  return { type: 'run-ended', ...endOfFile(state, root) };
}
