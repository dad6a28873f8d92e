import { addSpent, emptyTotals, type RunState, type Totals } from '../state/state.ts';

/** What was spent on one model (or by one agent, or by one task). */
export interface CostRow {
  readonly name: string;
  readonly calls: number;
  /** How many of them got the reply of an earlier call. */
  readonly cached: number;
  readonly totals: Totals;
}

/** Model calls summed by model, by agent, or by task (static path), in the order of first use. */
export function costRows(state: RunState, by: 'model' | 'agent' | 'task'): readonly CostRow[] {
  const rows = new Map<string, { name: string; calls: number; cached: number; totals: Totals }>();
  const agents = agentsByPath(state);
  for (const call of state.calls.values()) {
    if (call.request?.kind !== 'model') continue;
    const staticPath = state.tasks.get(call.task)?.staticPath ?? call.task;
    const name =
      by === 'model' ? call.request.model : by === 'task' ? staticPath : (agents.get(staticPath) ?? staticPath);
    const row = rows.get(name) ?? { name, calls: 0, cached: 0, totals: emptyTotals() };
    row.calls += 1;
    if (call.cached) row.cached += 1;
    addSpent(row.totals, call.spent);
    rows.set(name, row);
  }
  return [...rows.values()];
}

/** `7`, or `7 (2 cached)`. */
export function callsInWords({ calls, cached }: Pick<CostRow, 'calls' | 'cached'>): string {
  return cached === 0 ? String(calls) : `${calls} (${cached} cached)`;
}

function agentsByPath(state: RunState): ReadonlyMap<string, string> {
  const agents = new Map<string, string>();
  const queue = [...(state.started?.plan.tasks ?? [])];
  for (let task = queue.pop(); task; task = queue.pop()) {
    if (task.agent) agents.set(task.path, task.agent);
    queue.push(...task.children);
  }
  return agents;
}
