import type { SqlValue } from 'sql.js';
import type { Failure, OpenQuestion, RunId, RunQuery, RunStatus, RunSummary } from '../../../run/index.ts';
import type { Expiry } from '../../ports/index.ts';
import type { Statements } from './statements.ts';

/** A run on which the engine fell this often is not taken up again by itself. */
export const fallsUntilSetAside = 2;
const maxFound = 1000;

/** The events of a run from `fromSeq` on, at most `limit`, as the text of a JSON list. */
export function readEvents(db: Statements, runId: RunId, fromSeq: number, limit: number): string {
  const rows = db.rows(
    `SELECT data FROM events WHERE run = (SELECT run FROM ids WHERE run_id = ?) AND seq >= ? ORDER BY seq LIMIT ?`,
    [runId, fromSeq, limit],
  );
  return `[${rows.map(([data]) => String(data)).join(',')}]`;
}

/** Kept bytes, or undefined if there are none of this hash. */
export function loadBlob(db: Statements, hash: string): Uint8Array | undefined {
  const found = db.row('SELECT bytes FROM blobs WHERE hash = ?', [hash])?.[0];
  return found instanceof Uint8Array ? found : undefined;
}

// A run that was set aside waits for a person, whatever its last events say.
const columns = `
  run_id, name, file, mock, started_at, ended_at, seq, tasks_ended, tasks_failed, input_tokens, output_tokens,
  cost_nano_usd, unpriced_calls,
  CASE WHEN aside THEN 'waiting' ELSE status END AS shown, CASE WHEN aside THEN fall ELSE failure END AS why`;
const source = `
  (SELECT runs.*, falls.error AS fall, ended_at IS NULL AND ifnull(falls.falls, 0) >= ${fallsUntilSetAside} AS aside
   FROM runs LEFT JOIN falls USING(run_id))`;

/** Runs that match, newest first. */
export function findRuns(db: Statements, query: RunQuery): RunSummary[] {
  const rows = db.rows(
    `SELECT ${columns} FROM ${source}
     WHERE (?1 IS NULL OR shown IN (SELECT value FROM json_each(?1))) AND (?2 IS NULL OR file = ?2)
       AND (?3 IS NULL OR started_at < ?3)
     ORDER BY started_at DESC, run_id DESC LIMIT ?4`,
    [
      query.statuses ? JSON.stringify(query.statuses) : null,
      query.file ?? null,
      query.before ?? null,
      Math.min(query.limit, maxFound),
    ],
  );
  return summaries(db, rows);
}

/** The run with this id, or the only one whose id ends so. */
export function getRun(db: Statements, idOrEnd: string): RunSummary | undefined {
  const byId = db.rows(`SELECT ${columns} FROM ${source} WHERE run = (SELECT run FROM ids WHERE run_id = ?)`, [
    idOrEnd,
  ]);
  if (byId.length > 0) return summaries(db, byId)[0];
  if (idOrEnd === '') return undefined;
  const byEnd = db.rows(`SELECT ${columns} FROM ${source} WHERE substr(run_id, -length(?1)) = ?1 LIMIT 2`, [idOrEnd]);
  return byEnd.length === 1 ? summaries(db, byEnd)[0] : undefined;
}

/** Runs to go on with: not ended, not set aside, oldest first. */
export function unfinishedRuns(db: Statements): RunId[] {
  const rows = db.rows(
    `SELECT run_id FROM ${source} WHERE ended_at IS NULL AND NOT aside ORDER BY started_at, run_id`,
    [],
  );
  return rows.map(([runId]) => String(runId));
}

/** Ended runs that need not be kept, at most `maxFound`; see `RunStore.expired`. */
export function expiredRuns(db: Statements, { endedBefore, keep }: Expiry): RunId[] {
  const rows = db.rows(
    `SELECT run_id FROM (
       SELECT run_id, ended_at, row_number() OVER (ORDER BY ended_at DESC, run_id DESC) AS place
       FROM runs WHERE ended_at IS NOT NULL)
     WHERE place > ifnull(?1, place) OR ended_at < ifnull(?2, ended_at) ORDER BY ended_at, run_id LIMIT ?3`,
    [keep ?? null, endedBefore ?? null, maxFound],
  );
  return rows.map(([runId]) => String(runId));
}

/** Counts a fall of the engine on a run. */
export function noteFall(db: Statements, runId: RunId, error: Failure): { falls: number } {
  db.run(
    `INSERT INTO falls(run_id, falls, error) VALUES(?, 1, ?)
     ON CONFLICT DO UPDATE SET falls = falls + 1, error = excluded.error`,
    [runId, JSON.stringify(error)],
  );
  return { falls: Number(db.row('SELECT falls FROM falls WHERE run_id = ?', [runId])?.[0]) };
}

export function clearFalls(db: Statements, runId: RunId): void {
  db.run('DELETE FROM falls WHERE run_id = ?', [runId]);
}

function summaries(db: Statements, rows: SqlValue[][]): RunSummary[] {
  const questions = openQuestions(
    db,
    rows.map(([runId]) => String(runId)),
  );
  return rows.map((row) => summary(row, questions.get(String(row[0])) ?? []));
}

function summary(row: SqlValue[], questions: readonly OpenQuestion[]): RunSummary {
  const [runId, name, file, mock, startedAt, endedAt, seq, tasksEnded, tasksFailed, ...rest] = row;
  const [inputTokens, outputTokens, costNanoUsd, unpricedCalls, status, why] = rest;
  return {
    runId: String(runId),
    name: String(name),
    file: String(file),
    status: String(status) as RunStatus,
    mock: mock === 1,
    startedAt: Number(startedAt),
    ...(typeof endedAt === 'number' && { endedAt }),
    costNanoUsd: Number(costNanoUsd),
    costKnown: unpricedCalls === 0,
    inputTokens: Number(inputTokens),
    outputTokens: Number(outputTokens),
    tasksEnded: Number(tasksEnded),
    tasksFailed: Number(tasksFailed),
    seq: Number(seq),
    ...(typeof why === 'string' && { failure: JSON.parse(why) as Failure }),
    questions,
  };
}

function openQuestions(db: Statements, runIds: readonly RunId[]): Map<RunId, OpenQuestion[]> {
  const rows = db.rows(
    `SELECT run_id, id, task, question, asked_at FROM ids JOIN questions USING(run)
     WHERE closed = 0 AND run_id IN (SELECT value FROM json_each(?)) ORDER BY asked_at, id`,
    [JSON.stringify(runIds)],
  );
  const byRun = new Map<RunId, OpenQuestion[]>();
  for (const [runId, id, task, question, askedAt] of rows) {
    const list = byRun.get(String(runId)) ?? [];
    byRun.set(String(runId), list);
    list.push({
      id: String(id),
      task: String(task),
      question: JSON.parse(String(question)) as OpenQuestion['question'],
      askedAt: Number(askedAt),
    });
  }
  return byRun;
}
