import { StorageError } from '../../engine/adapters/storage/index.ts';
import { recordParts } from '../../engine/adapters/storage/record-parts.ts';
import type {
  EarlierReply,
  EventLog,
  Expiry,
  ImportedRun,
  Replies,
  RunIndex,
  RunStore,
} from '../../engine/ports/index.ts';
import {
  type Blob,
  type Failure,
  foldAll,
  largeValuesOf,
  openQuestions,
  type RunEvent,
  type RunId,
  type RunQuery,
  type RunState,
  type RunSummary,
  runStatus,
  type TaskHistory,
} from '../../run/index.ts';
import { historyFrom } from './memory-history.ts';

/**
 * The record in memory, for the simulator: the same promises as the one on disk (`test/contracts` holds it to them),
 * with summaries folded from the events when they are asked for. What was recorded survives a simulated crash as long
 * as the object does; what was still on its way when `crash` is called is lost, and its promises reject.
 */
export class MemoryLog implements EventLog, RunIndex, RunStore, Replies {
  readonly #runs = new Map<RunId, string[]>();
  readonly #blobs = new Map<string, Uint8Array>();
  readonly #replies: (EarlierReply & { readonly hash: string })[] = [];
  readonly #falls = new Map<RunId, { falls: number; error: Failure }>();
  readonly #beforeCommit: () => Promise<void>;
  #life = 1;

  /** @param beforeCommit stands for the disk: awaited before each commit; what it throws, the commit rejects with. */
  constructor(beforeCommit: () => Promise<void> = () => Promise.resolve()) {
    this.#beforeCommit = beforeCommit;
  }

