// What past runs say, asked of the client: the server never opens a record. Each file is asked about once, until the
// client says that a run has ended. Nobody waits for the answer: what is not known yet is told later.
import type { ClientOptions, TaskHistory, TaskHistoryParams } from '../protocol/index.ts';

/** Files whose history is kept. */
const maxKept = 200;

export class PastRuns {
  readonly #ask: (params: TaskHistoryParams) => Promise<TaskHistory | null>;
  readonly #changed: () => void;
  /** Null while it is being asked for, and when there is none. */
  readonly #known = new Map<string, TaskHistory | null>();
  #isOffered = false;
  /** Counts the times at which everything was forgotten: an answer that was asked for before is of no use. */
  #age = 0;

  /**
   * @param ask asks the client about a file; may reject
   * @param changed told when more is known than before
   */
  constructor(ask: (params: TaskHistoryParams) => Promise<TaskHistory | null>, changed: () => void) {
    this.#ask = ask;
    this.#changed = changed;
  }

  /** Takes what a client says of itself: one that offers no history is never asked. */
  offer({ taskHistory }: ClientOptions): void {
    this.#isOffered = taskHistory === true;
  }

  /** @returns what is known now; undefined: nothing, or not yet */
  of(uri: string): TaskHistory | undefined {
    const known = this.#known.get(uri);
    if (known === undefined && this.#isOffered) void this.#learn(uri);
    return known ?? undefined;
  }

  /** A run has ended: what was known is not the newest. */
  forget(): void {
    this.#age += 1;
    this.#known.clear();
    this.#changed();
  }

  async #learn(uri: string): Promise<void> {
    const age = this.#age;
    if (this.#known.size >= maxKept) this.#known.clear();
    this.#known.set(uri, null);
    const history = await this.#ask({ uri }).catch(() => null);
    if (age !== this.#age) return;
    this.#known.set(uri, history);
    if (history) this.#changed();
  }
}
