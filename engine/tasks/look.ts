// One look at one node: what follows from what is known of it now. Pure; the same for a touched node and in a full scan.
import type { Failure } from '../../run/index.ts';
import { lookAtAgent } from './agent.ts';
import { lookAtPending } from './begin.ts';
import { lookAtCondition } from './condition.ts';
import { completeTask, failTask, isQuiet } from './ending.ts';
import { type EndExtras, taskEnded } from './facts.ts';
import { branchExtras } from './branches.ts';
import { itemExtras, lookAtForEach } from './for-each.ts';
import { lookAtGated } from './gated.ts';
import { lookAtGraph } from './graph.ts';
import { lookAtHuman } from './human.ts';
import { lookAtLoop } from './loop.ts';
import { lookAtParallel } from './parallel.ts';
import { lookAtPipeline } from './pipeline.ts';
import { lookAtRouter } from './router.ts';
import { lookAtReflect } from './reflect.ts';
import { lookAtPlanner } from './planner.ts';
import { lookAtSet } from './set.ts';
import { lastCallPath } from './slot.ts';
import { isBeingTerminated, isEnded, isStopping } from './nodes.ts';
import type { CoreState, Draft, TaskNode } from './state.ts';
import { lookAtSupervisor } from './supervisor.ts';
import { lookAtToolTask } from './tool.ts';
import { lookAtWait } from './wait.ts';
import { lookAtWorkflow } from './workflow.ts';

/** Drafts the facts that follow for this node, the calls it wants, and those to cut. */
export function lookAt(state: CoreState, node: TaskNode, draft: Draft): void {
  if (isEnded(node) || !isAlive(node)) return;
  if (isStopping(state, node)) return lookAtStopping(node, draft);
  if (node.status === 'pending') return lookAtPending(state, node, draft);
  if (node.startError) return failTask(state, node, node.startError, draft);
  const { fallback } = node;
  // Why it failed is not judged anew: what the fallback changes (shared values) must not make the task succeed after all.
  if (fallback && fallback.status !== 'pending')
    return failTask(state, node, failureOf(fallback), draft, extrasOf(node));
  lookAtRunning(state, node, draft);
}

/** The failure that a fallback stands in for. */
function failureOf(fallback: TaskNode): Failure {
  return fallback.locals?.['error'] as Failure;
}

function extrasOf(node: TaskNode): EndExtras {
  if (!node.items) return {};
  return node.task.type === 'parallel' ? branchExtras(node) : itemExtras(node.items);
}

/** After a resume, what is inside a composite waits until that has begun again. */
function isAlive({ owner }: TaskNode): boolean {
  return owner === undefined || owner.status === 'running';
}

function lookAtRunning(state: CoreState, node: TaskNode, draft: Draft): void {
  const { task } = node;
  switch (task.type) {
    case 'agent':
      return lookAtAgent(state, node, task, draft);
    case 'tool':
      return lookAtToolTask(state, node, task, draft);
    case 'workflow':
      return lookAtWorkflow(state, node, task, draft);
    case 'condition':
      return lookAtCondition(state, node, task, draft);
    case 'for_each':
      return lookAtForEach(state, node, task, draft);
    case 'loop':
      return lookAtLoop(state, node, task, draft);
    case 'gated':
      return lookAtGated(state, node, task, draft);
    case 'pipeline':
      return lookAtPipeline(state, node, task, draft);
    case 'parallel':
      return lookAtParallel(state, node, task, draft);
    case 'router':
      return lookAtRouter(state, node, task, draft);
    case 'reflect':
      return lookAtReflect(state, node, task, draft);
    case 'supervisor':
      return lookAtSupervisor(state, node, task, draft);
    case 'planner':
      return lookAtPlanner(state, node, task, draft);
    case 'set':
      return lookAtSet(state, node, task, draft);
    case 'human':
      return lookAtHuman(state, node, task, draft);
    case 'terminate':
      // What follows from its end, for the whole file, `fold` sees to.
      return completeTask(state, node, null, draft);
    case 'wait':
      return lookAtWait(state, node, task, draft);
    case 'graph':
      return lookAtGraph(state, node, task, draft);
  }
}

/** Nothing starts any more: cuts the calls in flight; when nothing is under way inside, the task ends cancelled. */
function lookAtStopping(node: TaskNode, draft: Draft): void {
  const reason = isBeingTerminated(node) ? 'terminated' : 'cancelled';
  if (node.status === 'pending') {
    // What has not begun inside a task leaves no trace.
    if (node.role === 'member') draft.facts.push(taskEnded(node, 'cancelled', { reason }));
    return;
  }
  const flying = [...(node.slots?.values() ?? [])].filter(({ phase }) => phase === 'flying');
  for (const slot of flying) draft.cancels.push(lastCallPath(node, slot));
  if (flying.length > 0 || !isQuiet(node)) return;
  draft.facts.push(taskEnded(node, 'cancelled', { reason, ...extrasOf(node) }));
}
