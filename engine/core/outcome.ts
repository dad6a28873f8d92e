// How a run ends: its status, and its outputs.
import type { Failure, JsonObject, RunEnded } from '../../run/index.ts';
import { failure } from '../../run/index.ts';
import {
  type CoreState,
  expressionFailure,
  resolveInScope,
  type ScopeInstance,
  type TaskNode,
} from '../tasks/index.ts';

/** The end of the run when all its tasks have ended, else undefined. */
export function endOfRun(state: CoreState): RunEnded | undefined {
  const { root } = state;
  if (!root || root.open > 0 || state.inFlight.size > 0) return undefined;
  if (state.terminatedBy) return terminated(state, root, state.terminatedBy);
  if (state.failedBy) return failed(state.failedBy);
  if (state.cancelRequested) return { type: 'run-ended', status: 'cancelled' };
  const failures = root.nodes.filter(({ status }) => status === 'failed');
  const [first] = failures;
  if (!first) return withOutputs(state, root, { type: 'run-ended', status: 'completed' });
  if (!isPartial(state, root, failures)) return failed(first);
  return withOutputs(state, root, { ...failed(first), status: 'partially_completed' });
}

function terminated(state: CoreState, root: ScopeInstance, { path, task, input }: TaskNode): RunEnded {
  const status = task.type === 'terminate' ? task.status : 'cancelled';
  const reason = typeof input === 'string' && input !== '' ? input : `The task ${path} ended the run.`;
  const end: RunEnded = { type: 'run-ended', status, reason };
  if (status === 'completed') return withOutputs(state, root, end);
  return status === 'failed' ? { ...end, error: failure('terminated', reason) } : end;
}

function isPartial(state: CoreState, root: ScopeInstance, failures: readonly TaskNode[]): boolean {
  const { allowPartial, maxFailureRate } = state.workflow.onFailure;
  const counted = root.nodes.filter(({ status }) => status !== 'skipped').length;
  return allowPartial && failures.length / counted <= maxFailureRate && !hasCriticalFailure(state);
}

/** A critical task inside a composite counts too, unless what is around it made its failure good. */
function hasCriticalFailure(state: CoreState): boolean {
  for (const node of state.nodes.values()) {
    if (!node.task.critical || node.status !== 'failed') continue;
    let owner = node.owner;
    while (owner?.status === 'failed') owner = owner.owner;
    if (!owner) return true;
  }
  return false;
}

function failed(node: TaskNode): RunEnded {
  const error: Failure = {
    code: 'task_failed',
    retryable: false,
    ...node.error,
    message: `Task ${node.path} failed: ${node.error?.message ?? 'no reason'}`,
  };
  return { type: 'run-ended', status: 'failed', error };
}

/** An output that can not be evaluated makes the run fail, with its place. */
function withOutputs(state: CoreState, root: ScopeInstance, end: RunEnded): RunEnded {
  const outputs: JsonObject = {};
  for (const { name, value } of state.workflow.outputs) {
    const resolved = resolveInScope(state, root, value);
    if (!resolved.ok) {
      const error = expressionFailure(`The output ${name} of the run`, value.place, resolved.message);
      return { type: 'run-ended', status: 'failed', error };
    }
    outputs[name] = resolved.value;
  }
  return { ...end, outputs };
}
