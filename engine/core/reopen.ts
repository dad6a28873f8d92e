// A resumed run opens again what had not ended well, and what was skipped because of it. What finished keeps its
// outcome: tasks, and the calls inside reopened tasks. Attempts start afresh, ordinals and rounds count on.
import type { Failure } from '../../run/index.ts';
import {
  giveReplans,
  isBadReply,
  isEnded,
  isExhausted,
  isMissed,
  isOfLastRound,
  isSettled,
  isTermination,
  isUncertain,
  lastRoundOf,
  notBegun,
  plansOf,
  type CallSlot,
  type CoreState,
  type FileInstance,
  type ScopeInstance,
  type TaskNode,
} from '../tasks/index.ts';
import { offerItems, stopIfFailed } from './fold-items.ts';
import { touchInside, touchOpen } from './touch.ts';

/** Folds `run-resumed`. */
export function reopen(state: CoreState): void {
  state.ended = undefined;
  state.cancelRequested = false;
  for (const { slot } of state.waiting.values()) leaveWaiting(slot);
  state.waiting.clear();
  if (state.root) reopenFile(state, state.root);
  touchOpen(state);
}

/** Folds the end of the pause before a call of a file is made again: what failed inside opens again. */
export function callAgain(state: CoreState, node: TaskNode): void {
  node.retry = 'none';
  node.attempts += 1;
  if (node.called) reopenFile(state, node.called);
  state.touched.add(node);
  touchInside(state, node);
}

function reopenFile(state: CoreState, file: FileInstance): void {
  file.failedBy = undefined;
  file.terminatedBy = undefined;
  reopenScope(state, file.scope);
}

function reopenScope(state: CoreState, scope: ScopeInstance): void {
  for (const node of scope.nodes) reopenNode(state, node);
  scope.open = scope.nodes.filter((node) => !isEnded(node)).length;
  for (const node of scope.nodes) node.unmet = 0;
  scope.nodes.forEach((node, place) => {
    if (isEnded(node)) return;
    for (const dependent of scope.plan.dependents[place] ?? []) {
      const other = scope.nodes[dependent];
      if (other) other.unmet += 1;
    }
  });
}

/** A `terminate` ends its file anew: what it guards must not go on because somebody resumes the run. */
function reopenNode(state: CoreState, node: TaskNode): void {
  if (isTermination(node)) return startAgain(node);
  if (node.status === 'completed' || (node.status === 'skipped' && node.reason !== 'upstream_failed')) return;
  if (isEnded(node)) startAgain(node);
  if (node.called) reopenFile(state, node.called);
  else if (node.scope) reopenScope(state, node.scope);
  if (node.fallback) reopenFallback(state, node.fallback);
  if (node.items) reopenItems(state, node);
  for (const round of node.rounds?.children ?? []) reopenNode(state, round);
  // What a supervisor has heard of, it has planned with.
  for (const part of node.parts?.values() ?? []) if (isOfLastRound(node, part)) reopenNode(state, part);
}

/** Whether a fallback is skipped is asked again, should its task fail again. */
function reopenFallback(state: CoreState, fallback: TaskNode): void {
  if (fallback.status === 'skipped') startAgain(fallback);
  else reopenNode(state, fallback);
}

/** A stage that the run was sent back to, or that comes after one: it begins as if it had not, with another try. */
export function beginAnew(node: TaskNode): void {
  node.sentBackAt = node.rounds?.children.length ?? 0;
  openAgain(node);
}

function startAgain(node: TaskNode): void {
  giveRounds(node);
  giveSupervision(node);
  giveReplans(node);
  const slots = [...(node.slots?.values() ?? [])];
  const again = slotToMakeAgain(node, slots);
  for (const slot of slots) if (!isTold(node, slot)) resetSlot(slot, slot === again);
  openAgain(node);
}

function openAgain(node: TaskNode): void {
  Object.assign(node, notBegun, { round: node.round + 1 });
}

