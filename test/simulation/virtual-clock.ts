// Time that stands still until nobody has anything left to do, and then jumps to the next sleeper.
import type { Clock } from '../../engine/ports/index.ts';

interface Sleeper {
  readonly at: number;
  readonly order: number;
  readonly wake: () => void;
}

export class VirtualClock implements Clock {
  #now: number;
  #count = 0;
  #sleepers: Sleeper[] = [];

  constructor(startMs = 1_800_000_000_000) {
    this.#now = startMs;
  }

  nowMs(): number {
    return this.#now;
  }

  sleep(ms: number, signal: AbortSignal): Promise<void> {
    if (signal.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const sleeper = { at: this.#now + Math.max(0, ms), order: this.#count++, wake: resolve };
      this.#sleepers.push(sleeper);
      const cut = (): void => {
        this.#sleepers = this.#sleepers.filter((other) => other !== sleeper);
        resolve();
      };
      signal.addEventListener('abort', cut, { once: true });
    });
  }

  /** Lets everything run until `isDone`, or until nothing more can happen. @returns whether it is done */
  async runUntil(isDone: () => boolean): Promise<boolean> {
    for (;;) {
      await settled();
      if (isDone()) return true;
      const next = this.#takeNext();
      if (!next) return isDone();
      this.#now = Math.max(this.#now, next.at);
      next.wake();
    }
  }

  #takeNext(): Sleeper | undefined {
    let next: Sleeper | undefined;
    for (const sleeper of this.#sleepers) {
      if (!next || sleeper.at < next.at || (sleeper.at === next.at && sleeper.order < next.order)) next = sleeper;
    }
    if (next) this.#sleepers = this.#sleepers.filter((other) => other !== next);
    return next;
  }
}

/** Resolves when all that was under way without time passing is done. */
function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
