// What past runs say, folded from their events: see `RunIndex.taskHistory`.
import {
  addSpent,
  emptyTotals,
  type PastRun,
  type PastTask,
  type RunState,
  type TaskHistory,
  type TaskState,
  taskHistoryOf,
} from '../../run/index.ts';

/** @param ended the ended runs of a file, newest first */
export function historyFrom(ended: readonly RunState[], runs: number): TaskHistory {
  const past: PastRun[] = [];
  let mockRuns = 0;
  for (const state of ended.slice(0, runs * 5)) {
    if (past.length >= runs) break;
    if (state.started?.mock || asksMocks(state)) mockRuns += 1;
    else past.push({ runId: state.runId, tasks: tasksOf(state) });
  }
  return taskHistoryOf(past, mockRuns);
}

function asksMocks({ calls }: RunState): boolean {
  return [...calls.values()].some(({ request }) => request?.kind === 'model' && request.model.startsWith('mock/'));
}

function tasksOf({ tasks }: RunState): readonly PastTask[] {
  const places = new Map<string, TaskState[]>();
  for (const task of tasks.values()) {
    if (task.startedAt === undefined || task.endedAt === undefined) continue;
    places.set(task.staticPath, [...(places.get(task.staticPath) ?? []), task]);
  }
  return [...places].map(([staticPath, all]) => pastTask(staticPath, all));
}

function pastTask(staticPath: string, all: readonly TaskState[]): PastTask {
  const totals = emptyTotals();
  const calls = all.flatMap((task) => task.calls);
  for (const call of calls) addSpent(totals, call.spent);
  const last = all.toSorted((a, b) => (b.endedAt ?? 0) - (a.endedAt ?? 0))[0];
  return {
    staticPath,
    startedAt: Math.min(...all.map(({ startedAt = 0 }) => startedAt)),
    endedAt: last?.endedAt ?? 0,
    status: (last?.status ?? 'completed') as PastTask['status'],
    ...(last?.output !== undefined && { output: last.output }),
    inputTokens: totals.inputTokens,
    outputTokens: totals.outputTokens,
    costNanoUsd: totals.costNanoUsd,
    unpricedCalls: calls.filter(({ spent }) => spent?.costNanoUsd === null).length,
  };
}
