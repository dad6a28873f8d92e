// Cancelling a call. What may be relied on:
//   C1. After the signal aborts, an answer comes within `GRACE_MS`, whatever the call does.
//   C2. That answer is `cancelled`, also when the call finished in the meantime; what it cost is kept.
//   C3. A cost learned after the answer is given to `late`, once.
import type { CallResult, Clock } from '../ports/index.ts';
import type { Spent } from '../../run/index.ts';

/** How long a call may take to come to its end after it was cancelled. */
const GRACE_MS = 5000;

/** One call under way. */
export interface CancellableCall {
  /** Starts the call. Must not reject; it is given the signal and should end soon after an abort. */
  readonly start: () => Promise<CallResult>;
  readonly signal: AbortSignal;
  readonly clock: Clock;
  /** What to assume it cost when it does not end in time; `late` corrects it. */
  readonly reserved?: () => Spent | undefined;
  readonly late: (spent: Spent) => void;
}

/** Makes a call that answers in time when it is cancelled. @returns what came of it; see C1–C3 */
export async function answerInTime(call: CancellableCall): Promise<CallResult> {
  if (call.signal.aborted) return cancelled(undefined);
  const work = call.start();
  const first = await Promise.race([work, afterGrace(call, work)]);
  if (first !== 'too late') return call.signal.aborted ? cancelled(first.spent) : first;
  // The caller gets its answer now; whoever still works may tell its cost later.
  void work.then(({ spent }) => spent && call.late(spent));
  return cancelled(call.reserved?.());
}

function cancelled(spent: Spent | undefined): CallResult {
  return { outcome: { status: 'cancelled' }, ...(spent && { spent }) };
}

/** Resolves when the time to end after an abort is over; never, if the work ends before that. */
async function afterGrace(call: CancellableCall, work: Promise<CallResult>): Promise<'too late'> {
  const ended = new AbortController();
  const end = () => ended.abort();
  void work.then(end);
  await aborted(call.signal, ended.signal);
  if (!ended.signal.aborted) await call.clock.sleep(GRACE_MS, ended.signal);
  return 'too late';
}

/** Resolves when either signal aborts. */
function aborted(signal: AbortSignal, orElse: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      signal.removeEventListener('abort', end);
      orElse.removeEventListener('abort', end);
      resolve();
    };
    signal.addEventListener('abort', end);
    orElse.addEventListener('abort', end);
  });
}
