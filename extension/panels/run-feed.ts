// Carries the messages of one run to its panel, in batches. Invariants:
//   F1. The panel begins anew with `show`; what follows is the whole record from event 1, then what happens.
//   F2. No more than `maxWaiting` messages wait here: a panel that is slow slows its feed, and the engine waits.
import type { FollowMessage, RunEvent, ToPanel } from '../../run/index.ts';
import type { Engine } from '../processes/engine.ts';

const maxWaiting = 1_000;
/** Messages that come within this time travel together. */
const gatherMs = 25;

export interface FeedTarget {
  /** Resolves when the panel has taken the message. */
  post(message: ToPanel): PromiseLike<unknown>;
  /** Told each recorded event before the panel is. */
  note(event: RunEvent): void;
}

/** Feeds a panel until the run has ended and everything was sent, or `signal` aborts. Rejects when the engine is gone. */
export async function feedPanel(engine: Engine, runId: string, target: FeedTarget, signal: AbortSignal): Promise<void> {
  const client = await engine.connect();
  if (signal.aborted) return;
  await target.post({ type: 'show', runId });
  const batches = new Batches((messages) => target.post({ type: 'batch', runId, messages }));
  for await (const message of client.follow(runId, 1, signal)) {
    if (message.type === 'event') target.note(message.event);
    await batches.add(message);
  }
  await batches.flush();
}

class Batches {
  readonly #send: (messages: readonly FollowMessage[]) => PromiseLike<unknown>;
  #waiting: FollowMessage[] = [];
  #sending: Promise<void> | undefined;

  constructor(send: (messages: readonly FollowMessage[]) => PromiseLike<unknown>) {
    this.#send = send;
  }

  /** Resolves at once while there is room. */
  async add(message: FollowMessage): Promise<void> {
    this.#waiting.push(message);
    this.#sending ??= this.#sendSoon();
    if (this.#waiting.length >= maxWaiting) await this.#sending;
  }

  async flush(): Promise<void> {
    while (this.#sending) await this.#sending;
  }

  async #sendSoon(): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve, gatherMs));
    const messages = this.#waiting;
    this.#waiting = [];
    try {
      await this.#send(messages);
    } finally {
      this.#sending = this.#waiting.length > 0 ? this.#sendSoon() : undefined;
    }
  }
}
