// What events about calls and their timers change.
import type {
  CallAnswered,
  CallEnded,
  CallStarted,
  CallWaiting,
  Spent,
  TimerFired,
  TimerSet,
  UsageSettled,
} from '../../run/index.ts';
import { sentOf } from '../../run/index.ts';
import { boundsTalk, bytesOf, isSummary, placeOfPrompt } from '../tasks/context.ts';
import { type CallSlot, type CoreState, newSlot, type TaskNode } from '../tasks/index.ts';
import { stopIfFailed } from './fold-items.ts';
import { answerCall, beginWait } from './fold-together.ts';
import { callAgain } from './reopen.ts';
import { freeSlot, takeSlot } from './slots.ts';

type ModelCallRequest = Extract<CallStarted['request'], { kind: 'model' }>;

export function startCall(state: CoreState, event: CallStarted, at: number): void {
  const node = nodeAt(state, event.task);
  const { key, ordinal } = placeOf(node, event.path);
  const slot = slotAt(node, key);
  Object.assign(slot, {
    ordinal,
    reserved: false,
    attempt: event.attempt,
    model: event.request.kind === 'model' ? event.request.model : undefined,
    effect: event.effect,
    phase: 'flying',
    startedAt: at,
    outcome: undefined,
    timeout: 'none',
    retry: 'none',
    lost: 'none',
    lostAsked: 0,
  });
  if (event.request.kind === 'model' && !isSummary(key)) continueTalk(node, slot, event.request);
  if (!key.includes('/tool[')) node.attempts = event.attempt;
  state.waiting.delete(event.path);
  state.inFlight.set(event.path, { node, slot });
  takeSlot(node);
  state.touched.add(node);
}

export function waitCall(state: CoreState, event: CallWaiting): void {
  const node = nodeAt(state, event.task);
  const slot = slotAt(node, placeOf(node, event.path).key);
  slot.phase = 'waiting';
  state.waiting.set(event.path, { node, slot, reason: event.reason });
  state.touched.add(node);
}

export function endCall(state: CoreState, event: CallEnded, at: number): void {
  const flight = state.inFlight.get(event.path);
  if (!flight) throw new Error(`The record ends a call that is not in flight: ${event.path}`);
  const { node, slot } = flight;
  state.inFlight.delete(event.path);
  freeSlot(state, node);
  if (slot.timeout === 'set') state.timers.delete(`${event.path}:timeout`);
  slot.phase = 'ended';
  slot.endedAt = at;
  slot.outcome = event.outcome;
  if (event.outcome.status === 'completed' && slot.model !== undefined) node.answeredBy = slot.model;
  if (slot.sentBytes > 0) measureTokens(node, slot, event.spent);
  if (event.spent) addSpent(state, node, event.path, event.spent);
  state.touched.add(node);
}

/** What a provider has counted tells more than a bound. */
function measureTokens(node: TaskNode, { sentBytes }: CallSlot, spent: Spent | undefined): void {
  if (!spent?.usage || spent.estimated) return;
  node.measured = { tokens: spent.usage.inputTokens, bytes: sentBytes };
}

/** A tool that the engine answers itself: what is a call for others begins and ends here, and takes no place. */
export function endAnsweredCall(state: CoreState, event: CallAnswered): void {
  const node = nodeAt(state, event.task);
  const { key, ordinal } = placeOf(node, event.path);
  const slot = slotAt(node, key);
  answerCall(state, node, slot, event);
  slot.ordinal = ordinal;
  slot.attempt = 1;
  const inTurn = /^(.*)\/tool\[(\d+)\]$/.exec(key);
  if (!inTurn) node.attempts = 1;
  else if (inTurn[1] !== undefined) countAnswered(slotAt(node, inTurn[1]), Number(inTurn[2]));
}

function countAnswered(turn: CallSlot, nth: number): void {
  if (turn.answered === nth - 1) turn.answered = nth;
}

export function settleCall(state: CoreState, event: UsageSettled): void {
  addSpent(state, nodeAt(state, event.task), event.path, event.spent);
}

