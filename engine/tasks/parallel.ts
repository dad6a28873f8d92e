// A parallel: its branches are children like the elements of a for_each. They stop when one fails (`on_item_error: stop`)
// or the time is up, and are cut when the quorum is there. When all is quiet, their outputs are fused; where an agent does
// that, it is a part.
import { type Failure, failure, isJsonObject, type Json } from '../../run/index.ts';
import { branchesOf, joinsTo } from '../../workflow/index.ts';
import type { Body, ParallelTask } from '../../workflow/model/model.ts';
import { branchErrors, branchExtras, branchOutputs, completedIn } from './branches.ts';
import { completeTask, failTask, isQuiet } from './ending.ts';
import { type EndExtras, timeoutFailure, timeoutSet } from './facts.ts';
import { fusionPart } from './fusion-part.ts';
import { type BranchOutputs, concatenated, counted, merged } from './fusions.ts';
import { beginPart } from './parts.ts';
import type { CoreState, Draft, ItemsState, TaskNode } from './state.ts';

/** Looks at a parallel that has begun and is not being cancelled from outside. */
export function lookAtParallel(state: CoreState, node: TaskNode, task: ParallelTask, draft: Draft): void {
  const { items } = node;
  if (!items) return;
  if (node.stopping) {
    if (isQuiet(node)) failTask(state, node, stopFailure(node, task, items), draft, branchExtras(node));
    return;
  }
  if (node.timeout === 'none' && task.timeoutMs !== undefined) {
    draft.facts.push(timeoutSet(node, node.startedAt, task.timeoutMs));
  }
  if (items.active > 0 || (items.open > 0 && !items.enough)) return;
  const outputs = branchOutputs(node);
  const problem = problemOf(node, task, items, outputs);
  const fused = problem ?? fuse(state, node, task, outputs, draft);
  if (!fused) return;
  if ('code' in fused) return failTask(state, node, fused, draft, branchExtras(node));
  const { output, ...details } = fused;
  completeTask(state, node, output, draft, { ...details, ...reasonOf(items), ...branchErrors(node) });
}

/** True when a change of this kind makes a parallel stop: what `fold` asks. */
export function stopsParallel({ task, items, timeout }: TaskNode): boolean {
  if (task.type !== 'parallel' || !items) return false;
  return timeout === 'fired' || (task.onItemError === 'stop' && items.firstFailed !== undefined);
}

/** Why what the branches gave can not be fused. */
function problemOf(
  node: TaskNode,
  { onItemError, fusion }: ParallelTask,
  { enough, firstFailed }: ItemsState,
  outputs: BranchOutputs,
): Failure | undefined {
  if (!enough && firstFailed && onItemError !== 'continue') return branchFailure(node, firstFailed);
  if (!enough && fusion.quorum !== undefined) return quorumFailure(node, fusion.quorum);
  const needsOne = fusion.strategy === 'vote' || fusion.strategy === 'best_of' || fusion.strategy === 'synthesize';
  if (!needsOne || outputs.length > 0) return undefined;
  return failure('nothing_to_fuse', `No branch of ${node.path} gave anything.`);
}

interface Fused extends Pick<EndExtras, 'details'> {
  readonly output: Json;
}

/** Undefined while the agent that fuses has not answered. */
function fuse(
  state: CoreState,
  node: TaskNode,
  task: ParallelTask,
  outputs: BranchOutputs,
  draft: Draft,
): Fused | Failure | undefined {
  const { strategy, separator } = task.fusion;
  switch (strategy) {
    case 'collect':
      return { output: Object.fromEntries(outputs) };
    case 'concat':
      return { output: concatenated(outputs, joinsTo(branchesOf(task).map(({ body }) => typeOf(body))), separator) };
    case 'merge':
      return merge(node, outputs);
    case 'vote':
      return vote(node, task, outputs);
    case 'best_of':
    case 'synthesize':
      return askFuser(state, node, task, outputs, draft);
  }
}

