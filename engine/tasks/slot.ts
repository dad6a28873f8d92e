// One call until it has its result: approval, attempts with their timers, and what to do when nobody knows what became
// of it. Invariants:
//   S1. A call whose effect is `once` is made again only if it surely did nothing, or if a person said so.
//   S2. A completed call is never made again.
//   S3. A lost call uses up no attempt.
import type { Failure, Json, ModelReply, Outcome } from '../../run/index.ts';
import { failure, formatDuration } from '../../run/index.ts';
import type { Retry } from '../../workflow/model/model.ts';
import type { Call, CallCommon } from '../ports/index.ts';
import { backoffMs } from './backoff.ts';
import { newSlot } from './nodes.ts';
import type { CallSlot, CoreState, Draft, TaskNode } from './state.ts';

/** What a slot calls, and how often it may try. */
export interface SlotPlan {
  readonly node: TaskNode;
  readonly key: string;
  readonly effect: CallCommon['effect'];
  /** Absent: one attempt. */
  readonly retry?: Retry;
  /** For each attempt. */
  readonly timeoutMs?: number;
  /** The number of the first attempt: a repair counts on from the turn it repairs. Default 1. */
  readonly firstAttempt?: number;
  /** Of a model call: whom to ask, in this order. Each has attempts of its own. */
  readonly models?: readonly string[];
  /** Set for tools: what a person reads when they are asked. */
  readonly tool?: { readonly name: string; readonly input: Json; readonly asks: boolean };
  /** @param model one of `models`; empty if there are none */
  readonly build: (place: CallCommon, model: string) => Call;
}

export type SlotResult =
  | { readonly type: 'open' }
  | { readonly type: 'done'; readonly output: Json }
  | { readonly type: 'replied'; readonly reply: ModelReply }
  | { readonly type: 'failed'; readonly error: Failure };

const open: SlotResult = { type: 'open' };

/** Looks at one slot: gives its result, or drafts what brings it forward. */
export function lookAtSlot(state: CoreState, plan: SlotPlan, draft: Draft): SlotResult {
  const slot = plan.node.slots?.get(plan.key) ?? newSlot(plan.key);
  switch (slot.phase) {
    case 'flying':
      return watch(plan, slot, draft);
    case 'ended':
      return judge(state, plan, slot, draft);
    case 'idle':
      return begin(state, plan, slot, draft);
    case 'waiting':
      return open;
  }
}

/** The path of the call that this slot makes next. */
export function nextCallPath(node: TaskNode, slot: CallSlot): string {
  return `${node.path}/${slot.key}#${slot.reserved ? slot.ordinal : slot.ordinal + 1}`;
}

/** The path of the last call that this slot made. */
export function lastCallPath(node: TaskNode, slot: CallSlot): string {
  return `${node.path}/${slot.key}#${slot.ordinal}`;
}

/** True when nobody knows whether the call took effect: it was lost or cut, or a `once` call ended without a clear answer. */
export function isUncertain(outcome: Outcome, effect: CallCommon['effect']): boolean {
  if (outcome.status === 'lost') return true;
  if (effect !== 'once') return false;
  if (outcome.status === 'cancelled') return true;
  return outcome.status === 'failed' && outcome.error.retryable && !surelyDidNothing(outcome.error);
}

/** Refused before it was sent, or turned away at the door (HTTP 429). */
function surelyDidNothing(error: Failure): boolean {
  return error.details?.['notSent'] === true || error.details?.['status'] === 429 || error.code === 'rate_limited';
}

function watch(plan: SlotPlan, slot: CallSlot, draft: Draft): SlotResult {
  const path = lastCallPath(plan.node, slot);
  const task = plan.node.path;
  if (slot.timeout === 'fired') {
    draft.facts.push({ type: 'call-ended', path, task, outcome: { status: 'failed', error: timeoutFailure(plan) } });
  } else if (slot.timeout === 'none' && plan.timeoutMs !== undefined) {
    const dueAt = slot.startedAt + plan.timeoutMs;
    draft.facts.push({ type: 'timer-set', id: `${path}:timeout`, task, purpose: 'timeout', dueAt });
  }
  return open;
}

function timeoutFailure(plan: SlotPlan): Failure {
  const what = plan.tool ? `The tool ${plan.tool.name}` : 'The model';
  return failure(
    'timeout',
    `${what} did not answer within ${formatDuration(plan.timeoutMs ?? 0)} (${plan.node.path}).`,
    {
      retryable: true,
      remedy: 'Raise `timeout` of the task, or let it `retry`.',
    },
  );
}

function judge(state: CoreState, plan: SlotPlan, slot: CallSlot, draft: Draft): SlotResult {
  const outcome = slot.outcome ?? { status: 'lost' };
  if (outcome.status === 'completed') {
    return 'reply' in outcome ? { type: 'replied', reply: outcome.reply } : { type: 'done', output: outcome.output };
  }
  if (isUncertain(outcome, plan.effect)) return settleLost(state, plan, slot, draft);
  if (outcome.status === 'failed') return retryOrFail(state, plan, slot, outcome.error, draft);
  // Nobody here cut it, or its task would have ended: it counts as an attempt, so that this comes to an end.
  return retryOrFail(state, plan, slot, cutFailure(plan), draft);
}

function cutFailure(plan: SlotPlan): Failure {
  return failure('cancelled', `A call in ${plan.node.path} was cut off from outside.`, { retryable: true });
}