export function setTimer(state: CoreState, event: TimerSet): void {
  const node = nodeAt(state, event.task);
  const slot = slotOfTimer(node, event.id);
  if (!slot && event.purpose === 'retry') node.retry = 'set';
  else if (!slot) Object.assign(node, { timeout: 'set', dueAt: event.dueAt });
  else if (event.purpose === 'timeout') slot.timeout = 'set';
  else if (event.purpose === 'wait') beginWait(node, slot, event.awaits ?? []);
  else slot.retry = 'set';
  state.timers.set(event.id, { id: event.id, task: event.task, dueAt: event.dueAt });
  state.touched.add(node);
}

export function fireTimer(state: CoreState, event: TimerFired): void {
  if (!state.timers.delete(event.id)) throw new Error(`The record fires a timer that is not set: ${event.id}`);
  const node = nodeAt(state, event.task);
  const slot = slotOfTimer(node, event.id);
  if (!slot && node.retry === 'set' && event.id.endsWith(':retry')) callAgain(state, node);
  else if (!slot) {
    node.timeout = 'fired';
    stopIfFailed(state, node);
  } else if (event.id.endsWith(':timeout')) slot.timeout = 'fired';
  else if (event.id.endsWith(':wait')) slot.wait = 'fired';
  else slot.retry = 'fired';
  state.touched.add(node);
}

function continueTalk(node: TaskNode, slot: CallSlot, { messages, omitted }: ModelCallRequest): void {
  if (!node.sent) node.asked = placeOfPrompt(messages);
  node.sent ??= [];
  node.sent.push(...messages);
  node.omitted = omitted;
  slot.sentBytes = boundsTalk(node) ? bytesOf(sentOf(node.sent, omitted)) : 0;
}

/** The slot of a node, made when it is first spoken of. */
export function slotAt(node: TaskNode, key: string): CallSlot {
  node.slots ??= new Map();
  const known = node.slots.get(key);
  if (known) return known;
  const slot = newSlot(key);
  node.slots.set(key, slot);
  return slot;
}

/** `draft/turn[1]#2` → `turn[1]`, 2. */
function placeOf(node: TaskNode, path: string): { readonly key: string; readonly ordinal: number } {
  const hash = path.lastIndexOf('#');
  const ordinal = Number(path.slice(hash + 1));
  if (!path.startsWith(`${node.path}/`) || hash < 0 || !Number.isInteger(ordinal)) {
    throw new Error(`The record names a call that can not be: ${path}`);
  }
  return { key: path.slice(node.path.length + 1, hash), ordinal };
}

/** Undefined for a timer of the task itself. */
function slotOfTimer(node: TaskNode, id: string): CallSlot | undefined {
  const call = id.slice(0, id.lastIndexOf(':'));
  return call === node.path ? undefined : slotAt(node, placeOf(node, call).key);
}

/** Counts what a call cost for its task, what is around it, and the run; a later figure replaces an estimate. */
function addSpent(state: CoreState, node: TaskNode, path: string, spent: Spent): void {
  const before = state.spent.get(path);
  const tokens = (spent.usage?.inputTokens ?? 0) + (spent.usage?.outputTokens ?? 0);
  const cost = (spent.costNanoUsd ?? 0) - (before?.costNanoUsd ?? 0);
  state.spent.set(path, { costNanoUsd: spent.costNanoUsd, tokens });
  const isKnown = spent.costNanoUsd !== null;
  for (let at: TaskNode | undefined = node; at; at = at.owner) {
    at.costNanoUsd += cost;
    at.tokens += tokens - (before?.tokens ?? 0);
    at.costKnown &&= isKnown;
  }
  state.costNanoUsd += cost;
  state.costKnown &&= isKnown;
}

function nodeAt(state: CoreState, path: string): TaskNode {
  const node = state.nodes.get(path);
  if (!node) throw new Error(`The record names a task that can not be: ${path}`);
  return node;
}
