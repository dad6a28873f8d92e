// Brings the record of one run to one reader: first from the log, then live, without gap or duplicate. Invariants:
//   W1. Events leave in the order of their numbers, each once, beginning with `fromSeq`.
//   W2. What waits for a slow reader is bounded: progress is dropped first, and facts are read from the log again.
//   W3. A slow reader slows nobody: `offer` never waits.
import type { Failure, FollowMessage, RunEvent } from '../../run/index.ts';

const maxWaiting = 2_000;
const pageSize = 200;

/** What a follower needs of its surroundings. */
export interface FollowerWorld {
  /** Reads events from the log. */
  read(fromSeq: number, limit: number): Promise<readonly RunEvent[]>;
  /** Gives a batch to the reader; resolves when it has room for the next. */
  deliver(batch: readonly FollowMessage[]): Promise<void>;
  /** Whether more may still come: the run is live. */
  isLive(): boolean;
  /** Why a run that is not live has no end; undefined when it has ended. */
  whyStopped(): Promise<Failure | undefined>;
}

/** One reader of one run. */
export class Follower {
  readonly #world: FollowerWorld;
  #nextSeq: number;
  /** The highest number that is known to be recorded. */
  #latestSeq = 0;
  #waiting: FollowMessage[] = [];
  #wake: (() => void) | undefined;
  #closed = false;

  constructor(fromSeq: number, world: FollowerWorld) {
    this.#nextSeq = Math.max(1, fromSeq);
    this.#world = world;
  }

  /** Takes what was just published. Never waits. */
  offer(message: FollowMessage): void {
    if (message.type === 'event') this.#latestSeq = message.event.seq;
    if (this.#waiting.length >= maxWaiting) this.#makeRoom();
    this.#waiting.push(message);
    this.wake();
  }

  /** Looks again: something changed, such as the end of the run. */
  wake(): void {
    this.#wake?.();
  }

  close(): void {
    this.#closed = true;
    this.#waiting = [];
    this.wake();
  }

  /** Delivers until the run has ended and everything was sent, or the follower is closed. */
  async run(): Promise<void> {
    await this.#catchUp();
    while (!this.#closed) {
      // Asked before the queue is looked at: what came until the run ceased to be live is then in the queue.
      const isLive = this.#world.isLive();
      const batch = this.#takeBatch();
      if (batch === 'behind') await this.#catchUp();
      else if (batch.length > 0) await this.#world.deliver(batch);
      else if (!isLive) return this.#end();
      else await this.#sleep();
    }
  }

  async #end(): Promise<void> {
    const failure = await this.#world.whyStopped();
    await this.#world.deliver([{ type: 'end', ...(failure && { failure }) }]);
  }

  /** The next page is read while the reader takes in this one. */
  async #catchUp(): Promise<void> {
    let page = this.#readPage();
    while (!this.#closed) {
      const events = await page;
      const last = events.at(-1);
      if (!last) {
        if (this.#nextSeq <= this.#latestSeq)
          throw new Error(`Event ${this.#nextSeq} was published but is not in the log.`);
        return;
      }
      this.#nextSeq = last.seq + 1;
      const isLast = events.length < pageSize && this.#nextSeq > this.#latestSeq;
      if (!isLast) page = this.#readPage();
      await this.#world.deliver(events.map((event) => ({ type: 'event', event })));
      if (isLast) return;
    }
  }

  #readPage(): Promise<readonly RunEvent[]> {
    const page = this.#world.read(this.#nextSeq, pageSize);
    // Its error is told when the page is taken; a reader that leaves before that needs to hear of none.
    page.catch(() => undefined);
    return page;
  }

  #takeBatch(): FollowMessage[] | 'behind' {
    const waiting = this.#waiting;
    this.#waiting = [];
    const batch: FollowMessage[] = [];
    for (const [at, message] of waiting.entries()) {
      if (message.type === 'event') {
        if (message.event.seq < this.#nextSeq) continue;
        if (message.event.seq > this.#nextSeq) {
          this.#waiting = waiting.slice(at);
          return batch.length > 0 ? batch : 'behind';
        }
        this.#nextSeq++;
      }
      if (message.type !== 'end') batch.push(message);
    }
    return batch.length === 0 && this.#nextSeq <= this.#latestSeq ? 'behind' : batch;
  }

  #makeRoom(): void {
    this.#waiting = this.#waiting.filter((message) => message.type === 'event');
    if (this.#waiting.length >= maxWaiting) this.#waiting = [];
  }

  async #sleep(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
      if (this.#waiting.length > 0 || this.#closed) resolve();
    });
    this.#wake = undefined;
    // The rest of this turn of the event loop goes into the same batch.
    await new Promise((resolve) => setImmediate(resolve));
  }
}
