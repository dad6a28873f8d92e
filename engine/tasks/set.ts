import type { Failure, JsonObject } from '../../run/index.ts';
import { failure } from '../../run/index.ts';
import type { SetTask } from '../../workflow/model/model.ts';
import { completeTask, failTask } from './ending.ts';
import { problemOfShared } from './shared-values.ts';
import type { CoreState, Draft, TaskNode } from './state.ts';
import { expressionFailure, resolveTemplate } from './values.ts';

/** Looks at a set task that has begun: its values and the shared values it writes, all in the event of its end. */
export function lookAtSet(state: CoreState, node: TaskNode, task: SetTask, draft: Draft): void {
  const values = task.values ? resolveTemplate(state, node, task.values) : { ok: true as const, value: null };
  if (!values.ok) {
    const place = task.values?.place ?? { file: '', range: task.range };
    return failTask(state, node, expressionFailure(`The values of ${node.path}`, place, values.message), draft);
  }
  const written = resolveShared(state, node, task);
  if (!written.ok) return failTask(state, node, written.error, draft);
  completeTask(state, node, values.value, draft, task.shared.length > 0 ? { shared: written.shared } : {});
}

type Written = { readonly ok: true; readonly shared: JsonObject } | { readonly ok: false; readonly error: Failure };

function resolveShared(state: CoreState, node: TaskNode, task: SetTask): Written {
  const shared: JsonObject = {};
  for (const [name, template] of task.shared) {
    const value = resolveTemplate(state, node, template);
    if (!value.ok) {
      const error = expressionFailure(`The shared value ${name} in ${node.path}`, template.place, value.message);
      return { ok: false, error };
    }
    const problem = problemOfShared(node.file, name, value.value);
    if (problem) {
      const message = `The shared value ${name} in ${node.path}: ${problem}.`;
      return { ok: false, error: failure('invalid_shared', message) };
    }
    shared[name] = value.value;
  }
  return { ok: true, shared };
}