function typeOf(body: Body) {
  return body.kind === 'task' ? body.task.outputType : body.scope.outputType;
}

function merge(node: TaskNode, outputs: BranchOutputs): Fused | Failure {
  const other = outputs.find(([, value]) => !isJsonObject(value));
  if (!other) return merged(outputs);
  return failure('fusion_mismatch', `\`merge\` of ${node.path} needs objects, and the branch ${other[0]} gave none.`, {
    remedy: 'Give the agent of that branch an `output_schema`, or choose another strategy.',
  });
}

function vote(node: TaskNode, { fusion }: ParallelTask, outputs: BranchOutputs): Fused | Failure {
  const { votes, winners } = counted(outputs);
  const tie = winners.length > 1;
  if (tie && fusion.ties === 'fail') {
    const names = winners.map(({ branches }) => branches.join(' and ')).join(' against ');
    return failure('vote_tied', `The vote of ${node.path} is tied: ${names}.`, {
      remedy: 'Ask an odd number of branches, or take the first with `ties: first`.',
    });
  }
  const details = { votes: votes.map(({ value, branches }) => ({ value, branches: [...branches] })), tie };
  return { output: winners[0]?.value ?? null, details };
}

function askFuser(
  state: CoreState,
  node: TaskNode,
  task: ParallelTask,
  outputs: BranchOutputs,
  draft: Draft,
): Fused | Failure | undefined {
  const part = node.parts?.get('fusion');
  if (!part || part.status === 'pending') {
    const plan = fusionPart(state, node, task);
    if (plan) beginPart(state, node, plan, draft);
    return undefined;
  }
  if (part.status === 'running') return undefined;
  if (part.status !== 'completed') return fusionFailure(node, part.error);
  const answer = part.output ?? null;
  if (task.fusion.strategy === 'synthesize') return { output: answer };
  const best = isJsonObject(answer) ? outputs.find(([name]) => name === answer['best']) : undefined;
  if (best && isJsonObject(answer)) return { output: best[1], details: answer };
  return fusionFailure(node, failure('no_such_branch', 'it named no branch that gave anything.'));
}

/** `quorum`, if a branch was not waited for. */
function reasonOf({ children }: ItemsState): Pick<EndExtras, 'reason'> {
  const isCut = children.some(({ status }) => status === 'pending' || status === 'cancelled');
  return isCut ? { reason: 'quorum' } : {};
}

function stopFailure(node: TaskNode, task: ParallelTask, { firstFailed }: ItemsState): Failure {
  if (node.timeout === 'fired') return timeoutFailure(node, task.timeoutMs, 'branches');
  return firstFailed ? branchFailure(node, firstFailed) : failure('stopped', `${node.path} was stopped.`);
}

function branchFailure(node: TaskNode, branch: TaskNode): Failure {
  const name = branch.path.slice(node.path.length + 1);
  return failedBy('branch_failed', `Branch ${name} of ${node.path} failed`, branch.error, { branch: name });
}

function fusionFailure(node: TaskNode, error: Failure | undefined): Failure {
  return failedBy('fusion_failed', `The fusion of ${node.path} failed`, error, {});
}

function failedBy(code: string, what: string, error: Failure | undefined, more: { readonly branch?: string }): Failure {
  return failure(code, `${what}: ${error?.message ?? 'no reason'}`, {
    ...(error?.remedy !== undefined && { remedy: error.remedy }),
    details: { ...more, code: error?.code ?? 'unknown' },
  });
}

function quorumFailure(node: TaskNode, quorum: number): Failure {
  const count = completedIn(node);
  return failure('quorum_missed', `Only ${count} of the ${quorum} branches that ${node.path} needs have completed.`, {
    remedy: 'Resume the run to try those that failed again, or lower `quorum`.',
    details: { completed: count, quorum },
  });
}
