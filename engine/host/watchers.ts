// Tells clients which runs changed. A watcher that is slow misses no run, only summaries in between: what changes
// while it is busy comes as one summary afterwards.
import type { RunId, RunSummary } from '../../run/index.ts';

/** Summaries leave at most this often: a run of many short tasks must not drown the database in questions. */
const everyMs = 100;

type Listener = (run: RunSummary) => Promise<void>;

export class Watchers {
  readonly #summaryOf: (runId: RunId) => Promise<RunSummary | undefined>;
  readonly #onError: (error: unknown) => void;
  readonly #listeners = new Set<Listener>();
  #changed = new Set<RunId>();
  #telling = false;

  constructor(summaryOf: (runId: RunId) => Promise<RunSummary | undefined>, onError: (error: unknown) => void) {
    this.#summaryOf = summaryOf;
    this.#onError = onError;
  }

  add(listener: Listener, signal: AbortSignal): void {
    if (signal.aborted) return;
    this.#listeners.add(listener);
    signal.addEventListener('abort', () => this.#listeners.delete(listener), { once: true });
  }

  /** Notes that a run changed. */
  changed(runId: RunId): void {
    if (this.#listeners.size === 0) return;
    this.#changed.add(runId);
    if (this.#telling) return;
    this.#telling = true;
    void this.#tell();
  }

  async #tell(): Promise<void> {
    try {
      while (this.#changed.size > 0 && this.#listeners.size > 0) {
        const runIds = this.#changed;
        this.#changed = new Set();
        for (const runId of runIds) await this.#tellOf(runId);
        await new Promise((resolve) => setTimeout(resolve, everyMs).unref());
      }
    } catch (error) {
      this.#onError(error);
    } finally {
      this.#telling = false;
    }
  }

  async #tellOf(runId: RunId): Promise<void> {
    const run = await this.#summaryOf(runId);
    if (!run) return;
    // A listener whose connection broke is about to be removed; the others must hear of the run.
    await Promise.allSettled([...this.#listeners].map((listener) => listener(run)));
  }
}
