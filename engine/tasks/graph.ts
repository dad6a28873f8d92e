import { failure } from '../../run/index.ts';
import { completeTask, failTask } from './ending.ts';
import type { CoreState, Draft, GraphTask, TaskNode } from './state.ts';
import { expressionFailure, resolveInScope } from './values.ts';

/** Looks at a body with `tasks:` that has begun: when all its members have ended it fails with the first that failed, or gives its value. */
export function lookAtGraph(state: CoreState, node: TaskNode, task: GraphTask, draft: Draft): void {
  const { scope } = node;
  if (!scope || scope.open > 0) return;
  const failed = scope.nodes.find(({ status }) => status === 'failed');
  if (failed) return failTask(state, node, failed.error ?? failure('failed', `${failed.path} failed.`), draft);
  const { output } = task.scope;
  if (!output) return completeTask(state, node, scope.nodes.at(-1)?.output ?? null, draft);
  const value = resolveInScope(state, scope, output);
  if (value.ok) return completeTask(state, node, value.value, draft);
  failTask(state, node, expressionFailure(`The output of ${node.path}`, output.place, value.message), draft);
}
