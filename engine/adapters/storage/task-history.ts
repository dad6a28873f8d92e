import { type Json, type PastRun, type PastTask, type TaskHistory, taskHistoryOf } from '../../../run/index.ts';
import type { Statements } from './statements.ts';

/** Runs looked at for each one that is wanted: those on mock models are passed over. */
const looksPerRun = 5;
/** Outputs read of one run; a run of thousands of tasks has none to show in an editor. */
const maxValues = 500;

/** See `RunIndex.taskHistory`. */
export function readTaskHistory(db: Statements, file: string, runs: number): TaskHistory {
  const ended = db.rows(
    `SELECT run, run_id, mock FROM runs WHERE file = ? AND ended_at IS NOT NULL
     ORDER BY started_at DESC, run_id DESC LIMIT ?`,
    [file, runs * looksPerRun],
  );
  const past: PastRun[] = [];
  const valued = new Set<string>();
  let mockRuns = 0;
  for (const [run, runId, mock] of ended) {
    if (past.length >= runs) break;
    if (mock === 1 || asksMocks(db, Number(run))) mockRuns += 1;
    else past.push({ runId: String(runId), tasks: tasksOf(db, Number(run), valued) });
  }
  return taskHistoryOf(past, mockRuns);
}

function asksMocks(db: Statements, run: number): boolean {
  const found = db.row(`SELECT 1 FROM calls WHERE run = ? AND kind = 'model' AND target LIKE 'mock/%' LIMIT 1`, [run]);
  return found !== undefined;
}

/** @param valued static paths of which a newer run has told what they gave; grows */
function tasksOf(db: Statements, run: number, valued: Set<string>): PastTask[] {
  const last = lastOnes(db, run);
  const fresh = [...last].filter(([path]) => !valued.has(path)).slice(0, maxValues);
  const outputs = outputsOf(
    db,
    run,
    fresh.map(([, { path }]) => path),
  );
  for (const [path] of fresh) valued.add(path);
  const rows = db.rows(
    `SELECT static_path, min(tasks.started_at), max(tasks.ended_at), ifnull(sum(input), 0), ifnull(sum(output), 0),
       ifnull(sum(cost), 0), ifnull(sum(unpriced), 0)
     FROM tasks LEFT JOIN (
       SELECT task, sum(input_tokens) AS input, sum(output_tokens) AS output, sum(cost_nano_usd) AS cost,
         sum(priced = 0) AS unpriced FROM calls WHERE run = ?1 GROUP BY task) ON task = path
     WHERE run = ?1 AND tasks.started_at IS NOT NULL AND tasks.ended_at IS NOT NULL GROUP BY static_path`,
    [run],
  );
  return rows.flatMap(([staticPath, startedAt, endedAt, inputTokens, outputTokens, costNanoUsd, unpricedCalls]) => {
    const one = last.get(String(staticPath));
    if (!one) return [];
    const output = outputs.get(one.path);
    return [
      {
        staticPath: String(staticPath),
        startedAt: Number(startedAt),
        endedAt: Number(endedAt),
        status: one.status,
        ...(output !== undefined && { output }),
        inputTokens: Number(inputTokens),
        outputTokens: Number(outputTokens),
        costNanoUsd: Number(costNanoUsd),
        unpricedCalls: Number(unpricedCalls),
      },
    ];
  });
}

/** Of what was at each static path the one that ended last: SQLite takes the other columns from the row of the maximum. */
function lastOnes(
  db: Statements,
  run: number,
): ReadonlyMap<string, { readonly path: string; readonly status: PastTask['status'] }> {
  const rows = db.rows(
    `SELECT static_path, path, status, max(ended_at) FROM tasks
     WHERE run = ? AND started_at IS NOT NULL AND ended_at IS NOT NULL GROUP BY static_path`,
    [run],
  );
  return new Map(
    rows.map(([staticPath, path, status]) => [
      String(staticPath),
      { path: String(path), status: String(status) as PastTask['status'] },
    ]),
  );
}

/** A task that was opened again has ended more than once: the later end counts. */
function outputsOf(db: Statements, run: number, paths: readonly string[]): ReadonlyMap<string, Json> {
  if (paths.length === 0) return new Map();
  const rows = db.rows(
    `SELECT path, data FROM events WHERE run = ? AND type = 'task-ended' AND path IN (SELECT value FROM json_each(?))
     ORDER BY seq`,
    [run, JSON.stringify(paths)],
  );
  const outputs = new Map<string, Json>();
  for (const [path, data] of rows) {
    const { output } = JSON.parse(String(data)) as { readonly output?: Json };
    if (output === undefined) outputs.delete(String(path));
    else outputs.set(String(path), output);
  }
  return outputs;
}
