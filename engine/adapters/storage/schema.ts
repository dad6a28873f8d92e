import type { Database } from 'sql.js';
import { rebuildProjections } from './projections.ts';

/** One step from a version of the schema to the next. Once released, a step never changes. */
export interface Migration {
  readonly version: number;
  readonly note: string;
  readonly sql: string;
  /** Set when a projection is new or has changed: all of them are made anew from the events, after the last step. */
  readonly rebuilds?: true;
}

/** The steps to the schema that this program reads and writes; a change of the schema adds one. */
export const migrations: readonly Migration[] = [
  {
    version: 1,
    note: 'events are the truth; runs, tasks, calls and questions are projections of them',
    sql: `
      CREATE TABLE migrations(version INTEGER PRIMARY KEY, note TEXT NOT NULL, applied_at INTEGER NOT NULL);

      -- The truth. data is the whole event as JSON. Other tables know a run by its number in ids: with the long id in
      -- every key, runs that write at the same time would touch several times as many pages.
      CREATE TABLE ids(run INTEGER PRIMARY KEY, run_id TEXT NOT NULL UNIQUE);
      CREATE TABLE events(
        id INTEGER PRIMARY KEY, run INTEGER NOT NULL, seq INTEGER NOT NULL, at INTEGER NOT NULL,
        type TEXT NOT NULL, path TEXT, data TEXT NOT NULL);
      CREATE UNIQUE INDEX events_of_run ON events(run, seq);
      CREATE TABLE blobs(hash TEXT PRIMARY KEY, bytes BLOB NOT NULL);
      -- How often an engine fell on a run. Not a fact of the run, so not an event.
      CREATE TABLE falls(run_id TEXT PRIMARY KEY, falls INTEGER NOT NULL, error TEXT NOT NULL) WITHOUT ROWID;

      -- Projections: written with the events, made anew by rebuilding.
      CREATE TABLE runs(
        run INTEGER PRIMARY KEY, run_id TEXT NOT NULL, name TEXT NOT NULL, file TEXT NOT NULL, mock INTEGER NOT NULL,
        started_at INTEGER NOT NULL, status TEXT NOT NULL, ended_at INTEGER, seq INTEGER NOT NULL,
        tasks_ended INTEGER NOT NULL, tasks_failed INTEGER NOT NULL,
        input_tokens INTEGER NOT NULL, output_tokens INTEGER NOT NULL,
        cost_nano_usd INTEGER NOT NULL, unpriced_calls INTEGER NOT NULL,
        failure TEXT, holds TEXT NOT NULL);
      CREATE INDEX runs_by_start ON runs(started_at);
      CREATE TABLE tasks(
        run INTEGER NOT NULL, path TEXT NOT NULL, static_path TEXT NOT NULL, round INTEGER NOT NULL,
        status TEXT NOT NULL, reason TEXT, started_at INTEGER, ended_at INTEGER, error TEXT,
        PRIMARY KEY(run, path)) WITHOUT ROWID;
      -- target is the model or the tool.
      CREATE TABLE calls(
        run INTEGER NOT NULL, path TEXT NOT NULL, task TEXT NOT NULL, kind TEXT, target TEXT, effect TEXT,
        attempt INTEGER, status TEXT NOT NULL, waiting_for TEXT, started_at INTEGER, ended_at INTEGER,
        input_tokens INTEGER, output_tokens INTEGER, cached_input_tokens INTEGER, reasoning_tokens INTEGER,
        cost_nano_usd INTEGER, priced INTEGER NOT NULL DEFAULT 1, estimated INTEGER NOT NULL DEFAULT 0, error TEXT,
        PRIMARY KEY(run, path)) WITHOUT ROWID;
      CREATE TABLE questions(
        run INTEGER NOT NULL, id TEXT NOT NULL, task TEXT NOT NULL, question TEXT NOT NULL,
        asked_at INTEGER NOT NULL, answered_at INTEGER, closed INTEGER NOT NULL DEFAULT 0,
        PRIMARY KEY(run, id)) WITHOUT ROWID;
      CREATE INDEX questions_open ON questions(run, asked_at) WHERE closed = 0;
    `,
  },
  {
    version: 2,
    note: 'replies that later calls may get',
    sql: `
      -- Not a projection: an imported run has none. seq is that of the call-ended with the reply.
      CREATE TABLE replies(
        run INTEGER NOT NULL, seq INTEGER NOT NULL, request_hash TEXT NOT NULL, at INTEGER NOT NULL,
        PRIMARY KEY(run, seq)) WITHOUT ROWID;
      CREATE INDEX replies_by_request ON replies(request_hash, at);
    `,
  },
];

/** Marks the file as ours in its header (`file` and other tools show it): "Segu". */
export const applicationId = 0x53656775;

/** Brings a database from version `from` (0 = empty) to the last step's, all steps in one transaction. */
export function migrate(sql: Database, from: number, nowMs: number, steps: readonly Migration[]): void {
  const due = steps.slice(from);
  sql.exec('BEGIN IMMEDIATE');
  for (const { version, note, sql: step } of due) {
    sql.exec(step);
    sql.run('INSERT INTO migrations VALUES(?, ?, ?)', [version, note, nowMs]);
  }
  if (from > 0 && due.some(({ rebuilds }) => rebuilds)) rebuildProjections(sql);
  sql.exec(`PRAGMA user_version=${steps.length}; PRAGMA application_id=${applicationId}; COMMIT`);
}
