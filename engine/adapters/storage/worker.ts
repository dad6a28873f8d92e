// Main of the storage worker: owns the database file, and does nothing else. One queue, one writer.
import { type MessagePort, parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads';
import type { Ask, FailureOfStorage, Reply, Request, WorkerStart } from './messages.ts';
import { loadSqlite } from './sqlite.ts';
import { StorageError } from './storage-error.ts';
import { Store } from './store.ts';
import type { Job } from './writer.ts';

// What it throws ends the worker, and the engine's side hears of it.
if (parentPort) void serve(parentPort, workerData as WorkerStart);

async function serve(port: MessagePort, { databasePath, wasm, owner }: WorkerStart): Promise<void> {
  const post = (reply: Reply): void => port.postMessage(reply);
  try {
    const sqlite = await loadSqlite(wasm);
    const store = new Store(sqlite, databasePath, { nowMs: Date.now, ...(owner && { owner }) });
    const desk = new Desk(port, store, post);
    port.on('message', (requests: readonly Request[]) => desk.take(requests));
    post({ type: 'opened', build: sqlite.build, notices: store.database.notices });
  } catch (thrown) {
    if (!(thrown instanceof StorageError)) throw thrown;
    post({ type: 'refused', error: thrown.toFailure() });
    port.close();
  }
}

/** Silence after which the log is written back: longer than the steps of a run under way are apart. */
const restMs = 50;

/** Takes requests and answers them: jobs in groups, questions between the groups. */
class Desk {
  private readonly port: MessagePort;
  private readonly store: Store;
  private readonly post: (reply: Reply) => void;
  private readonly jobs: (Job & { readonly id: number })[] = [];
  private asks: { readonly id: number; readonly ask: Ask }[] = [];
  private isClosed = false;
  /** Nobody has asked for anything for a while. */
  private readonly rest = setTimeout(() => this.store.checkpoint('resting'), restMs).unref();

  constructor(port: MessagePort, store: Store, post: (reply: Reply) => void) {
    this.port = port;
    this.store = store;
    this.post = post;
  }

  take(requests: readonly Request[]): void {
    this.sort(requests);
    this.collect();
    while (this.jobs.length > 0 || this.asks.length > 0) {
      // Answers leave after each group, and what came during its sync joins the next.
      if (this.jobs.length > 0) {
        this.commit();
        this.collect();
        this.store.checkpoint('busy');
      }
      this.answerAll();
      this.collect();
    }
    if (!this.isClosed) this.rest.refresh();
  }

  /** Takes what lies in the mailbox, without going back to the event loop. */
  private collect(): void {
    for (let mail = receiveMessageOnPort(this.port); mail; mail = receiveMessageOnPort(this.port)) {
      this.sort(mail.message as readonly Request[]);
    }
  }

  private sort(requests: readonly Request[]): void {
    for (const request of requests) {
      if ('ask' in request) this.asks.push(request);
      else this.jobs.push({ ...request.job, id: request.id });
    }
  }

  private commit(): void {
    const { jobs, results } = this.store.writer.commitGroup(this.jobs);
    const done: number[] = [];
    const failed: [number, FailureOfStorage][] = [];
    jobs.forEach(({ id }, index) => {
      const error = results[index];
      if (error) failed.push([id, error.toFailure()]);
      else done.push(id);
    });
    this.post({ type: 'answers', done, failed, answers: [] });
  }

  private answerAll(): void {
    // A question may depend on jobs that were sent before it, so those are done first; closing comes last of all.
    if (this.jobs.length > 0 && this.asks.some(({ ask }) => ask.type === 'close')) return;
    const isBusy = this.jobs.length > 0;
    const asks = this.asks;
    this.asks = [];
    for (const request of asks) {
      // A value may be kept already while the event that names it waits: to a deletion it would look forgotten.
      if (isBusy && request.ask.type === 'deleteRun') this.asks.push(request);
      else this.answer(request.id, request.ask);
    }
  }

  private answer(id: number, ask: Ask): void {
    try {
      const answer = this.store.answer(ask);
      this.post({ type: 'answers', done: [], failed: [], answers: [[id, answer]] });
    } catch (thrown) {
      if (!(thrown instanceof StorageError)) throw thrown;
      this.post({ type: 'answers', done: [], failed: [[id, thrown.toFailure()]], answers: [] });
    }
    if (ask.type === 'close') this.end();
  }

  private end(): void {
    this.isClosed = true;
    clearTimeout(this.rest);
    this.port.close();
  }
}
