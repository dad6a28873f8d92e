// The branches of a parallel, as far as they are told by how they ended.
import type { Json, PartFailure } from '../../run/index.ts';
import type { EndExtras } from './facts.ts';
import type { TaskNode } from './state.ts';

/** What the branches gave, by their names, in the order of the file; those without an output are left out. */
export function branchOutputs(node: TaskNode): readonly (readonly [name: string, value: Json])[] {
  return branchesIn(node).flatMap(([name, { status, output }]) =>
    status === 'completed' && output !== undefined ? [[name, output] as const] : [],
  );
}

/** What is known of the branches when the task ends without completing. */
export function branchExtras(node: TaskNode): EndExtras {
  return { ...branchErrors(node), partial: Object.fromEntries(branchOutputs(node)) };
}

/** The failures of the branches, if there are any. */
export function branchErrors(node: TaskNode): Pick<EndExtras, 'errors'> {
  const errors = branchesIn(node).flatMap(([branch, { status, error }], index): readonly PartFailure[] =>
    status === 'failed' && error ? [{ index, branch, error }] : [],
  );
  return errors.length > 0 ? { errors } : {};
}

/** True once as many branches have completed as the quorum asks for. */
export function hasEnough(node: TaskNode): boolean {
  const quorum = node.task.type === 'parallel' ? node.task.fusion.quorum : undefined;
  return quorum !== undefined && completedIn(node) >= quorum;
}

/** How many branches have completed. */
export function completedIn({ items }: TaskNode): number {
  return items?.children.filter(({ status }) => status === 'completed').length ?? 0;
}

/** True once no branch runs any more whatever a resume opens again: there are enough, or they are being fused. */
export function isSettled({ items, parts }: TaskNode): boolean {
  return items?.enough === true || parts?.has('fusion') === true;
}

function branchesIn({ path, items }: TaskNode): readonly (readonly [name: string, branch: TaskNode])[] {
  return (items?.children ?? []).map((child) => [child.path.slice(path.length + 1), child] as const);
}
