import { failure } from '../../run/index.ts';
import { validateJson } from '../../workflow/index.ts';
import type { ToolTask } from '../../workflow/model/model.ts';
import { completeTask, failTask } from './ending.ts';
import { lookAtEngineTool } from './engine-tools.ts';
import { lookAtSlot } from './slot.ts';
import type { CoreState, Draft, TaskNode } from './state.ts';

/** Looks at a tool task that has begun: one call, with approval and retries. */
export function lookAtToolTask(state: CoreState, node: TaskNode, task: ToolTask, draft: Draft): void {
  const tool = state.tools.get(task.tool);
  if (!tool) {
    const error = failure('unknown_tool', `The task ${node.path} names the tool ${task.tool}, which does not exist.`);
    return failTask(state, node, error, draft);
  }
  const input = node.input ?? {};
  const use = { node, key: 'call', ...(task.timeoutMs !== undefined && { timeoutMs: task.timeoutMs }) };
  const result =
    tool.answeredBy === 'engine'
      ? lookAtEngineTool(state, { ...use, tool, input }, draft)
      : lookAtSlot(
          state,
          {
            ...use,
            effect: tool.effect,
            retry: task.retry,
            tool: { name: tool.name, input, asks: tool.asks === 'first' },
            build: (place) => ({ ...place, kind: 'tool', tool: tool.name, input }),
          },
          draft,
        );
  if (result.type === 'failed') return failTask(state, node, result.error, draft);
  if (result.type !== 'done') return;
  const problems = task.outputSchema ? validateJson(task.outputSchema, result.output) : [];
  if (problems.length === 0) return completeTask(state, node, result.output, draft);
  const list = problems.map(({ path, message }) => `${path || 'value'} ${message}`).join('; ');
  failTask(state, node, failure('invalid_output', `The result of ${tool.name} in ${node.path}: ${list}.`), draft);
}
