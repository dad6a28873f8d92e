// The portable record of a run, `*.segue-run.ndjson` (docs/architecture.md, "The portable record"). Invariants:
//   F1. Reading what was written gives the same events and the same kept values.
//   F2. A file that was cut off, at whatever place, is noticed: its header says how many events follow.
//   F3. A value stands before the first event that names it, once, and its text has the hash it is named by.
import type { RunEvent, RunId, RunStarted } from './events.ts';
import type { Blob, HashBytes } from './codec.ts';
import { largeValuesOf } from './codec.ts';
import { isEventType, misfitOf } from './event-shapes.ts';

/** The end of the name of such a file. */
export const recordFileEnd = '.segue-run.ndjson';

const format = 'segue-run';
const formatVersion = 1;

/** The first line. */
export interface RecordHeader {
  readonly format: typeof format;
  readonly version: number;
  readonly runId: RunId;
  readonly name: string;
  readonly semantics: number;
  /** How many events follow. */
  readonly events: number;
}

/** One line, understood. */
export type RecordPart =
  | { readonly type: 'header'; readonly header: RecordHeader }
  | { readonly type: 'value'; readonly value: Blob }
  | { readonly type: 'event'; readonly event: RunEvent };

/** Says which line of a record can not be read, and why. `isNewer`: a newer version may be able to. */
export class UnreadableRecord extends Error {
  readonly line: number;
  readonly isNewer: boolean;

  constructor(line: number, why: string, isNewer = false) {
    super(`Line ${line} ${why}`);
    this.name = 'UnreadableRecord';
    this.line = line;
    this.isNewer = isNewer;
  }
}

/** The first line of a record, without its line end. */
export function headerLine(runId: RunId, started: RunStarted, events: number): string {
  const { plan, semantics } = started;
  const header: RecordHeader = { format, version: formatVersion, runId, name: plan.name, semantics, events };
  return JSON.stringify(header);
}

/** The line of a kept value. @param text its JSON text as it is kept */
export function valueLine(hash: string, text: string): string {
  return `{"hash":${JSON.stringify(hash)},"value":${text}}`;
}

/** Reads a record line by line. Every method throws `UnreadableRecord`. */
export class RecordReader {
  readonly #hash: HashBytes;
  #header: RecordHeader | undefined;
  #line = 0;
  #last = { seq: 0, at: 0 };
  readonly #values = new Set<string>();
  /** Values that no event has named so far, with their lines. */
  readonly #unnamed = new Map<string, number>();

  constructor(hash: HashBytes) {
    this.#hash = hash;
  }

  /** Takes the next line, without its line end. */
  take(text: string): RecordPart {
    this.#line++;
    const line = this.#parse(text);
    if (!this.#header) return { type: 'header', header: (this.#header = this.#readHeader(line)) };
    if ('hash' in line) return { type: 'value', value: this.#readValue(line) };
    return { type: 'event', event: this.#readEvent(line, this.#header) };
  }

  /** After the last line: tells whether all was there. */
  end(): RecordHeader {
    const header = this.#header;
    if (!header) throw new UnreadableRecord(1, 'is missing: the file is empty.');
    if (this.#last.seq < header.events) {
      const why = `is missing: the file ends after event ${this.#last.seq} of ${header.events}.`;
      throw new UnreadableRecord(this.#line + 1, why);
    }
    for (const line of this.#unnamed.values()) throw new UnreadableRecord(line, 'has a value that no event names.');
    return header;
  }

  #parse(text: string): { readonly [name: string]: unknown } {
    try {
      const line: unknown = JSON.parse(text);
      if (typeof line === 'object' && line !== null && !Array.isArray(line)) return { ...line };
    } catch (error) {
      throw new UnreadableRecord(this.#line, `is not JSON: ${error instanceof Error ? error.message : String(error)}.`);
    }
    throw new UnreadableRecord(this.#line, 'is not a JSON object.');
  }

  #readHeader(line: { readonly [name: string]: unknown }): RecordHeader {
    const { version, runId, name, semantics, events } = line;
    if (line['format'] !== format) throw new UnreadableRecord(1, 'is not the header of a run exported by Segue.');
    if (!isCount(version) || !isCount(semantics)) throw new UnreadableRecord(1, 'has no version of the format.');
    if (version > formatVersion || semantics > 1) {
      const known = `format ${formatVersion}, semantics 1`;
      const why = `says that a newer Segue wrote this file (format ${version}, semantics ${semantics}; known: ${known}).`;
      throw new UnreadableRecord(1, why, true);
    }
    const isWhole = typeof name === 'string' && isCount(events) && events > 0;
    if (!isWhole || typeof runId !== 'string' || !/^[\w-]{1,100}$/.test(runId)) {
      throw new UnreadableRecord(1, 'is a damaged header: runId, name and events must be there.');
    }
    return { format, version, runId, name, semantics, events };
  }

  #readValue({ hash, value }: { readonly [name: string]: unknown }): Blob {
    if (typeof hash !== 'string' || value === undefined) throw new UnreadableRecord(this.#line, 'is a damaged value.');
    const bytes = new TextEncoder().encode(JSON.stringify(value));
    if (this.#hash(bytes) !== hash) throw new UnreadableRecord(this.#line, 'is damaged: the value has another hash.');
    if (this.#values.has(hash)) throw new UnreadableRecord(this.#line, 'repeats a value.');
    this.#values.add(hash);
    this.#unnamed.set(hash, this.#line);
    return { hash, bytes };
  }

  #readEvent(line: { readonly [name: string]: unknown }, header: RecordHeader): RunEvent {
    const { seq, at, type } = line;
    const next = this.#last.seq + 1;
    if (seq !== next) throw new UnreadableRecord(this.#line, `has event ${JSON.stringify(seq)}; event ${next} is due.`);
    if (next > header.events)
      throw new UnreadableRecord(this.#line, `is too much: the header says ${header.events} events.`);
    if (!isCount(at) || at < this.#last.at) throw new UnreadableRecord(this.#line, 'is damaged: its time goes back.');
    if (!isEventType(type)) {
      throw new UnreadableRecord(this.#line, `has an event that is not known here: ${JSON.stringify(type)}.`, true);
    }
    if ((seq === 1) !== (type === 'run-started')) {
      throw new UnreadableRecord(this.#line, 'is out of place: a record has its start first, and once.');
    }
    const misfit = misfitOf(type, line);
    if (misfit !== undefined)
      throw new UnreadableRecord(this.#line, `is damaged: ${type} with a wrong ${misfit.slice(1)}.`);
    const event = line as unknown as RunEvent;
    this.#meetValues(event);
    this.#last = { seq: next, at };
    return event;
  }

  #meetValues(event: RunEvent): void {
    for (const { hash } of largeValuesOf(event)) {
      if (!this.#values.has(hash))
        throw new UnreadableRecord(this.#line, `names the value ${hash}, which is not there.`);
      this.#unnamed.delete(hash);
    }
  }
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}
