// Tells clients which runs changed. A watcher that is slow misses no run, only summaries in between: what changes
// while it is busy comes as one summary afterwards. Each has a pace of its own, so one that stopped reading (a window
// halted in a debugger) keeps nothing from the others.
import type { RunId, RunSummary } from '../../run/index.ts';

/** Summaries leave at most this often: a run of many short tasks must not drown the database in questions. */
const everyMs = 100;

type Listener = (run: RunSummary) => Promise<void>;

interface Parts {
  readonly summaryOf: (runId: RunId) => Promise<RunSummary | undefined>;
  readonly onError: (error: unknown) => void;
}

export class Watchers {
  readonly #parts: Parts;
  readonly #watchers = new Set<Watcher>();

  constructor(summaryOf: Parts['summaryOf'], onError: Parts['onError']) {
    this.#parts = { summaryOf, onError };
  }

  /** Reports changed runs to a listener until `signal` aborts. */
  add(listener: Listener, signal: AbortSignal): void {
    if (signal.aborted) return;
    const watcher = new Watcher(this.#parts, listener, signal);
    this.#watchers.add(watcher);
    signal.addEventListener('abort', () => this.#watchers.delete(watcher), { once: true });
  }

  /** Notes that a run changed. */
  changed(runId: RunId): void {
    for (const watcher of this.#watchers) watcher.changed(runId);
  }
}

/** One watcher and what it has not been told. */
class Watcher {
  readonly #parts: Parts;
  readonly #listener: Listener;
  readonly #signal: AbortSignal;
  #changed = new Set<RunId>();
  #telling = false;

  constructor(parts: Parts, listener: Listener, signal: AbortSignal) {
    this.#parts = parts;
    this.#listener = listener;
    this.#signal = signal;
  }

  changed(runId: RunId): void {
    this.#changed.add(runId);
    if (this.#telling) return;
    this.#telling = true;
    void this.#tell();
  }

  async #tell(): Promise<void> {
    try {
      while (this.#changed.size > 0 && !this.#signal.aborted) {
        const runIds = this.#changed;
        this.#changed = new Set();
        for (const runId of runIds) await this.#tellOf(runId);
        await new Promise((resolve) => setTimeout(resolve, everyMs).unref());
      }
    } catch (error) {
      this.#parts.onError(error);
    } finally {
      this.#telling = false;
    }
  }

  async #tellOf(runId: RunId): Promise<void> {
    const run = await this.#parts.summaryOf(runId);
    if (!run || this.#signal.aborted) return;
    // A connection that broke is about to end this watcher; nobody else has to know.
    await this.#listener(run).catch(() => undefined);
  }
}