/** A loop or a gate that was exhausted has as many rounds or tries again: without them a resume could only fail again. */
function giveRounds(node: TaskNode): void {
  const { rounds, task } = node;
  if (!rounds) return;
  if (task.type === 'loop' && isExhausted(node)) rounds.allowed = rounds.children.length + task.maxIterations;
  if (task.type === 'gated' && isMissed(node)) {
    rounds.allowed = (node.verdicts ?? []).filter(({ passed }) => !passed).length + (task.gate?.maxRetries ?? 0);
    node.sentBackAt = rounds.children.length;
  }
}

/** A supervisor that had nothing done has as many rounds again; one that could not divide the work is asked again. */
function giveSupervision(node: TaskNode): void {
  const { supervision, task, error, fallback } = node;
  if (task.type !== 'supervisor' || !supervision || fallback?.status === 'failed') return;
  if (error?.code === 'supervisor_failed') supervision.rounds = lastRoundOf(node) + task.maxRounds;
  if (error?.code === 'bad_decomposition') supervision.excused = plansOf(node).length;
}

/** Why the task itself failed: where others worked in its place, they failed in ways of their own. */
function ownFailure({ error, fallback, parts }: TaskNode): Failure | undefined {
  if (parts?.has('handoff')) return undefined;
  return fallback ? (fallback.locals?.['error'] as Failure | undefined) : error;
}

/** The completed call whose answer made its task fail: without another one a resume could only fail again. */
function slotToMakeAgain(node: TaskNode, slots: readonly CallSlot[]): CallSlot | undefined {
  switch (ownFailure(node)?.code) {
    case 'invalid_output':
      return slots.find(({ key, effect }) => key.endsWith('/repair') || (key === 'call' && effect !== 'once'));
    case 'max_iterations':
    case 'handoff_limit':
      return slots.findLast(({ key }) => /^turn\[\d+\]$/.test(key));
    default:
      return slots.find(
        ({ outcome }) => outcome?.status === 'completed' && 'reply' in outcome && isBadReply(outcome.reply),
      );
  }
}

/** True for the tool of a turn whose result, good or bad, the model was told: another one would come too late. */
function isTold({ slots }: TaskNode, { key }: CallSlot): boolean {
  const turn = /^turn\[(\d+)\]\/tool\[/.exec(key)?.[1];
  return turn !== undefined && (slots?.get(`turn[${Number(turn) + 1}]`)?.ordinal ?? 0) > 0;
}

function resetSlot(slot: CallSlot, makeAgain: boolean): void {
  leaveWaiting(slot);
  if (slot.approval === 'asked' || slot.approval === 'denied') {
    // Its question used the ordinal.
    slot.approval = 'none';
    slot.reserved = false;
  }
  const { outcome } = slot;
  slot.retry = 'none';
  if (outcome?.status === 'completed' && !makeAgain) return;
  // What the engine answered inside an agent was heard, failures too: a second answer could change what nobody hears of.
  if (slot.isAnswered && slot.key !== 'call') return;
  slot.isAnswered = false;
  slot.attempt = 0;
  if (outcome && slot.effect === 'once' && isUncertain(outcome, slot.effect)) {
    // A person is asked again, unless their answer still stands.
    if (slot.lost === 'asked' || slot.lost === 'fail') slot.lost = 'none';
    return;
  }
  slot.phase = 'idle';
  slot.outcome = undefined;
}

function leaveWaiting(slot: CallSlot): void {
  if (slot.phase === 'waiting') slot.phase = slot.outcome ? 'ended' : 'idle';
}

/** Items that completed are kept. What begins again makes its queue then. */
function reopenItems(state: CoreState, node: TaskNode): void {
  const { items } = node;
  if (!items || isSettled(node)) return;
  for (const child of items.children) {
    reopenNode(state, child);
    child.offered = false;
  }
  items.queue = items.children.filter(({ status }) => status === 'pending');
  items.head = 0;
  items.offered = 0;
  items.active = items.children.filter(({ status }) => status === 'running').length;
  items.open = items.queue.length + items.active;
  items.firstFailed = undefined;
  if (node.status !== 'running') return;
  node.stopping = false;
  stopIfFailed(state, node);
  offerItems(state, node);
}
