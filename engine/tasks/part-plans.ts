// What the parts of each pattern are: what fold asks when an event names one that the state does not know yet.
import { delegatedPart, delegates } from './delegation.ts';
import { gatePart } from './gated.ts';
import { type PartPlan, partNode } from './parts.ts';
import { fusionPart } from './fusion-part.ts';
import { pipelinePart } from './pipeline.ts';
import { reflectPart } from './reflect.ts';
import { plannerPart } from './planner.ts';
import { asksAgent } from './nodes.ts';
import type { CoreState, TaskNode } from './state.ts';
import { supervisorPart } from './supervisor.ts';

/**
 * The part of `owner` with this key, not entered in the state; undefined if there can be none now.
 * @param item what the event says of it
 */
export function partNamed(
  state: CoreState,
  owner: TaskNode,
  key: string,
  item: TaskNode['item'],
): TaskNode | undefined {
  const plan = planOfPart(state, owner, key, item);
  return plan && partNode(owner, plan);
}

function planOfPart(state: CoreState, owner: TaskNode, key: string, item: TaskNode['item']): PartPlan | undefined {
  const { task } = owner;
  switch (task.type) {
    case 'gated':
      return gatePart(state, owner, task, key);
    case 'pipeline':
      return pipelinePart(task, key);
    case 'reflect':
      return reflectPart(state, owner, task, key);
    case 'agent':
    case 'router':
      return delegatedPart(owner, task, key);
    case 'supervisor':
      return supervisorPart(owner, task, key, item);
    case 'planner':
      return plannerPart(state, owner, task, key);
    case 'parallel':
      return key === 'fusion' ? fusionPart(state, owner, task) : undefined;
    default:
      return undefined;
  }
}

/** True for a task whose parts come into being one by one. */
export function hasParts({ task }: TaskNode): boolean {
  if (asksAgent(task)) return task.agent !== undefined && delegates(task.agent);
  return ['gated', 'pipeline', 'parallel', 'reflect', 'supervisor', 'planner'].includes(task.type);
}
