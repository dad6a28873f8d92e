// What clients ask about runs: all from the database, nothing from live state, so every answer is durable.
import { type Answer, failure, type Query } from '../../run/index.ts';
import type { EventLog, RunIndex } from '../ports/index.ts';

const maxRuns = 500;
const maxEvents = 1_000;
const maxPastRuns = 50;
const maxValueLength = 1_000_000;

/** Answers queries. */
export class RunQueries {
  readonly #log: EventLog;
  readonly #index: RunIndex;
  /** The large value asked for last: it is read page by page. */
  #lastValue: { readonly hash: string; readonly text: string } | undefined;

  constructor(log: EventLog, index: RunIndex) {
    this.#log = log;
    this.#index = index;
  }

  async answer(query: Query): Promise<Answer> {
    switch (query.type) {
      case 'runs': {
        const limit = Math.min(query.query.limit, maxRuns);
        return { type: 'runs', runs: await this.#index.find({ ...query.query, limit }) };
      }
      case 'run': {
        const run = await this.#index.get(query.runId);
        return run ? { type: 'run', run } : { type: 'refused', refused: unknownRun(query.runId) };
      }
      case 'events': {
        const limit = Math.min(query.limit, maxEvents);
        return { type: 'events', events: await this.#log.read(query.runId, query.fromSeq, limit) };
      }
      case 'task-history': {
        const runs = Math.min(query.runs, maxPastRuns);
        return { type: 'task-history', history: await this.#index.taskHistory(query.file, runs) };
      }
      case 'value':
        return this.#value(query.hash, query.offset, Math.min(query.length, maxValueLength));
    }
  }

  async #value(hash: string, offset: number, length: number): Promise<Answer> {
    if (this.#lastValue?.hash !== hash) {
      const bytes = await this.#log.load(hash);
      if (!bytes) return { type: 'refused', refused: failure('unknown_value', `There is no value ${hash}.`) };
      this.#lastValue = { hash, text: new TextDecoder().decode(bytes) };
    }
    const { text } = this.#lastValue;
    return { type: 'value', text: text.slice(offset, offset + length), total: text.length };
  }
}

export function unknownRun(runId: string): ReturnType<typeof failure> {
  return failure('unknown_run', `There is no run "${runId}" in this folder.`, {
    remedy: '`segue runs` lists the runs; any unique end of an id will do.',
  });
}
