import { momentMs } from '../../workflow/index.ts';
import type { WaitTask } from '../../workflow/model/model.ts';
import { completeTask } from './ending.ts';
import type { CoreState, Draft, TaskNode } from './state.ts';

/** Looks at a wait that has begun: it sets its timer and ends with it, or at once if there is nothing left to wait for. */
export function lookAtWait(state: CoreState, node: TaskNode, task: WaitTask, draft: Draft): void {
  const dueAt = dueAtOf(node, task);
  if (node.timeout === 'fired' || dueAt <= node.startedAt) return completeTask(state, node, null, draft);
  if (node.timeout === 'none') {
    draft.facts.push({ type: 'timer-set', id: `${node.path}:wait`, task: node.path, purpose: 'wait', dueAt });
  }
}

/** A wait that begins again after a resume ends when it was to end before. */
function dueAtOf(node: TaskNode, task: WaitTask): number {
  const until = typeof node.input === 'string' ? momentMs(node.input) : undefined;
  return until ?? node.dueAt ?? node.startedAt + (task.durationMs ?? 0);
}
