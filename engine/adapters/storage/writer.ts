// The one that writes. Invariants:
//   W1. One transaction at a time; what has arrived meanwhile goes into the next one (group commit, no timer).
//   W2. A job is answered after the sync of its transaction: it is durable, or nothing of it is recorded.
//   W3. A job that can not be recorded does not harm its neighbours in the group.
//   W4. No event is recorded that names a large value which is not kept: nobody could read its run any more.
//   W5. Before each transaction the lock is looked at; once it is lost, nothing is written any more.
import type { Database } from 'sql.js';
import { largeValuesOf, type RunEvent, type RunId } from '../../../run/index.ts';
import { insertEvent, markOfLarge } from './event-rows.ts';
import { noteReply } from './replies.ts';
import { LogTail } from './log-tail.ts';
import type { Projections } from './projections.ts';
import type { Statements } from './statements.ts';
import { asStorageError, remedyFor, StorageError } from './storage-error.ts';
import { suspect } from './suspicion.ts';
import type { Mount } from './volume.ts';

interface AppendJob {
  readonly type: 'append';
  readonly runId: RunId;
  readonly nextSeq: number;
  /** The JSON text of each event: cheaper to pass on and to parse than the objects, and what the record keeps. */
  readonly rows: readonly string[];
}

/** Something to record. */
export type Job = AppendJob | { readonly type: 'keep'; readonly hash: string; readonly bytes: Uint8Array };

/** One answer for each job, in order: recorded durably (undefined), or why not. */
export type JobResult = StorageError | undefined;

/** A group ends when it holds this much (text in UTF-16 units); a single job may be larger. */
const maxGroup = { events: 1000, bytes: 1_000_000 };

export interface WriterParts {
  readonly sql: Database;
  readonly statements: Statements;
  readonly projections: Projections;
  readonly mount: Mount;
  /** Whether the data folder is still ours. */
  readonly isOwner: () => boolean;
}

export class Writer {
  private readonly parts: WriterParts;
  private readonly tail: LogTail;
  private lost = false;

  constructor(parts: WriterParts) {
    this.parts = parts;
    this.tail = new LogTail(parts.mount);
  }

  /** Records jobs from the front of the queue, as many as fit into one group, and takes them out of it. */
  commitGroup<T extends Job>(queue: T[]): { jobs: readonly T[]; results: readonly JobResult[] } {
    const group = takeGroup(queue);
    const results = this.commit(group);
    return { jobs: group.map(({ job }) => job), results };
  }

  /**
   * Does something in a transaction of its own.
   * @throws StorageError; then nothing of it is recorded
   */
  transact<T>(doing: string, act: () => T): T {
    const { sql, mount, statements, projections } = this.parts;
    this.checkOwner();
    delete mount.fault;
    try {
      this.tail.begin();
      sql.exec('BEGIN IMMEDIATE');
      const result = act();
      projections.flush();
      sql.exec('COMMIT');
      projections.keep();
      return result;
    } catch (thrown) {
      const error = asStorageError(thrown, mount, doing);
      projections.forget();
      statements.reset();
      this.rollBack(error);
      if (error.code === 'corrupt') suspect(mount.path);
      throw error;
    }
  }

  /** @throws StorageError `second_writer` if the folder is another engine's now */
  checkOwner(): void {
    this.lost ||= !this.parts.isOwner();
    if (this.lost) throw new StorageError('second_writer', lostMessage(this.parts.mount), remedyFor('second_writer'));
  }

  private commit(group: readonly Prepared[]): JobResult[] {
    try {
      return this.transact('append to the record', () => group.map((prepared) => this.record(prepared)));
    } catch (thrown) {
      const error = asStorageError(thrown, this.parts.mount, 'append to the record');
      // What the system refused it refuses each of them; anything else is the fault of one, so they go alone.
      const isTheirs = error.code === 'io_error' && this.parts.mount.fault === undefined;
      if (!isTheirs || group.length === 1) return group.map(() => error);
      return group.flatMap((prepared) => this.commit([prepared]));
    }
  }

  /** Writes one job, or says why it must not be written; throws only when SQLite does. */
  private record({ job, events }: Prepared): JobResult {
    const { statements, projections } = this.parts;
    if (job.type === 'keep') {
      statements.run('INSERT INTO blobs(hash, bytes) VALUES(?, ?) ON CONFLICT DO NOTHING', [job.hash, job.bytes]);
      return undefined;
    }
    const { runId, rows } = job;
    const refusal = gapIn(job, events, projections.lastSeq(runId)) ?? this.missingValue(job, events);
    if (refusal) return refusal;
    const run = projections.numberOf(runId);
    events.forEach((event, index) => {
      insertEvent(statements, run, event, rows[index] ?? '');
      noteReply(statements, run, event);
      projections.absorb(runId, event);
    });
    return undefined;
  }

  private missingValue({ runId, rows }: AppendJob, events: readonly RunEvent[]): StorageError | undefined {
    const named = events.filter((_, index) => rows[index]?.includes(markOfLarge)).flatMap(largeValuesOf);
    const isKept = ({ hash }: { readonly hash: string }): boolean =>
      this.parts.statements.row('SELECT 1 FROM blobs WHERE hash = ?', [hash]) !== undefined;
    const missing = named.find((value) => !isKept(value));
    if (!missing) return undefined;
    const message = `An event of run ${runId} names the large value ${missing.hash}, which was not kept.`;
    return new StorageError('gap', message, remedyFor('gap'));
  }

  private rollBack(error: StorageError): void {
    try {
      // SQLite has rolled back by itself after some errors, and then refuses to do it again.
      this.parts.sql.exec('ROLLBACK');
    } catch (thrown) {
      error.cause = thrown;
    }
    this.tail.discard();
  }
}

/** A job with its events, read before the transaction so that it is short. */
interface Prepared<T extends Job = Job> {
  readonly job: T;
  readonly events: readonly RunEvent[];
}

function takeGroup<T extends Job>(queue: T[]): Prepared<T>[] {
  const group: Prepared<T>[] = [];
  let [events, bytes] = [0, 0];
  while (group.length < queue.length && events < maxGroup.events && bytes < maxGroup.bytes) {
    const prepared = prepare(queue[group.length] as T);
    group.push(prepared);
    events += prepared.events.length;
    bytes += sizeOf(prepared.job);
  }
  queue.splice(0, group.length);
  return group;
}

function prepare<T extends Job>(job: T): Prepared<T> {
  return { job, events: job.type === 'keep' ? [] : job.rows.map((row) => JSON.parse(row) as RunEvent) };
}

function sizeOf(job: Job): number {
  return job.type === 'keep' ? job.bytes.length : job.rows.reduce((sum, row) => sum + row.length, 0);
}

function gapIn({ runId, nextSeq }: AppendJob, events: readonly RunEvent[], last: number): StorageError | undefined {
  const wrong = events.findIndex((event, index) => event.seq !== nextSeq + index);
  if (nextSeq === last + 1 && wrong < 0) return undefined;
  const found = nextSeq !== last + 1 ? nextSeq : events[wrong]?.seq;
  const expected = nextSeq !== last + 1 ? last + 1 : nextSeq + wrong;
  const message = `The record of run ${runId} goes on with event ${expected}, not ${found}.`;
  return new StorageError('gap', message, remedyFor('gap'));
}

function lostMessage(mount: Mount): string {
  return `Another engine has taken over the data folder of ${mount.path}; this one has stopped writing.`;
}
