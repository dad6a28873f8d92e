// The tables that people query, kept in step with the events. Invariants:
//   P1. A projection is written in the transaction of the events it comes from.
//   P2. What stands in memory equals the tables; after a rollback it is forgotten and read again.
//   P3. Projecting all events again gives the same tables.
import type { Failure, RunEvent, RunId, Spent } from '../../../run/index.ts';
import type { Database } from 'sql.js';
import { targetOf } from './event-rows.ts';
import { type RunRow, readRow, writeRow } from './run-row.ts';
import { Statements } from './statements.ts';

/** Runs kept in memory. More than are ever active; one that is not there is read from its tables. */
const maxRows = 5000;

const newNumber = 'INSERT INTO ids(run_id) VALUES(?) RETURNING run';

export class Projections {
  private readonly statements: Statements;
  private readonly rows = new Map<RunId, RunRow>();
  private readonly changed = new Set<RunRow>();

  constructor(statements: Statements) {
    this.statements = statements;
  }

  /** The number of the last event of a run; 0 for an unknown run. */
  lastSeq(runId: RunId): number {
    return this.row(runId).seq;
  }

  /** The number by which the tables know a run; a new run is given one. */
  numberOf(runId: RunId): number {
    const row = this.row(runId);
    if (row.run === 0) row.run = Number(this.statements.row(newNumber, [runId])?.[0]);
    return row.run;
  }

  /** Projects one event of a run that has its number. The row of its run is written by `flush`. */
  absorb(runId: RunId, event: RunEvent): void {
    const row = this.row(runId);
    row.seq = event.seq;
    this.changed.add(row);
    project(this.statements, row, event);
  }

  /** Writes the rows of the runs that have changed since the last time. */
  flush(): void {
    for (const row of this.changed) writeRow(this.statements, row);
  }

  /** After the commit: what was changed is now true. */
  keep(): void {
    this.changed.clear();
    if (this.rows.size <= maxRows) return;
    for (const runId of [...this.rows.keys()].slice(0, this.rows.size - maxRows)) this.rows.delete(runId);
  }

  /** After a rollback: what is in memory is no longer true. */
  forget(): void {
    this.changed.clear();
    this.rows.clear();
  }

  private row(runId: RunId): RunRow {
    const known = this.rows.get(runId);
    if (known) return known;
    const row = readRow(this.statements, runId);
    this.rows.set(runId, row);
    return row;
  }
}

/** Makes all projections anew from the events, within a transaction of the caller. What others hold in memory is stale then. */
export function rebuildProjections(sql: Database): void {
  sql.exec('DELETE FROM runs; DELETE FROM tasks; DELETE FROM calls; DELETE FROM questions');
  const statements = new Statements(sql);
  const projections = new Projections(statements);
  const events = sql.prepare('SELECT run_id, data FROM events JOIN ids USING(run) ORDER BY id');
  try {
    while (events.step()) {
      const [runId, data] = events.get();
      projections.absorb(String(runId), JSON.parse(String(data)) as RunEvent);
    }
    projections.flush();
  } finally {
    events.free();
    statements.free();
  }
}

function project(db: Statements, row: RunRow, event: RunEvent): void {
  switch (event.type) {
    case 'run-started':
      row.name = event.plan.name;
      row.file = event.plan.file;
      row.mock = event.mock;
      row.startedAt = event.at;
      return;
    case 'task-started':
      return startTask(db, row, event);
    case 'task-ended':
      return endTask(db, row, event);
    case 'call-started':
      return startCall(db, row, event);
    case 'call-waiting':
      return waitCall(db, row, event);
    case 'call-ended':
      return endCall(db, row, event);
    case 'usage-settled':
      return settle(db, row, event.path, event.spent);
    case 'question-asked':
      return ask(db, row, event);
    case 'question-answered':
      removeFrom(row.questions, event.task, event.id);
      db.run('UPDATE questions SET answered_at = ?, closed = 1 WHERE run = ? AND id = ?', [
        event.at,
        row.run,
        event.id,
      ]);
      return;
    case 'hold-set':
      row.holds.add(event.id);
      return;
    case 'hold-cleared':
      row.holds.delete(event.id);
      return;
    case 'run-resumed':
      row.ended = null;
      row.endedAt = null;
      row.error = null;
      for (const task of [...row.waiting.keys()]) dropWaiting(db, row, task);
      return;
    case 'run-ended':
      return endRun(db, row, event);
    case 'gate-judged':
    case 'plan-made':
    // Nothing has left, and nobody looks for it: the record alone has it.
    case 'call-answered':
    case 'timer-set':
    case 'timer-fired':
    case 'cancel-requested':
      return;
  }
}

