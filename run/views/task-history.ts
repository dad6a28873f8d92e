// What past runs of a file say of its tasks: sums by static path, over whole runs.
import type { Json } from '../json.ts';
import type { RunId } from '../events/events.ts';
import { largeOf } from '../events/large.ts';
import type { LastOfTask, SpentOnTask, TaskHistory, TaskPast } from '../protocol/task-history.ts';
import { shortened } from './short-value.ts';

/** One run of the file, newest first in a list of them. */
export interface PastRun {
  readonly runId: RunId;
  readonly tasks: readonly PastTask[];
}

/** All that was at one static path in one run. Tasks that were skipped before they began are left out. */
export interface PastTask {
  readonly staticPath: string;
  /** From the first beginning to the last end, epoch milliseconds. */
  readonly startedAt: number;
  readonly endedAt: number;
  /** Of the one that ended last. */
  readonly status: LastOfTask['status'];
  readonly output?: Json;
  /** What the calls of these tasks themselves took. */
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly costNanoUsd: number;
  /** Calls whose price is not known. */
  readonly unpricedCalls: number;
}

/** Tasks told of; a file that large is not read task by task. */
const maxTasks = 2_000;

/** @param runs newest first @param mockRuns how many were left out because they asked mock models */
export function taskHistoryOf(runs: readonly PastRun[], mockRuns: number): TaskHistory {
  const seen = new Map<string, Seen[]>();
  for (const run of runs) {
    for (const one of wholeTasks(run)) {
      const earlier = seen.get(one.task.staticPath);
      if (earlier) earlier.push(one);
      else if (seen.size < maxTasks) seen.set(one.task.staticPath, [one]);
    }
  }
  const tasks: { [path: string]: TaskPast } = {};
  for (const [path, all] of seen) {
    const [newest] = all;
    if (newest) tasks[path] = { runs: all.length, last: lastOf(newest), mean: meanOf(all) };
  }
  return { runs: runs.length, mockRuns, tasks };
}

/** A task in one run, with all that is inside it. */
interface Seen {
  readonly runId: RunId;
  readonly task: PastTask;
  readonly spent: SpentOnTask;
}

function wholeTasks({ runId, tasks }: PastRun): readonly Seen[] {
  const sums = new Map<string, { inputTokens: number; outputTokens: number; costNanoUsd: number; unpriced: number }>();
  for (const task of tasks) {
    for (const path of [task.staticPath, ...around(task.staticPath)]) {
      const sum = sums.get(path) ?? { inputTokens: 0, outputTokens: 0, costNanoUsd: 0, unpriced: 0 };
      sum.inputTokens += task.inputTokens;
      sum.outputTokens += task.outputTokens;
      sum.costNanoUsd += task.costNanoUsd;
      sum.unpriced += task.unpricedCalls;
      sums.set(path, sum);
    }
  }
  return tasks.flatMap((task) => {
    const sum = sums.get(task.staticPath);
    if (!sum) return [];
    const { inputTokens, outputTokens, unpriced } = sum;
    const costNanoUsd = unpriced > 0 ? null : sum.costNanoUsd;
    return [
      {
        runId,
        task,
        spent: { inputTokens, outputTokens, costNanoUsd, durationMs: Math.max(0, task.endedAt - task.startedAt) },
      },
    ];
  });
}

/** The paths of what a task is inside of: `fan[]/scan` is inside `fan[]` and `fan`. */
function around(path: string): readonly string[] {
  return [...path.matchAll(/[/[]/g)].map(({ index }) => path.slice(0, index));
}

function lastOf({ runId, task, spent }: Seen): LastOfTask {
  const { status, endedAt, output } = task;
  const value = output === undefined || largeOf(output) ? undefined : shortened(output);
  return {
    ...spent,
    runId,
    status,
    endedAt,
    ...(value && { value: value.text }),
    ...(value?.isShortened && { isShortened: true }),
  };
}

function meanOf(all: readonly Seen[]): SpentOnTask | null {
  const spent = all.filter(({ task }) => task.status === 'completed').map((one) => one.spent);
  if (spent.length === 0) return null;
  const mean = (of: (one: SpentOnTask) => number) =>
    Math.round(spent.reduce((sum, one) => sum + of(one), 0) / spent.length);
  return {
    inputTokens: mean(({ inputTokens }) => inputTokens),
    outputTokens: mean(({ outputTokens }) => outputTokens),
    costNanoUsd: spent.some(({ costNanoUsd }) => costNanoUsd === null) ? null : mean((one) => one.costNanoUsd ?? 0),
    durationMs: mean(({ durationMs }) => durationMs),
  };
}
