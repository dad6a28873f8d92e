// The engine's side of the storage worker. Invariants:
//   S1. A promise is settled once: by the worker's answer, or by its end.
//   S2. What is appended in one go travels as one message; while the worker is busy, one message per turn of the event
//       loop, so that many runs cost few messages and a lone step none of the waiting. A large batch leaves at once: the
//       worker writes it while the steps of other runs are computed.
import { Worker } from 'node:worker_threads';
import type { Failure, RunEvent, RunId, RunQuery, RunSummary } from '../../../run/index.ts';
import type { EventLog, Replies, RunIndex, RunStore } from '../../ports/index.ts';
import type { Answers, Ask, Reply, Request, WorkerStart } from './messages.ts';
import { fromFailure, remedyFor, StorageError } from './storage-error.ts';
import type { Job } from './writer.ts';

export interface StorageOptions extends WorkerStart {
  /** The worker's program: `storage-worker.cjs` beside the bundle, or `worker.ts` in a checkout. */
  readonly workerPath: string | URL;
}

/** The record of a data folder. All its methods reject with a `StorageError`. */
export interface Storage extends EventLog, RunIndex, RunStore, Replies {
  /** What to tell the user about the opening, such as that a damaged file was set aside. */
  readonly notices: readonly Failure[];
  /** Makes the tables of runs, tasks, calls and questions anew from the events. */
  rebuildProjections(): Promise<void>;
  /** Copies the database into one file, checked and whole. @returns its bytes */
  backUp(file: string): Promise<number>;
  /**
   * Gives some unused space back to the disk, and writes the log back into the database file; to be called when idle.
   * @returns how many bytes could still be given back
   */
  maintain(): Promise<number>;
  /** Finishes what was asked for, closes the file and ends the worker. */
  close(): Promise<void>;
}

/** A batch of this many events is worth a message of its own. */
const largeBatch = 64;

/** Events in one answer of the worker, so that long records do not keep others waiting. */
const pageSize = 2000;

/**
 * Opens the record in a worker thread.
 * @throws StorageError `newer_database`, `read_only`, `disk_full`, `io_error`
 */
export async function openStorage({ workerPath, ...start }: StorageOptions): Promise<Storage> {
  const worker = new Worker(workerPath, { workerData: start satisfies WorkerStart, execArgv: [] });
  const link = new Link(worker, start.databasePath);
  const notices = await link.opened;
  return {
    notices,
    append: (runId, nextSeq, events) => append(link, runId, nextSeq, events),
    // A copy of its own: a small piece of a large buffer would take all of it along.
    keep: (hash, bytes) => link.record({ type: 'keep', hash, bytes: bytes.slice() }),
    read: (runId, fromSeq = 1, limit = Infinity) => readAll(link, runId, fromSeq, limit),
    load: (hash) => link.ask({ type: 'load', hash }),
    find: (query: RunQuery): Promise<readonly RunSummary[]> => link.ask({ type: 'find', query }),
    get: (idOrEnd) => link.ask({ type: 'get', idOrEnd }),
    unfinished: () => link.ask({ type: 'unfinished' }),
    noteFall: (runId, error) => link.ask({ type: 'noteFall', runId, error }),
    clearFalls: (runId) => link.ask({ type: 'clearFalls', runId }),
    taskHistory: (file, runs) => link.ask({ type: 'taskHistory', file, runs }),
    importRun: (file, aside) => link.ask({ type: 'importRun', file, aside }),
    deleteRun: (runId) => link.ask({ type: 'deleteRun', runId }),
    expired: (expiry) => link.ask({ type: 'expired', expiry }),
    findReply: (requestHash, sinceMs) => link.ask({ type: 'findReply', requestHash, sinceMs }),
    forgetReplies: () => link.ask({ type: 'forgetReplies' }),
    rebuildProjections: () => link.ask({ type: 'rebuild' }),
    backUp: (file) => link.ask({ type: 'backup', file }),
    maintain: () => link.ask({ type: 'maintain' }),
    close: () => link.close(),
  };
}

function append(link: Link, runId: RunId, nextSeq: number, events: readonly RunEvent[]): Promise<void> {
  try {
    const rows = events.map((event) => JSON.stringify(event));
    return link.record({ type: 'append', runId, nextSeq, rows });
  } catch (thrown) {
    const message = `An event of run ${runId} can not be recorded: ${String(thrown)}.`;
    return Promise.reject(new StorageError('gap', message, remedyFor('gap')));
  }
}

