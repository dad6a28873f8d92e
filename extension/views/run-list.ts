// The runs of all data folders of this window: live ones always, of the others as many pages as were asked for.
// What the view, the status bar and the notifications show comes from here.
import { type Disposable, EventEmitter } from 'vscode';
import type { EngineConnection } from '../../client/index.ts';
import type { Failure, RunQuery, RunSummary } from '../../run/index.ts';
import type { Engine } from '../processes/engine.ts';
import type { Engines } from '../processes/engines.ts';

const pageSize = 50;
const maxLive = 500;
/** Summaries come with every event; readers are told this often at most. */
const tellEveryMs = 150;

/** A run and the engine it lives in. */
export interface RunEntry {
  readonly engine: Engine;
  readonly run: RunSummary;
}

export class RunList implements Disposable {
  readonly #books = new Map<Engine, Book>();
  readonly #changed = new EventEmitter<void>();
  readonly #report: (error: unknown) => void;
  #telling: NodeJS.Timeout | undefined;

  readonly onChanged = this.#changed.event;

  /** @param report told what kept an engine's runs from being listed */
  constructor(engines: Engines, report: (error: unknown) => void) {
    this.#report = report;
    for (const engine of engines.all()) this.#look(engine);
    engines.onSeen((engine) => this.#look(engine));
  }

  /** Live runs first, then the newest. */
  entries(): readonly RunEntry[] {
    return [...this.#books.values()]
      .flatMap((book) => [...book.runs.values()].map((run) => ({ engine: book.engine, run })))
      .sort((a, b) => Number(isLive(b.run)) - Number(isLive(a.run)) || b.run.startedAt - a.run.startedAt);
  }

  live(): readonly RunEntry[] {
    return this.entries().filter(({ run }) => isLive(run));
  }

  find(runId: string): RunEntry | undefined {
    return this.entries().find(({ run }) => run.runId === runId);
  }

  /** Whether older runs are recorded than those listed. */
  hasMore(): boolean {
    return [...this.#books.values()].some((book) => book.before !== undefined);
  }

  /** Adds a page of older runs. */
  async loadMore(): Promise<void> {
    await Promise.all([...this.#books.values()].map((book) => this.#loadPage(book)));
    this.#tell();
  }

  /** Connects to every engine that has runs to list, starting it where needed, and lists them anew. */
  async refresh(): Promise<void> {
    const worth = [...this.#books.values()].filter(({ engine }) => engine.hasRecord());
    await Promise.all(
      worth.map(async (book) => {
        // A connection that is made now lists by itself.
        if (book.engine.state === 'connected') await this.#list(book);
        else await book.engine.connect();
      }),
    );
  }

  dispose(): void {
    clearTimeout(this.#telling);
    this.#changed.dispose();
  }

  #look(engine: Engine): void {
    if (!this.#books.has(engine)) this.#add(engine);
    const { state } = engine;
    const isWanted = state === 'away' || state === 'lost' || state === 'stopped';
    if (isWanted && engine.seemsToRun()) this.#connect(engine);
    this.#tell();
  }

  #add(engine: Engine): void {
    const book: Book = { engine, runs: new Map(), before: undefined, listings: new Set() };
    this.#books.set(engine, book);
    engine.onRunChanged((run) => {
      book.runs.set(run.runId, run);
      for (const heard of book.listings) heard.set(run.runId, run);
      this.#tell();
    });
    engine.onConnected((connection) => void this.#list(book, connection).catch(this.#report));
    engine.onStateChanged((state) => {
      // Its runs go on as soon as there is an engine again, so there must be one.
      if (state === 'lost' && [...book.runs.values()].some(isLive)) this.#connect(engine);
      this.#tell();
    });
  }

  #connect(engine: Engine): void {
    engine.connect().catch(this.#report);
  }

  async #list(book: Book, connection?: EngineConnection): Promise<void> {
    // What is heard while the list is on its way is newer than the list.
    const heard = new Map<string, RunSummary>();
    book.listings.add(heard);
    try {
      const live = await this.#ask(book, { statuses: ['running', 'waiting'], limit: maxLive }, connection);
      const first = await this.#ask(book, { limit: pageSize }, connection);
      book.runs.clear();
      for (const run of [...first, ...live, ...heard.values()]) book.runs.set(run.runId, run);
      book.before = nextPage(first);
    } finally {
      book.listings.delete(heard);
    }
    this.#tell();
  }

  async #loadPage(book: Book): Promise<void> {
    if (book.before === undefined) return;
    const page = await this.#ask(book, { limit: pageSize, before: book.before });
    for (const run of page) book.runs.set(run.runId, run);
    book.before = nextPage(page);
  }

  async #ask(book: Book, query: RunQuery, connection?: EngineConnection): Promise<readonly RunSummary[]> {
    const client = connection ?? (await book.engine.connect());
    const answer = await client.ask({ type: 'runs', query });
    if (answer.type === 'runs') return answer.runs;
    throw new Error(answer.type === 'refused' ? messageOf(answer.refused) : `unexpected answer ${answer.type}`);
  }

  #tell(): void {
    this.#telling ??= setTimeout(() => {
      this.#telling = undefined;
      this.#changed.fire();
    }, tellEveryMs);
  }
}

/** Whether a run may still change by itself. */
export function isLive(run: RunSummary): boolean {
  return (run.status === 'running' || run.status === 'waiting') && !isSetAside(run);
}

/** Failures for which an engine leaves an unfinished run alone until a person resumes it. */
const setAsideCodes: ReadonlySet<string | undefined> = new Set(['engine_fell', 'foreign_record', 'imported_record']);

export function isSetAside(run: RunSummary): boolean {
  return setAsideCodes.has(run.failure?.code);
}

interface Book {
  /** What was heard of runs since a list was asked for, one map for each list under way. */
  readonly listings: Set<Map<string, RunSummary>>;
  readonly engine: Engine;
  readonly runs: Map<string, RunSummary>;
  /** Start time of the oldest run that was listed by pages; undefined: there are no older ones. */
  before: number | undefined;
}

function nextPage(page: readonly RunSummary[]): number | undefined {
  return page.length < pageSize ? undefined : page.at(-1)?.startedAt;
}

function messageOf({ message, remedy }: Failure): string {
  return remedy ? `${message} ${remedy}` : message;
}