type Of<T extends RunEvent['type']> = Extract<RunEvent, { type: T }>;

function startTask(db: Statements, row: RunRow, event: Of<'task-started'>): void {
  if (event.round > 1) countTask(row, taskStatus(db, row, event.path), -1);
  db.run(
    `INSERT INTO tasks(run, path, static_path, round, status, started_at) VALUES(?, ?, ?, ?, 'running', ?)
     ON CONFLICT DO UPDATE SET round = excluded.round, status = excluded.status, started_at = excluded.started_at,
       reason = NULL, ended_at = NULL, error = NULL`,
    [row.run, event.path, event.staticPath, event.round, event.at],
  );
}

function endTask(db: Statements, row: RunRow, event: Of<'task-ended'>): void {
  if (event.round > 1) countTask(row, taskStatus(db, row, event.path), -1);
  countTask(row, event.status, 1);
  db.run(
    `INSERT INTO tasks(run, path, static_path, round, status, reason, ended_at, error) VALUES(?, ?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT DO UPDATE SET round = excluded.round, status = excluded.status, reason = excluded.reason,
       ended_at = excluded.ended_at, error = excluded.error`,
    [
      row.run,
      event.path,
      event.staticPath,
      event.round,
      event.status,
      event.reason ?? null,
      event.at,
      event.error ? JSON.stringify(event.error) : null,
    ],
  );
  closeQuestions(db, row, event.path);
  dropWaiting(db, row, event.path);
}

function startCall(db: Statements, row: RunRow, event: Of<'call-started'>): void {
  removeFrom(row.waiting, event.task, event.path);
  row.inFlight.add(event.path);
  db.run(
    `INSERT INTO calls(run, path, task, kind, target, effect, attempt, status, started_at)
     VALUES(?, ?, ?, ?, ?, ?, ?, 'running', ?)
     ON CONFLICT DO UPDATE SET kind = excluded.kind, target = excluded.target, effect = excluded.effect,
       attempt = excluded.attempt, status = excluded.status, started_at = excluded.started_at,
       waiting_for = NULL, ended_at = NULL`,
    [
      row.run,
      event.path,
      event.task,
      event.request.kind,
      targetOf(event.request),
      event.effect,
      event.attempt,
      event.at,
    ],
  );
}

function waitCall(db: Statements, row: RunRow, event: Of<'call-waiting'>): void {
  let calls = row.waiting.get(event.task);
  if (!calls) row.waiting.set(event.task, (calls = new Map()));
  calls.set(event.path, event.reason);
  db.run(
    `INSERT INTO calls(run, path, task, status, waiting_for) VALUES(?, ?, ?, 'waiting', ?)
     ON CONFLICT DO UPDATE SET status = excluded.status, waiting_for = excluded.waiting_for`,
    [row.run, event.path, event.task, JSON.stringify(event.reason)],
  );
}

function endCall(db: Statements, row: RunRow, event: Of<'call-ended'>): void {
  const { outcome, spent } = event;
  row.inFlight.delete(event.path);
  removeFrom(row.waiting, event.task, event.path);
  count(row, spent, 1);
  db.run(
    `INSERT INTO calls(run, path, task, status, ended_at, error, input_tokens, output_tokens, cached_input_tokens,
       reasoning_tokens, cost_nano_usd, priced, estimated) VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT DO UPDATE SET status = excluded.status, ended_at = excluded.ended_at, error = excluded.error,
       waiting_for = NULL, input_tokens = excluded.input_tokens, output_tokens = excluded.output_tokens,
       cached_input_tokens = excluded.cached_input_tokens, reasoning_tokens = excluded.reasoning_tokens,
       cost_nano_usd = excluded.cost_nano_usd, priced = excluded.priced, estimated = excluded.estimated`,
    [
      row.run,
      event.path,
      event.task,
      outcome.status,
      event.at,
      outcome.status === 'failed' ? JSON.stringify(outcome.error) : null,
      ...spentColumns(spent),
    ],
  );
}