function isLarge(request: Request): boolean {
  return 'job' in request && request.job.type === 'append' && request.job.rows.length >= largeBatch;
}

async function readAll(link: Link, runId: RunId, fromSeq: number, limit: number): Promise<readonly RunEvent[]> {
  const events: RunEvent[] = [];
  while (events.length < limit) {
    const wanted = Math.min(pageSize, limit - events.length);
    const text = await link.ask({ type: 'read', runId, fromSeq: fromSeq + events.length, limit: wanted });
    const page = JSON.parse(text) as RunEvent[];
    for (const event of page) events.push(event);
    if (page.length < wanted) break;
  }
  return events;
}

interface Waiting {
  readonly resolve: (answer: Answers[keyof Answers]) => void;
  readonly reject: (error: StorageError) => void;
}

/** Sends requests to the worker and settles their promises. */
class Link {
  readonly opened: Promise<readonly Failure[]>;
  private readonly worker: Worker;
  private readonly databasePath: string;
  private readonly exited: Promise<void>;
  private readonly waiting = new Map<number, Waiting>();
  private outbox: Request[] = [];
  /** Requests that were sent and are not answered. */
  private sent = 0;
  private nextId = 1;
  private ended: StorageError | undefined;
  private crash: unknown;

  constructor(worker: Worker, databasePath: string) {
    this.worker = worker;
    this.databasePath = databasePath;
    const { promise, resolve, reject } = Promise.withResolvers<readonly Failure[]>();
    this.opened = promise;
    worker.on('message', (reply: Reply) => {
      if (reply.type === 'opened') resolve(reply.notices);
      else if (reply.type === 'refused') reject(fromFailure(reply.error));
      else this.settle(reply);
    });
    worker.on('error', (error) => {
      this.crash = error;
    });
    this.exited = new Promise((done) => {
      worker.once('exit', () => {
        this.end();
        if (this.ended) reject(this.ended);
        done();
      });
    });
  }

  record(job: Job): Promise<void> {
    return new Promise<void>((resolve, reject) => {
      this.send({ id: this.nextId++, job }, { resolve: () => resolve(), reject });
    });
  }

  ask<T extends Ask>(ask: T): Promise<Answers[T['type']]> {
    return new Promise((resolve, reject) => {
      // The worker answers each question with its own kind of answer.
      this.send({ id: this.nextId++, ask }, { resolve: resolve as Waiting['resolve'], reject });
    });
  }

  async close(): Promise<void> {
    try {
      if (!this.ended) await this.ask({ type: 'close' });
    } finally {
      await this.exited;
    }
  }

  private send(request: Request, waiting: Waiting): void {
    if (this.ended) {
      waiting.reject(this.ended);
      return;
    }
    this.waiting.set(request.id, waiting);
    this.outbox.push(request);
    if (isLarge(request)) return this.flush();
    if (this.outbox.length > 1) return;
    if (this.sent === 0) queueMicrotask(() => this.flush());
    else setImmediate(() => this.flush());
  }

  private flush(): void {
    if (this.outbox.length === 0) return;
    const requests = this.outbox;
    this.outbox = [];
    this.sent += requests.length;
    this.worker.postMessage(requests);
  }

  private settle({ done, failed, answers }: Extract<Reply, { type: 'answers' }>): void {
    this.sent -= done.length + failed.length + answers.length;
    for (const id of done) this.take(id)?.resolve(undefined);
    for (const [id, error] of failed) this.take(id)?.reject(fromFailure(error));
    for (const [id, answer] of answers) this.take(id)?.resolve(answer);
  }

  private take(id: number): Waiting | undefined {
    const waiting = this.waiting.get(id);
    this.waiting.delete(id);
    return waiting;
  }

  private end(): void {
    const why = this.crash instanceof Error ? `has fallen: ${this.crash.message}` : 'is closed';
    this.ended = new StorageError('io_error', `The record ${this.databasePath} ${why}.`, 'Restart the engine.');
    for (const { reject } of this.waiting.values()) reject(this.ended);
    this.waiting.clear();
  }
}
