// Which row to show while the reader has not chosen one.
import { openQuestions, type RunState, type TreeNode } from '../../run/index.ts';
import { findNode, overviewPath } from './tree-rows.ts';

/**
 * The task to look at: the one that waits for a person, else the first that runs, else the overview. It stays with
 * `current` as long as that task runs, so that parallel branches do not make the panel jump.
 */
export function followedPath(state: RunState, nodes: readonly TreeNode[], current: string): string {
  if (state.ended) return overviewPath;
  const [question] = openQuestions(state);
  if (question && findNode(nodes, question.task)) return question.task;
  const here = findNode(nodes, current);
  if (here && isBusyLeaf(here)) return current;
  const [first] = busyLeaves(nodes);
  return first?.path ?? (here ? current : overviewPath);
}

function busyLeaves(nodes: readonly TreeNode[]): TreeNode[] {
  return nodes.flatMap((node) => (isBusyLeaf(node) ? [node] : busyLeaves(node.children)));
}

/** A task at work with no task at work below it; its calls are part of it. */
function isBusyLeaf(node: TreeNode): boolean {
  return isBusy(node) && node.kind !== 'call' && !node.children.some((child) => child.kind !== 'call' && isBusy(child));
}

function isBusy(node: TreeNode): boolean {
  return node.status === 'running' || node.status === 'waiting';
}
