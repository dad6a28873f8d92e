// A log in memory whose engine can die in the middle of a batch. It outlives the engines.
import type { EventLog } from '../../engine/ports/index.ts';
import { fill, largeValuesOf, type RunEvent } from '../../run/index.ts';

export class BreakingLog implements Pick<EventLog, 'append' | 'keep' | 'load'> {
  readonly events: RunEvent[] = [];
  readonly #blobs = new Map<string, Uint8Array>();
  #dieAfterSeq: number | undefined;
  /** Set when the engine died: nothing more is taken. */
  dead = false;

  /** A new engine works on the same record. @param dieAfterSeq it dies when this event is recorded */
  revive(dieAfterSeq: number | undefined): void {
    this.dead = false;
    this.#dieAfterSeq = dieAfterSeq;
  }

  async append(_runId: string, nextSeq: number, events: readonly RunEvent[]): Promise<void> {
    await Promise.resolve();
    if (this.dead) throw new Error('dead');
    if (nextSeq !== this.events.length + 1) throw new Error(`gap: ${nextSeq} after ${this.events.length}`);
    if (events.flatMap(largeValuesOf).some(({ hash }) => !this.#blobs.has(hash))) throw new Error('a value is missing');
    const dieAfterSeq = this.#dieAfterSeq ?? Number.POSITIVE_INFINITY;
    // As text and back: what is folded again later shares nothing with the engine's memory.
    const copies = JSON.parse(JSON.stringify(events)) as RunEvent[];
    this.events.push(...copies.filter(({ seq }) => seq <= dieAfterSeq));
    if (this.events.length < dieAfterSeq) return;
    this.dead = true;
    throw new Error('the engine died');
  }

  async keep(hash: string, bytes: Uint8Array): Promise<void> {
    if (this.dead) throw new Error('dead');
    this.#blobs.set(hash, bytes);
  }

  async load(hash: string): Promise<Uint8Array | undefined> {
    return this.#blobs.get(hash);
  }

  /** The events with their large values in them. Throws if one is missing. */
  async whole(): Promise<readonly RunEvent[]> {
    if (this.#blobs.size === 0) return this.events;
    const whole: RunEvent[] = [];
    for (const event of this.events) whole.push(await fill(event, (hash) => this.load(hash)));
    return whole;
  }
}
