// How a file ends when all its tasks have: its status by its own `on_failure`, and its outputs. The same for the run's
// own file and for one that is called.
import type { Failure, JsonObject, RunEnded } from '../../run/index.ts';
import { failure } from '../../run/index.ts';
import { insideOf } from './nodes.ts';
import type { CoreState, FileInstance, TaskNode } from './state.ts';
import { expressionFailure, resolveInScope } from './values.ts';

export type FileEnd = Omit<RunEnded, 'type'>;

/** The end of a file whose tasks have all ended and that was not cancelled from outside. */
export function endOfFile(state: CoreState, file: FileInstance): FileEnd {
  if (file.terminatedBy) return terminated(state, file, file.terminatedBy);
  if (file.failedBy) return failed(file.failedBy);
  const failures = file.scope.nodes.filter(({ status }) => status === 'failed');
  const [first] = failures;
  if (!first) return withOutputs(state, file, { status: 'completed' });
  if (!isPartial(file, failures)) return failed(first);
  return withOutputs(state, file, { ...failed(first), status: 'partially_completed' });
}

function terminated(state: CoreState, file: FileInstance, { path, task, input }: TaskNode): FileEnd {
  const status = task.type === 'terminate' ? task.status : 'cancelled';
  const what = file.caller ? 'the workflow' : 'the run';
  const reason = typeof input === 'string' && input !== '' ? input : `The task ${path} ended ${what}.`;
  if (status === 'completed') return withOutputs(state, file, { status, reason });
  return status === 'failed' ? { status, reason, error: failure('terminated', reason) } : { status, reason };
}

function isPartial({ workflow, scope }: FileInstance, failures: readonly TaskNode[]): boolean {
  const { allowPartial, maxFailureRate } = workflow.onFailure;
  const counted = scope.nodes.filter(({ status }) => status !== 'skipped').length;
  return allowPartial && failures.length / counted <= maxFailureRate && !failures.some(isCriticalFailure);
}

/** A critical task inside a failed composite counts too; what is inside a called file is that file's own affair. */
function isCriticalFailure(node: TaskNode): boolean {
  if (node.status !== 'failed') return false;
  if (node.task.critical) return true;
  return insideOf(node).some((child) => child.file === node.file && isCriticalFailure(child));
}

function failed(node: TaskNode): FileEnd {
  const error: Failure = {
    code: 'task_failed',
    retryable: false,
    ...node.error,
    message: `Task ${node.path} failed: ${node.error?.message ?? 'no reason'}`,
  };
  return { status: 'failed', error };
}

/** An output that can not be evaluated makes the file fail, with its place. */
function withOutputs(state: CoreState, file: FileInstance, end: FileEnd): FileEnd {
  const outputs: JsonObject = {};
  for (const { name, value } of file.workflow.outputs) {
    const resolved = resolveInScope(state, file.scope, value);
    if (!resolved.ok) {
      const whose = file.caller ? file.caller.path : 'the run';
      const error = expressionFailure(`The output ${name} of ${whose}`, value.place, resolved.message);
      return { status: 'failed', error };
    }
    outputs[name] = resolved.value;
  }
  return { ...end, outputs };
}
