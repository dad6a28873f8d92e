// When to check a document: shortly after the last change, so that typing is never held up, but not much later than the
// first, so that a fast typist hears from us too. Only the newest version is ever checked.

const pauseMs = 80;
const longestWaitMs = 300;

interface Waiting {
  readonly timer: NodeJS.Timeout;
  readonly sinceMs: number;
}

export class CheckSchedule {
  readonly #check: (uri: string) => void;
  readonly #waiting = new Map<string, Waiting>();

  /** @param check checks the newest version of a document; must not throw */
  constructor(check: (uri: string) => void) {
    this.#check = check;
  }

  /** The document has changed, or what it depends on. */
  ask(uri: string): void {
    const nowMs = performance.now();
    const earlier = this.#waiting.get(uri);
    if (earlier) clearTimeout(earlier.timer);
    const sinceMs = earlier?.sinceMs ?? nowMs;
    const delayMs = Math.max(0, Math.min(pauseMs, sinceMs + longestWaitMs - nowMs));
    const timer = setTimeout(() => {
      this.#waiting.delete(uri);
      this.#check(uri);
    }, delayMs);
    this.#waiting.set(uri, { timer, sinceMs });
  }

  /** The document is gone. */
  drop(uri: string): void {
    clearTimeout(this.#waiting.get(uri)?.timer);
    this.#waiting.delete(uri);
  }
}
