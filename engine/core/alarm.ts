// Wakes the loop when the next timer of the run is due. It may wake it too early, never too late.
import type { Clock } from '../ports/index.ts';
import type { CoreState, OpenTimer } from '../tasks/index.ts';
import { type Heap, newHeap } from './heap.ts';

/** A clock may not count further ahead at once (Node's timers: about 24.8 days). */
const longestSleepMs = 86_400_000;

/** The timers of one run. */
export class Alarm {
  readonly #state: CoreState;
  readonly #clock: Clock;
  readonly #ring: () => void;
  readonly #fall: (error: unknown) => void;
  readonly #timers: Heap<OpenTimer> = newHeap((a, b) => a.dueAt - b.dueAt || (a.id < b.id ? -1 : 1));
  #armed: { readonly at: number; readonly cut: AbortController } | undefined;

  /** @param ring is called when a timer may be due @param fall is called when the clock fails */
  constructor(state: CoreState, clock: Clock, ring: () => void, fall: (error: unknown) => void) {
    this.#state = state;
    this.#clock = clock;
    this.#ring = ring;
    this.#fall = fall;
    for (const timer of state.timers.values()) this.#timers.push(timer);
  }

  /** Takes note of a timer that was just set. */
  add(timer: OpenTimer): void {
    this.#timers.push(timer);
  }

  /** When the next open timer is due, epoch milliseconds. */
  nextAt(): number | undefined {
    return this.#next()?.dueAt;
  }

  /** Takes out the timers that are due, in the order of their times. */
  takeDue(nowMs: number): readonly OpenTimer[] {
    const due: OpenTimer[] = [];
    for (let timer = this.#next(); timer && timer.dueAt <= nowMs; timer = this.#next()) {
      due.push(timer);
      this.#timers.pop();
    }
    return due;
  }

  /** Sees to it that the loop is woken in time for the next timer. */
  arm(): void {
    const next = this.#next();
    if (!next) return this.disarm();
    if (this.#armed && this.#armed.at <= next.dueAt) return;
    this.disarm();
    const now = this.#clock.nowMs();
    const ms = Math.min(Math.max(0, next.dueAt - now), longestSleepMs);
    const armed = { at: now + ms, cut: new AbortController() };
    this.#armed = armed;
    void this.#clock
      .sleep(ms, armed.cut.signal)
      .then(() => {
        if (this.#armed !== armed) return;
        this.#armed = undefined;
        this.#ring();
      })
      .catch(this.#fall);
  }

  disarm(): void {
    this.#armed?.cut.abort();
    this.#armed = undefined;
  }

  /** The first timer that is still open. */
  #next(): OpenTimer | undefined {
    for (;;) {
      const timer = this.#timers.peek();
      if (!timer || this.#state.timers.get(timer.id)?.dueAt === timer.dueAt) return timer;
      this.#timers.pop();
    }
  }
}
