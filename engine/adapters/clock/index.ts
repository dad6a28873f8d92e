import type { Clock } from '../../ports/index.ts';

/** Timers of Node count in 32 bits; a longer delay would fire at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** The clock of the machine. `nowMs` is epoch milliseconds; `sleep` resolves early when its signal aborts. */
export function createSystemClock(): Clock {
  return { nowMs: () => Date.now(), sleep };
}

async function sleep(ms: number, signal: AbortSignal): Promise<void> {
  for (let left = ms; left > 0 && !signal.aborted; left -= LONGEST_TIMER_MS) {
    await nap(Math.min(left, LONGEST_TIMER_MS), signal);
  }
}

function nap(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    signal.addEventListener('abort', end);
  });
}
