import type { Failure, RunId } from '../../run/index.ts';
import type { LiveRun } from '../core/index.ts';

/** How many may still take note of late usage. */
const maxSettling = 50;

interface Settling {
  readonly live: LiveRun;
  /** Why it stopped without an end. */
  readonly stopped: Failure | undefined;
}

/** Runs that have ended, or stopped, under this engine, while usage of their cancelled calls may still come in. */
export class SettlingRuns {
  readonly #runs = new Map<RunId, Settling>();

  /** Takes a run in; the oldest stop listening. @param stopped why it has no end, if so */
  add(runId: RunId, live: LiveRun, stopped: Failure | undefined): void {
    this.#runs.set(runId, { live, stopped });
    for (const [oldest, settling] of this.#runs) {
      if (this.#runs.size <= maxSettling) return;
      this.#runs.delete(oldest);
      void settling.live.detach();
    }
  }

  /** Before a run is opened again, its last writer must be gone: two would collide in the log. */
  async letGo(runId: RunId): Promise<void> {
    const settling = this.#runs.get(runId);
    this.#runs.delete(runId);
    await settling?.live.detach();
  }

  /** Why a run stopped without an end; undefined when it did not. */
  whyStopped(runId: RunId): Failure | undefined {
    return this.#runs.get(runId)?.stopped;
  }

  async detachAll(): Promise<void> {
    const all = [...this.#runs.values()];
    this.#runs.clear();
    await Promise.all(all.map(({ live }) => live.detach()));
  }
}
