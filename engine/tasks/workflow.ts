// A call of another file: its tasks are a part of this run, under the path of the task. The file is judged as a run
// would be, by its own `on_failure`; `retry` makes what failed inside again and keeps what finished.
import type { Failure } from '../../run/index.ts';
import { failure } from '../../run/index.ts';
import type { WorkflowTask } from '../../workflow/model/model.ts';
import { backoffMs } from './backoff.ts';
import { completeTask, failTask, isQuiet } from './ending.ts';
import { timeoutFailure, timeoutSet } from './facts.ts';
import { endOfFile, type FileEnd } from './file-end.ts';
import type { CoreState, Draft, TaskNode } from './state.ts';

/** Looks at a workflow task that has begun and is not being cancelled from outside. */
export function lookAtWorkflow(state: CoreState, node: TaskNode, task: WorkflowTask, draft: Draft): void {
  const { called } = node;
  if (!called) return failTask(state, node, unknownFile(node, task), draft);
  if (node.stopping) {
    if (isQuiet(node)) failTask(state, node, timeoutFailure(node, task.timeoutMs, 'tasks'), draft);
    return;
  }
  if (called.scope.open === 0) return endCall(state, node, task, endOfFile(state, called), draft);
  if (node.timeout !== 'none' || task.timeoutMs === undefined) return;
  draft.facts.push(timeoutSet(node, node.startedAt, task.timeoutMs));
}

/** True when a change of this kind makes a call stop what is inside: what `fold` asks. */
export function stopsCall(node: TaskNode): boolean {
  return node.task.type === 'workflow' && node.timeout === 'fired';
}

function endCall(state: CoreState, node: TaskNode, task: WorkflowTask, end: FileEnd, draft: Draft): void {
  const { status, outputs = {}, error, reason } = end;
  switch (status) {
    case 'completed':
      return completeTask(state, node, outputs, draft);
    case 'partially_completed':
      return completeTask(state, node, outputs, draft, { reason: 'partially_completed' });
    case 'failed':
    case 'cancelled':
      return retryOrFail(state, node, task, error ?? cancelledFailure(node, reason), draft);
  }
}

function retryOrFail(state: CoreState, node: TaskNode, task: WorkflowTask, error: Failure, draft: Draft): void {
  const { retry } = task;
  const isRetriable = retry.on ? retry.on.includes(error.code) : error.retryable;
  if (!isRetriable || node.attempts >= retry.maxAttempts) return failTask(state, node, error, draft);
  if (node.retry === 'set') return;
  const id = `${node.path}:retry`;
  const dueAt = state.at + backoffMs(retry, node.attempts, error, `${state.runId}/${id}#${node.attempts}`);
  draft.facts.push({ type: 'timer-set', id, task: node.path, purpose: 'retry', dueAt });
}

function cancelledFailure(node: TaskNode, reason: string | undefined): Failure {
  const why = reason === undefined ? '' : `: ${reason}`;
  return failure('terminated', `The workflow that ${node.path} calls was cancelled by a task of its own${why}`);
}

function unknownFile(node: TaskNode, task: WorkflowTask): Failure {
  return failure('unknown_workflow', `${node.path} calls \`${task.reference}\`, which is not there.`);
}