  async append(runId: RunId, nextSeq: number, events: readonly RunEvent[]): Promise<void> {
    // As text: nobody can change afterwards what was recorded, and only what JSON carries is kept.
    const rows = events.map((event) => JSON.stringify(event));
    await this.#commit();
    const recorded = this.#runs.get(runId) ?? [];
    const last = recorded.length;
    const follows = nextSeq === last + 1 && events.every((event, index) => event.seq === nextSeq + index);
    if (!follows) throw gap(`The record of run ${runId} goes on with event ${last + 1}, not ${nextSeq}.`);
    const missing = events.flatMap(largeValuesOf).find(({ hash }) => !this.#blobs.has(hash));
    if (missing) throw gap(`An event of run ${runId} names the large value ${missing.hash}, which was not kept.`);
    this.#runs.set(runId, [...recorded, ...rows]);
    for (const row of rows) this.#noteReply(runId, JSON.parse(row) as RunEvent);
  }

  findReply(requestHash: string, sinceMs: number): Promise<EarlierReply | undefined> {
    const found = this.#replies.findLast(({ hash, from }) => hash === requestHash && from.at >= sinceMs);
    return Promise.resolve(found && { from: found.from, reply: found.reply });
  }

  forgetReplies(): Promise<void> {
    this.#replies.splice(0);
    return Promise.resolve();
  }

  async keep(hash: string, bytes: Uint8Array): Promise<void> {
    const copy = bytes.slice();
    await this.#commit();
    if (!this.#blobs.has(hash)) this.#blobs.set(hash, copy);
  }

  read(runId: RunId, fromSeq = 1, limit = Infinity): Promise<readonly RunEvent[]> {
    return Promise.resolve(this.#events(runId).slice(fromSeq - 1, fromSeq - 1 + limit));
  }

  load(hash: string): Promise<Uint8Array | undefined> {
    return Promise.resolve(this.#blobs.get(hash)?.slice());
  }

  find(query: RunQuery): Promise<readonly RunSummary[]> {
    const found = this.#summaries().filter(
      (run) =>
        (!query.statuses || query.statuses.includes(run.status)) &&
        (query.file === undefined || run.file === query.file) &&
        (query.before === undefined || run.startedAt < query.before),
    );
    return Promise.resolve(found.toReversed().slice(0, query.limit));
  }

  get(idOrEnd: string): Promise<RunSummary | undefined> {
    const runs = this.#summaries();
    const byEnd = idOrEnd === '' ? [] : runs.filter((run) => run.runId.endsWith(idOrEnd));
    return Promise.resolve(runs.find((run) => run.runId === idOrEnd) ?? (byEnd.length === 1 ? byEnd[0] : undefined));
  }

  unfinished(): Promise<readonly RunId[]> {
    const open = this.#summaries().filter((run) => run.endedAt === undefined && !this.#isAside(run.runId));
    return Promise.resolve(open.map((run) => run.runId));
  }

  noteFall(runId: RunId, error: Failure): Promise<{ falls: number }> {
    const falls = (this.#falls.get(runId)?.falls ?? 0) + 1;
    this.#falls.set(runId, { falls, error });
    return Promise.resolve({ falls });
  }

  clearFalls(runId: RunId): Promise<void> {
    this.#falls.delete(runId);
    return Promise.resolve();
  }

  taskHistory(file: string, runs: number): Promise<TaskHistory> {
    const states = [...this.#runs.keys()].map((runId) => foldAll(runId, this.#events(runId)));
    const ended = states.filter((state) => state.started?.plan.file === file && state.ended !== undefined);
    const newestFirst = ended.toSorted(
      (a, b) => (b.startedAt ?? 0) - (a.startedAt ?? 0) || (a.runId < b.runId ? 1 : -1),
    );
    return Promise.resolve(historyFrom(newestFirst, runs));
  }

  async importRun(file: string, aside: Failure): Promise<ImportedRun> {
    let runId = '';
    const [rows, blobs]: [string[], Blob[]] = [[], []];
    for (const part of recordParts(file)) {
      if (part.type === 'header') runId = part.header.runId;
      else if (part.type === 'event') rows.push(JSON.stringify(part.event));
      else blobs.push(part.value);
    }
    await this.#commit();
    const recorded = this.#runs.get(runId);
    if (recorded && JSON.stringify(recorded) !== JSON.stringify(rows)) {
      throw new StorageError('run_differs', `Run ${runId} is here already, with other content.`, 'Delete it first.');
    }
    if (recorded) return { runId, events: rows.length, isNew: false };
    this.#runs.set(runId, rows);
    for (const { hash, bytes } of blobs) if (!this.#blobs.has(hash)) this.#blobs.set(hash, bytes);
    if (foldAll(runId, this.#events(runId)).ended === undefined) this.#falls.set(runId, { falls: 2, error: aside });
    return { runId, events: rows.length, isNew: true };
  }

  async deleteRun(runId: RunId): Promise<boolean> {
    await this.#commit();
    const candidates = this.#events(runId).flatMap(largeValuesOf);
    const isThere = this.#runs.delete(runId);
    this.#replies.splice(0, Infinity, ...this.#replies.filter(({ from }) => from.run !== runId));
    this.#falls.delete(runId);
    const others = [...this.#runs.keys()].flatMap((other) => this.#events(other).flatMap(largeValuesOf));
    const named = new Set(others.map(({ hash }) => hash));
    for (const { hash } of candidates) if (!named.has(hash)) this.#blobs.delete(hash);
    return isThere;
  }

  expired({ endedBefore = 0, keep = Infinity }: Expiry): Promise<readonly RunId[]> {
    const ended = this.#summaries().filter(({ endedAt }) => endedAt !== undefined);
    const newestFirst = ended.toSorted((a, b) => (b.endedAt ?? 0) - (a.endedAt ?? 0) || (a.runId < b.runId ? 1 : -1));
    const gone = newestFirst.filter(({ endedAt = 0 }, place) => place >= keep || endedAt < endedBefore);
    return Promise.resolve(gone.toReversed().map(({ runId }) => runId));
  }

  /** The process dies: commits under way never happen. */
  crash(): void {
    this.#life++;
  }

  #noteReply(run: RunId, event: RunEvent): void {
    if (event.type !== 'call-ended' || event.reusableAs === undefined) return;
    const { path, at, outcome, reusableAs: hash } = event;
    if (outcome.status !== 'completed' || !('reply' in outcome)) return;
    this.#replies.push({ hash, from: { run, call: path, at }, reply: outcome.reply });
  }

  async #commit(): Promise<void> {
    const life = this.#life;
    await this.#beforeCommit();
    if (life !== this.#life)
      throw new StorageError('io_error', 'The engine died before the commit.', 'Start it again.');
  }

  #events(runId: RunId): RunEvent[] {
    return (this.#runs.get(runId) ?? []).map((row) => JSON.parse(row) as RunEvent);
  }

  /** Of all runs, oldest first. */
  #summaries(): RunSummary[] {
    const all = [...this.#runs.keys()].map((runId) => this.#summary(foldAll(runId, this.#events(runId))));
    return all.sort((a, b) => a.startedAt - b.startedAt || (a.runId < b.runId ? -1 : 1));
  }

  #isAside(runId: RunId): boolean {
    return (this.#falls.get(runId)?.falls ?? 0) >= 2;
  }

  #summary(state: RunState): RunSummary {
    const aside = state.ended === undefined && this.#isAside(state.runId);
    const status = aside ? 'waiting' : runStatus(state);
    const why = aside ? this.#falls.get(state.runId)?.error : (state.error ?? reasonToWait(state, status));
    const ended = [...state.tasks.values()].filter(({ status: is }) => !['pending', 'waiting', 'running'].includes(is));
    return {
      runId: state.runId,
      name: state.started?.plan.name ?? '',
      file: state.started?.plan.file ?? '',
      status,
      mock: state.started?.mock ?? false,
      startedAt: state.startedAt ?? 0,
      ...(state.endedAt !== undefined && { endedAt: state.endedAt }),
      costNanoUsd: state.totals.costNanoUsd,
      costKnown: state.totals.costKnown,
      inputTokens: state.totals.inputTokens,
      outputTokens: state.totals.outputTokens,
      tasksEnded: ended.length,
      tasksFailed: ended.filter((task) => task.status === 'failed').length,
      seq: state.seq,
      ...(why && { failure: why }),
      questions: openQuestions(state),
    };
  }
}

function reasonToWait(state: RunState, status: string): Failure | undefined {
  if (status !== 'waiting') return undefined;
  return [...state.calls.values()].find((call) => call.status === 'waiting')?.waitingFor;
}

function gap(message: string): StorageError {
  return new StorageError('gap', message, 'This is a mistake of the program: please report it.');
}
