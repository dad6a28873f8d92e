import type { ConditionTask } from '../../workflow/model/model.ts';
import { completeTask, failTask } from './ending.ts';
import type { CoreState, Draft, TaskNode } from './state.ts';
import { expressionFailure, resolveCondition } from './values.ts';

/** Looks at a condition that has begun: the first case that is true gives the ids chosen, or `else`, or null. */
export function lookAtCondition(state: CoreState, node: TaskNode, task: ConditionTask, draft: Draft): void {
  for (const [index, { when, to }] of task.cases.entries()) {
    const truth = resolveCondition(state, node, when);
    if (!truth.ok) {
      const place = when.kind === 'expression' ? when.expression.place : { file: '', range: task.range };
      const error = expressionFailure(`Case ${index + 1} of ${node.path}`, place, truth.message);
      return failTask(state, node, error, draft);
    }
    if (truth.value) return completeTask(state, node, [...to], draft);
  }
  completeTask(state, node, task.otherwise.length > 0 ? [...task.otherwise] : null, draft);
}
