import type { Failure, RunId, RunStatus } from '../../../run/index.ts';
import type { Statements } from './statements.ts';

/** A run as the projections know it, in memory while it is written to. */
export interface RunRow {
  readonly runId: RunId;
  /** Its number in the table `ids`; 0 before it has one. */
  run: number;
  name: string;
  file: string;
  mock: boolean;
  startedAt: number;
  endedAt: number | null;
  ended: Exclude<RunStatus, 'running' | 'waiting'> | null;
  /** The last recorded event. */
  seq: number;
  tasksEnded: number;
  tasksFailed: number;
  inputTokens: number;
  outputTokens: number;
  costNanoUsd: number;
  unpricedCalls: number;
  /** Why it failed. */
  error: Failure | null;
  readonly holds: Set<string>;
  /** Paths of calls in flight. */
  readonly inFlight: Set<string>;
  /** Calls that wait for leave: task → path → why. */
  readonly waiting: Map<string, Map<string, Failure>>;
  /** Open questions: task → ids. */
  readonly questions: Map<string, Set<string>>;
}

/** Writes a run into the table `runs`. */
export function writeRow(db: Statements, row: RunRow): void {
  const failure = failureOf(row);
  db.run(
    `INSERT INTO runs(run, run_id, name, file, mock, started_at, status, ended_at, seq, tasks_ended, tasks_failed,
       input_tokens, output_tokens, cost_nano_usd, unpriced_calls, failure, holds)
     VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT DO UPDATE SET status = excluded.status, ended_at = excluded.ended_at, seq = excluded.seq,
       tasks_ended = excluded.tasks_ended, tasks_failed = excluded.tasks_failed,
       input_tokens = excluded.input_tokens, output_tokens = excluded.output_tokens,
       cost_nano_usd = excluded.cost_nano_usd, unpriced_calls = excluded.unpriced_calls,
       failure = excluded.failure, holds = excluded.holds`,
    [
      row.run,
      row.runId,
      row.name,
      row.file,
      row.mock ? 1 : 0,
      row.startedAt,
      statusOf(row),
      row.endedAt,
      row.seq,
      row.tasksEnded,
      row.tasksFailed,
      row.inputTokens,
      row.outputTokens,
      row.costNanoUsd,
      row.unpricedCalls,
      failure ? JSON.stringify(failure) : null,
      JSON.stringify([...row.holds]),
    ],
  );
}

/** The run as the tables know it; one with `seq` 0 if they do not. */
export function readRow(db: Statements, runId: RunId): RunRow {
  const row = emptyRow(runId);
  const found = db.row(
    `SELECT run, name, file, mock, started_at, status, ended_at, seq, tasks_ended, tasks_failed, input_tokens,
       output_tokens, cost_nano_usd, unpriced_calls, failure, holds FROM ids LEFT JOIN runs USING(run)
     WHERE ids.run_id = ?`,
    [runId],
  );
  if (!found) return row;
  const [run, name, file, mock, startedAt, status, endedAt, seq, tasksEnded, tasksFailed, ...rest] = found;
  row.run = Number(run);
  if (name === null) return row;
  const [inputTokens, outputTokens, costNanoUsd, unpricedCalls, error, holds] = rest;
  row.name = String(name);
  row.file = String(file);
  row.mock = mock === 1;
  row.startedAt = Number(startedAt);
  row.seq = Number(seq);
  row.tasksEnded = Number(tasksEnded);
  row.tasksFailed = Number(tasksFailed);
  row.inputTokens = Number(inputTokens);
  row.outputTokens = Number(outputTokens);
  row.costNanoUsd = Number(costNanoUsd);
  row.unpricedCalls = Number(unpricedCalls);
  if (typeof endedAt === 'number') {
    row.endedAt = endedAt;
    row.ended = String(status) as RunRow['ended'];
    // Without an end, the column has the reason of a waiting call, which is read with the call.
    if (typeof error === 'string') row.error = JSON.parse(error) as Failure;
  }
  for (const hold of JSON.parse(String(holds)) as string[]) row.holds.add(hold);
  readOpen(db, row);
  return row;
}

function readOpen(db: Statements, row: RunRow): void {
  const calls = db.rows(
    `SELECT path, task, status, waiting_for FROM calls WHERE run = ? AND status IN ('running', 'waiting')`,
    [row.run],
  );
  for (const [path, task, status, reason] of calls) {
    if (status === 'running') row.inFlight.add(String(path));
    else add(row.waiting, String(task), new Map(), (group) => group.set(String(path), JSON.parse(String(reason))));
  }
  const questions = db.rows('SELECT id, task FROM questions WHERE run = ? AND closed = 0', [row.run]);
  for (const [id, task] of questions) add(row.questions, String(task), new Set(), (group) => group.add(String(id)));
}

function add<T>(groups: Map<string, T>, task: string, empty: T, put: (group: T) => void): void {
  const group = groups.get(task) ?? empty;
  groups.set(task, group);
  put(group);
}

/** As people see it: `waiting` when nothing is in flight and a person, a key or a hold is what it waits for. */
function statusOf(row: RunRow): RunStatus {
  if (row.ended) return row.ended;
  if (row.inFlight.size > 0) return 'running';
  return row.questions.size > 0 || row.waiting.size > 0 || row.holds.size > 0 ? 'waiting' : 'running';
}

/** Why it failed or waits, if something can be said. */
function failureOf(row: RunRow): Failure | null {
  if (row.error) return row.error;
  if (statusOf(row) !== 'waiting') return null;
  for (const calls of row.waiting.values()) for (const reason of calls.values()) return reason;
  return null;
}

function emptyRow(runId: RunId): RunRow {
  return {
    runId,
    run: 0,
    name: '',
    file: '',
    mock: false,
    startedAt: 0,
    endedAt: null,
    ended: null,
    seq: 0,
    tasksEnded: 0,
    tasksFailed: 0,
    inputTokens: 0,
    outputTokens: 0,
    costNanoUsd: 0,
    unpricedCalls: 0,
    error: null,
    holds: new Set(),
    inFlight: new Set(),
    waiting: new Map(),
    questions: new Map(),
  };
}