function settleLost(state: CoreState, plan: SlotPlan, slot: CallSlot, draft: Draft): SlotResult {
  // After a resume it begins anew.
  const again = slot.attempt || firstAttempt(plan);
  if (plan.effect !== 'once' || !plan.tool) return start(plan, slot, again, draft);
  switch (slot.lost) {
    case 'none':
      askAboutLost(plan, plan.tool, slot, draft);
      return open;
    case 'asked':
      return open;
    case 'repeat':
      return mayCall(state, plan, slot, draft) ?? start(plan, slot, again, draft);
    case 'done':
      return { type: 'done', output: slot.lostOutput };
    case 'fail':
      return { type: 'failed', error: lostFailure(plan.node, plan.tool.name) };
  }
}

function askAboutLost(plan: SlotPlan, tool: NonNullable<SlotPlan['tool']>, slot: CallSlot, draft: Draft): void {
  const call = lastCallPath(plan.node, slot);
  const count = slot.lostAsked > 0 ? `#${slot.lostAsked + 1}` : '';
  draft.facts.push({
    type: 'question-asked',
    id: `${call}:lost${count}`,
    task: plan.node.path,
    question: {
      kind: 'lost_call',
      message: `The call of ${tool.name} in ${plan.node.path} was cut off: it may have taken effect. Repeat it, count it as done, or fail?`,
      call,
      tool: tool.name,
      input: tool.input,
    },
  });
}

function lostFailure(node: TaskNode, tool: string): Failure {
  return failure('lost', `The call of ${tool} in ${node.path} was cut off, and a person counted it as failed.`);
}

function retryOrFail(state: CoreState, plan: SlotPlan, slot: CallSlot, error: Failure, draft: Draft): SlotResult {
  const { retry } = plan;
  if (!retry || slot.attempt >= retry.maxAttempts || !isRetriable(retry, plan, error)) {
    return askNextModel(plan, slot, error, draft);
  }
  const path = lastCallPath(plan.node, slot);
  const id = `${path}:retry`;
  const delayMs = backoffMs(retry, slot.attempt, error, `${state.runId}/${id}`);
  if (delayMs === 0 || slot.retry === 'fired') return start(plan, slot, slot.attempt + 1, draft);
  if (slot.retry === 'none') {
    const dueAt = slot.endedAt + delayMs;
    draft.facts.push({ type: 'timer-set', id, task: plan.node.path, purpose: 'retry', dueAt });
  }
  return open;
}

/** Failures that no other model would mend: they are the run's, a person's, or an answer's. */
const notOfTheModel = new Set(['budget_exceeded', 'cancelled', 'denied', 'output_truncated', 'content_filtered']);

/** A call that failed for good goes to the model that is next in the list, at once, with attempts of its own. */
function askNextModel(plan: SlotPlan, slot: CallSlot, error: Failure, draft: Draft): SlotResult {
  const { models = [] } = plan;
  const next = slot.model === undefined ? undefined : models[models.indexOf(slot.model) + 1];
  if (next === undefined || notOfTheModel.has(error.code)) return { type: 'failed', error };
  return start(plan, slot, 1, draft, next);
}

function isRetriable(retry: Retry, plan: SlotPlan, error: Failure): boolean {
  if (plan.effect === 'once' && !surelyDidNothing(error)) return false;
  return retry.on ? retry.on.includes(error.code) : error.retryable;
}

function begin(state: CoreState, plan: SlotPlan, slot: CallSlot, draft: Draft): SlotResult {
  return mayCall(state, plan, slot, draft) ?? start(plan, slot, firstAttempt(plan), draft);
}

/** Asks a person where the tool wants that; undefined when the call may leave. */
function mayCall(state: CoreState, plan: SlotPlan, slot: CallSlot, draft: Draft): SlotResult | undefined {
  const { tool } = plan;
  if (!tool?.asks || slot.approval === 'allowed' || state.approvedTools.has(tool.name)) return undefined;
  if (slot.approval === 'denied') return { type: 'failed', error: deniedFailure(plan.node, tool.name, true) };
  if (slot.approval === 'asked') return open;
  if (!state.interactive) return { type: 'failed', error: deniedFailure(plan.node, tool.name, false) };
  if (!isBeingAsked(state, tool.name) && !draft.askedTools.has(tool.name)) {
    draft.askedTools.add(tool.name);
    draft.facts.push({
      type: 'question-asked',
      id: `${nextCallPath(plan.node, slot)}:approve`,
      task: plan.node.path,
      question: {
        kind: 'approve_tool',
        message: `May ${plan.node.path} call ${tool.name}?`,
        tool: tool.name,
        input: tool.input,
      },
    });
  }
  return open;
}

function isBeingAsked(state: CoreState, tool: string): boolean {
  for (const { question } of state.questions.values()) {
    if (question.kind === 'approve_tool' && question.tool === tool) return true;
  }
  return false;
}

function deniedFailure(node: TaskNode, tool: string, byPerson: boolean): Failure {
  return byPerson
    ? failure('denied', `A person did not allow ${node.path} to call ${tool}.`)
    : failure('denied', `${node.path} may not call ${tool}: it needs a person's leave, and there is nobody to ask.`, {
        remedy: 'Start the run from a terminal or the editor, without --no-input.',
      });
}

/** @param model the one that made the last attempt, if there was one */
function start(
  plan: SlotPlan,
  slot: CallSlot,
  attempt: number,
  draft: Draft,
  model: string = (slot.attempt > 0 ? slot.model : undefined) ?? plan.models?.[0] ?? '',
): SlotResult {
  const place: CallCommon = {
    path: nextCallPath(plan.node, slot),
    task: plan.node.path,
    attempt,
    effect: plan.effect,
  };
  draft.wants.push({ type: 'call', node: plan.node, build: () => plan.build(place, model) });
  return open;
}

function firstAttempt(plan: SlotPlan): number {
  return plan.firstAttempt ?? 1;
}
