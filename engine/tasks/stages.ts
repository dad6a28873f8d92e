// The stages of a pipeline, seen from one of them.
import { isEnded } from './nodes.ts';
import type { TaskNode } from './state.ts';

/** Those before it, whose outputs it can name; none for a task that is no stage. */
export function stagesBefore(node: TaskNode): readonly TaskNode[] {
  const stages = stagesAround(node);
  const place = stages.indexOf(node);
  // One that is about to begin is not among them yet.
  return stages.slice(0, place < 0 ? stages.length : place);
}

/** Those that have begun after it, or were skipped. */
export function stagesAfter(node: TaskNode): readonly TaskNode[] {
  const stages = stagesAround(node);
  return stages.slice(stages.indexOf(node) + 1);
}

/** The one that it can send the run back to: the last before it that did something. */
export function stageBefore(node: TaskNode): TaskNode | undefined {
  return stagesBefore(node).findLast(({ status }) => status === 'completed');
}

/** True for one that has ended: an event that starts it says that the run was sent back to it. */
export function isSentBackTo(node: TaskNode): boolean {
  return node.role === 'part' && node.owner?.task.type === 'pipeline' && isEnded(node);
}

function stagesAround({ role, owner }: TaskNode): readonly TaskNode[] {
  return role === 'part' && owner?.task.type === 'pipeline' ? [...(owner.parts?.values() ?? [])] : [];
}