/** A late usage takes the place of what was known of the call before. */
function settle(db: Statements, row: RunRow, path: string, spent: Spent): void {
  const before = db.row(
    `SELECT ifnull(input_tokens, 0), ifnull(output_tokens, 0), ifnull(cost_nano_usd, 0), priced
     FROM calls WHERE run = ? AND path = ?`,
    [row.run, path],
  );
  const [input = 0, output = 0, cost = 0, priced = 1] = (before ?? []).map(Number);
  count(row, spentOf(input, output, priced === 1 ? cost : null), -1);
  count(row, spent, 1);
  db.run(
    `UPDATE calls SET input_tokens = ?, output_tokens = ?, cached_input_tokens = ?, reasoning_tokens = ?,
       cost_nano_usd = ?, priced = ?, estimated = ? WHERE run = ? AND path = ?`,
    [...spentColumns(spent), row.run, path],
  );
}

function ask(db: Statements, row: RunRow, event: Of<'question-asked'>): void {
  let ids = row.questions.get(event.task);
  if (!ids) row.questions.set(event.task, (ids = new Set()));
  ids.add(event.id);
  db.run(
    `INSERT INTO questions(run, id, task, question, asked_at) VALUES(?, ?, ?, ?, ?)
     ON CONFLICT DO UPDATE SET task = excluded.task, question = excluded.question, asked_at = excluded.asked_at,
       answered_at = NULL, closed = 0`,
    [row.run, event.id, event.task, JSON.stringify(event.question), event.at],
  );
}

function endRun(db: Statements, row: RunRow, event: Of<'run-ended'>): void {
  row.ended = event.status;
  row.endedAt = event.at;
  row.error = event.error ?? null;
  for (const task of [...row.questions.keys()]) closeQuestions(db, row, task);
}

function closeQuestions(db: Statements, row: RunRow, task: string): void {
  for (const id of row.questions.get(task) ?? []) {
    db.run('UPDATE questions SET closed = 1 WHERE run = ? AND id = ?', [row.run, id]);
  }
  row.questions.delete(task);
}

/** Calls that only waited, of a task that is over, will not be made. */
function dropWaiting(db: Statements, row: RunRow, task: string): void {
  for (const path of row.waiting.get(task)?.keys() ?? []) {
    db.run("UPDATE calls SET status = 'cancelled', waiting_for = NULL WHERE run = ? AND path = ?", [row.run, path]);
  }
  row.waiting.delete(task);
}

function removeFrom(groups: Map<string, Set<string> | Map<string, Failure>>, task: string, key: string): void {
  const group = groups.get(task);
  group?.delete(key);
  if (group?.size === 0) groups.delete(task);
}

function taskStatus(db: Statements, row: RunRow, path: string): string | undefined {
  const found = db.row('SELECT status FROM tasks WHERE run = ? AND path = ?', [row.run, path]);
  return found && String(found[0]);
}

function countTask(row: RunRow, status: string | undefined, by: 1 | -1): void {
  if (status === undefined || status === 'running') return;
  row.tasksEnded += by;
  if (status === 'failed') row.tasksFailed += by;
}

function count(row: RunRow, spent: Spent | undefined, by: 1 | -1): void {
  if (!spent) return;
  row.inputTokens += by * (spent.usage?.inputTokens ?? 0);
  row.outputTokens += by * (spent.usage?.outputTokens ?? 0);
  if (spent.costNanoUsd === null) row.unpricedCalls += by;
  else row.costNanoUsd += by * (spent.costNanoUsd ?? 0);
}

function spentOf(inputTokens: number, outputTokens: number, costNanoUsd: number | null): Spent {
  return { usage: { inputTokens, outputTokens }, costNanoUsd };
}

/** Input, output, cached and reasoning tokens, cost, whether the price is known, whether it is an estimate. */
function spentColumns(spent: Spent | undefined): (number | null)[] {
  const usage = spent?.usage;
  return [
    usage?.inputTokens ?? null,
    usage?.outputTokens ?? null,
    usage?.cachedInputTokens ?? null,
    usage?.reasoningTokens ?? null,
    spent?.costNanoUsd ?? null,
    spent?.costNanoUsd === null ? 0 : 1,
    spent?.estimated ? 1 : 0,
  ];
}
