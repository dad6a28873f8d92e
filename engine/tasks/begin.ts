// How a pending task begins: its turn has come, it is not held, its condition holds, its input resolves.
import type { Failure, TaskStarted } from '../../run/index.ts';
import { isAnsweredByEngine } from './engine-tools.ts';
import { taskEnded, taskStarted } from './facts.ts';
import { type ResolvedInput, resolveInput } from './input.ts';
import { makesCalls, staticPathOf } from './nodes.ts';
import type { CoreState, Draft, TaskNode } from './state.ts';
import { judgeTrigger } from './trigger.ts';
import { expressionFailure, resolveCondition } from './values.ts';

/** Looks at a task that has not begun. */
export function lookAtPending(state: CoreState, node: TaskNode, draft: Draft): void {
  if (node.role !== 'member' && node.role !== 'item') return; // Its task looks after it.
  if (node.role === 'item' && !node.offered) return;
  if (node.unmet > 0) return;
  const verdict = node.task.disabled ? 'go' : judgeTrigger(node);
  if (verdict === 'go') beginOrSkip(state, node, draft);
  else draft.facts.push(taskEnded(node, 'skipped', { reason: verdict }));
}

/**
 * Begins a task whose turn has come, or skips it. Tasks that make calls wait for a free slot, but a fallback and a round
 * are part of a task that has begun.
 * @param standsInFor the failure of its task, for a fallback
 * @returns why a fallback can not begin; any other task begins with that failure, and ends at once
 */
export function beginOrSkip(
  state: CoreState,
  node: TaskNode,
  draft: Draft,
  standsInFor?: Failure,
): Failure | undefined {
  if (node.task.disabled) return skip(node, 'disabled', draft, standsInFor);
  if (isHeld(state, node)) return undefined;
  const when = judgeWhen(state, node, standsInFor);
  if (when === 'no') return skip(node, 'when_false', draft, standsInFor);
  if (when === 'yes' && waitsForSlot(state, node)) {
    draft.wants.push({ type: 'begin', node });
    return undefined;
  }
  const fact = when === 'yes' ? startFact(state, node, standsInFor) : taskStarted(node, undefined, when);
  if (standsInFor && fact.error !== standsInFor) return fact.error;
  draft.facts.push(fact);
  return undefined;
}

/** The fact that a task begins, with its input resolved now. */
export function startFact(state: CoreState, node: TaskNode, standsInFor?: Failure): TaskStarted {
  const resolved: ResolvedInput =
    node.input !== undefined ? { ok: true, input: node.input } : resolveInput(state, node, standsInFor);
  return resolved.ok ? taskStarted(node, resolved.input, standsInFor) : taskStarted(node, undefined, resolved.error);
}

/** What has begun once is not asked again after a resume. */
function judgeWhen(state: CoreState, node: TaskNode, standsInFor?: Failure): 'yes' | 'no' | Failure {
  const condition = node.task.when;
  if (!condition || node.input !== undefined) return 'yes';
  const when = resolveCondition(state, node, condition, standsInFor && { error: standsInFor });
  if (when.ok) return when.value ? 'yes' : 'no';
  const nowhere = { file: '', range: { start: 0, end: 0 } };
  const place = condition.kind === 'expression' ? condition.expression.place : nowhere;
  return expressionFailure(`The condition \`when\` of ${node.path}`, place, when.message);
}

function skip(node: TaskNode, reason: string, draft: Draft, standsInFor?: Failure): undefined {
  draft.facts.push(taskEnded(node, 'skipped', { reason, ...(standsInFor && { error: standsInFor }) }));
}

function waitsForSlot(state: CoreState, { role, task }: TaskNode): boolean {
  const isAnswered = task.type === 'tool' && isAnsweredByEngine(state, task.tool);
  return (role === 'member' || role === 'item') && makesCalls(task) && !isAnswered;
}

function isHeld(state: CoreState, node: TaskNode): boolean {
  for (const pattern of state.holds.values()) if (pattern === '*' || pattern === staticPathOf(node)) return true;
  return false;
}
