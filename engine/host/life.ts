// When an engine may leave. Invariants:
//   F1. It never leaves while a client is attached, a call is in flight, something is being recorded or asked, or a
//       timer is due soon. A run that waits for a person (or a key, or a late timer) does not keep it.
//   F2. The look is taken after the current turn of the event loop, when the run loops have handled what they got:
//       they wait for nothing but their inbox, the log, calls and timers, and all of these are counted.
import type { ClientKind } from '../../run/index.ts';

const idleForMs = 60_000;
/** "At once" still waits until nothing has stirred for this long. */
const settleMs = 100;
const timerSoonMs = 10 * 60_000;

/** What keeps an engine, counted by its owner. */
export interface Work {
  /** Calls under way, writes under way, requests being answered. */
  readonly inFlight: number;
  /** Epoch ms of the next timer of any run. */
  readonly nextTimerAt: number | undefined;
}

/** Watches over the life of an engine. */
export class Life {
  readonly #work: () => Work;
  readonly #leave: (reason: string) => void;
  readonly #nowMs: () => number;
  #clients = 0;
  #everAttached = false;
  #othersThanTerminals = false;
  #looking = false;
  #leaving = false;
  #timer: NodeJS.Timeout | undefined;
  #idleSince: number | undefined;

  /** @param leave called once, when the engine should end itself */
  constructor(work: () => Work, leave: (reason: string) => void, nowMs: () => number) {
    this.#work = work;
    this.#leave = leave;
    this.#nowMs = nowMs;
  }

  get clients(): number {
    return this.#clients;
  }

  attach(kind: ClientKind): void {
    this.#clients++;
    this.#everAttached = true;
    if (kind !== 'terminal') this.#othersThanTerminals = true;
    this.look();
  }

  detach(): void {
    this.#clients--;
    this.look();
  }

  /** Something changed: look again, once this turn of the event loop is over. */
  look(): void {
    if (this.#looking || this.#leaving) return;
    this.#looking = true;
    setImmediate(() => {
      this.#looking = false;
      this.#decide();
    });
  }

  /** No longer needed: the engine is ending for another reason. */
  stop(): void {
    this.#leaving = true;
    clearTimeout(this.#timer);
  }

  #decide(): void {
    if (this.#leaving) return;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (!this.#isIdle()) {
      this.#idleSince = undefined;
      return;
    }
    const onlyTerminals = this.#everAttached && !this.#othersThanTerminals;
    this.#idleSince ??= this.#nowMs();
    const leaveAt = this.#idleSince + (onlyTerminals ? settleMs : idleForMs);
    this.#timer = setTimeout(
      () => {
        if (!this.#isIdle()) this.look();
        else
          this.#end(
            onlyTerminals ? 'only terminals were attached, and all have gone' : `idle for ${idleForMs / 1000} s`,
          );
      },
      Math.max(0, leaveAt - this.#nowMs()),
    );
  }

  #isIdle(): boolean {
    const { inFlight, nextTimerAt } = this.#work();
    const timerSoon = nextTimerAt !== undefined && nextTimerAt - this.#nowMs() <= timerSoonMs;
    return this.#clients === 0 && inFlight === 0 && !timerSoon;
  }

  #end(reason: string): void {
    this.stop();
    this.#leave(reason);
  }
}
