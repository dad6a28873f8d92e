// A log in memory that can break: it dies in the middle of a batch, or refuses one.
import type { EventLog } from '../../engine/ports/index.ts';
import type { RunEvent } from '../../run/index.ts';

/** When the log breaks. Each happens once. */
export interface LogFault {
  /** The engine dies when this event is recorded; what follows it is not. */
  readonly dieAfterSeq?: number;
  /** This append (from 1) is refused; `kept` tells whether its events are recorded nevertheless. */
  readonly refuseAppend?: { readonly nth: number; readonly kept: boolean };
}

export class BreakingLog implements Pick<EventLog, 'append' | 'keep' | 'load'> {
  readonly events: RunEvent[] = [];
  readonly #blobs = new Map<string, Uint8Array>();
  #fault: LogFault;
  #appends = 0;
  /** Set when the engine died: nothing more is taken. */
  dead = false;

  constructor(fault: LogFault = {}) {
    this.#fault = fault;
  }

  get appends(): number {
    return this.#appends;
  }

  /** A new engine works on the same record. */
  revive(fault: LogFault = {}): void {
    this.dead = false;
    this.#fault = fault;
  }

  async append(_runId: string, nextSeq: number, events: readonly RunEvent[]): Promise<void> {
    await Promise.resolve();
    if (this.dead) throw new Error('dead');
    if (nextSeq !== this.events.length + 1) throw new Error(`gap: ${nextSeq} after ${this.events.length}`);
    this.#appends += 1;
    const { dieAfterSeq, refuseAppend } = this.#fault;
    // As text and back: what is folded again later shares nothing with the engine's memory.
    const copies = JSON.parse(JSON.stringify(events)) as RunEvent[];
    const last = copies.at(-1);
    if (dieAfterSeq !== undefined && last && last.seq >= dieAfterSeq) {
      this.events.push(...copies.filter(({ seq }) => seq <= dieAfterSeq));
      this.dead = true;
      throw new Error('the engine died');
    }
    if (refuseAppend && this.#appends === refuseAppend.nth) {
      if (refuseAppend.kept) this.events.push(...copies);
      this.dead = true;
      throw new Error('the disk is full');
    }
    this.events.push(...copies);
  }

  async keep(hash: string, bytes: Uint8Array): Promise<void> {
    this.#blobs.set(hash, bytes);
  }

  async load(hash: string): Promise<Uint8Array | undefined> {
    return this.#blobs.get(hash);
  }
}
