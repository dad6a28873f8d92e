// The second fold of the record, for `decide`: in place. Invariants:
//   F1. The state changes here and nowhere else, and only by what an event says (caches aside).
//   F2. Whoever may have something new to say after an event is touched by it.
import type {
  GateJudged,
  Json,
  QuestionAnswered,
  QuestionAsked,
  RunEvent,
  RunId,
  RunStarted,
  TaskEnded,
} from '../../run/index.ts';
import { isJsonObject } from '../../run/index.ts';
import type { ForEachTask, ParallelTask, Workflow } from '../../workflow/model/model.ts';
import {
  addPlan,
  type CallSlot,
  compareOrder,
  comparePriority,
  type CoreState,
  fallbackNode,
  hasParts,
  isEnded,
  isSentBackTo,
  isTermination,
  makesCalls,
  openFile,
  openItems,
  openScope,
  partNamed,
  roundNode,
  type ScopeInstance,
  stagesAfter,
  type TaskNode,
} from '../tasks/index.ts';
import { remember } from '../tasks/memory.ts';
import {
  endAnsweredCall,
  endCall,
  fireTimer,
  setTimer,
  settleCall,
  slotAt,
  startCall,
  waitCall,
} from './fold-calls.ts';
import { cutIfEnough, offerItems, stopIfFailed } from './fold-items.ts';
import { countBusy, stopWait, writeOfTask } from './fold-together.ts';
import { newHeap } from './heap.ts';
import { beginAnew, reopen } from './reopen.ts';
import { touchFile, touchOpen, touchPending } from './touch.ts';

/** The state before the first event. */
export function newCore(runId: RunId, workflow: Workflow): CoreState {
  return {
    runId,
    workflow,
    seq: 0,
    at: 0,
    startedAt: 0,
    started: undefined,
    ended: undefined,
    interactive: false,
    cancelRequested: false,
    root: undefined,
    nodes: new Map(),
    plans: new Map(),
    graphs: new Map(),
    tools: new Map(),
    inFlight: new Map(),
    waiting: new Map(),
    questions: new Map(),
    answered: new Set(),
    timers: new Map(),
    holds: new Map(),
    approvedTools: new Set(),
    messages: 0,
    costNanoUsd: 0,
    costKnown: true,
    spent: new Map(),
    touched: new Set(),
    looks: newHeap(compareOrder),
    ready: newHeap(comparePriority),
    parked: new Map(),
  };
}

/** Folds one event, whole values in it. Throws if the event can not follow what came before: the record is damaged. */
export function foldCore(state: CoreState, event: RunEvent): void {
  state.seq = event.seq;
  state.at = event.at;
  switch (event.type) {
    case 'run-started':
      return startRun(state, event, event.at);
    case 'task-started':
      return startTask(state, event, event.at);
    case 'task-ended':
      return endTask(state, event);
    case 'gate-judged':
      return judgeGate(state, event);
    case 'plan-made':
      return addPlan(state, event);
    case 'call-started':
      return startCall(state, event, event.at);
    case 'call-waiting':
      return waitCall(state, event);
    case 'call-ended':
      return endCall(state, event, event.at);
    case 'call-answered':
      return endAnsweredCall(state, event);
    case 'usage-settled':
      return settleCall(state, event);
    case 'timer-set':
      return setTimer(state, event);
    case 'timer-fired':
      return fireTimer(state, event);
    case 'hold-set':
      state.holds.set(event.id, event.pattern);
      return touchPending(state);
    case 'hold-cleared':
      state.holds.delete(event.id);
      return touchPending(state);
    case 'question-asked':
      return askQuestion(state, event, event.at);
    case 'question-answered':
      return answerQuestion(state, event);
    case 'cancel-requested':
      state.cancelRequested = true;
      return touchOpen(state);
    case 'run-resumed':
      state.interactive = event.interactive;
      return reopen(state);
    case 'run-ended':
      state.ended = event;
      return;
  }
}

function startRun(state: CoreState, event: RunStarted, at: number): void {
  state.started = event;
  state.startedAt = at;
  state.interactive = event.interactive;
  for (const tool of event.tools) state.tools.set(tool.name, tool);
  state.root = openFile(state, state.workflow, event.inputs, undefined);
  for (const node of state.root.scope.nodes) if (node.unmet === 0) state.touched.add(node);
}

function startTask(state: CoreState, event: Extract<RunEvent, { type: 'task-started' }>, at: number): void {
  const node = nodeOf(state, event);
  const { owner } = node;
  if (isSentBackTo(node)) sendBack(node);
  if (node.status !== 'running') countBusy(node, 1);
  node.status = 'running';
  node.round = event.round;
  node.startedAt = at;
  if (event.input !== undefined) node.input = event.input;
  if (event.error && node.role === 'fallback') node.locals = { error: event.error };
  else node.startError = event.error;
  if (node.role === 'item' && owner?.items) {
    if (node.offered) owner.items.offered -= 1;
    node.offered = false;
    owner.items.active += 1;
  }
  openInside(state, node);
  state.touched.add(node);
}

/** What is inside a graph, a call, a for_each or a parallel exists from its beginning, a loop's rounds do not; a resumed one keeps it. */
function openInside(state: CoreState, node: TaskNode): void {
  const { task } = node;
  if (task.type === 'graph') {
    node.scope ??= openScope(state, task.scope, node.file, node);
    touchMembers(state, node.scope);
  } else if (task.type === 'workflow') {
    node.attempts = 1;
    if (!task.called || !isJsonObject(node.input)) return;
    node.called ??= openFile(state, task.called.workflow, node.input, node);
    node.scope = node.called.scope;
    touchMembers(state, node.scope);
  } else if (task.type === 'for_each' || task.type === 'parallel') openMany(state, node, task);
  else if (task.type === 'loop') node.rounds ??= { children: [], allowed: task.maxIterations };
  else if (task.type === 'gated') node.rounds ??= { children: [], allowed: task.gate?.maxRetries ?? 0 };
  else if (task.type === 'supervisor') node.supervision ??= { rounds: task.maxRounds, excused: 0 };
  else if (task.type === 'planner') node.planning ??= { made: [], anew: [], allowed: task.maxReplans };
  if (hasParts(node)) node.parts ??= new Map();
}

function openMany(state: CoreState, node: TaskNode, task: ForEachTask | ParallelTask): void {
  if (node.items) node.items.queue = node.items.children.filter(({ status }) => status === 'pending');
  else node.items = openItems(state, node, task);
  if (!node.items) return;
  Object.assign(node.items, { head: 0, offered: 0 });
  for (const child of node.items.queue) child.offered = false;
  offerItems(state, node);
}

function touchMembers(state: CoreState, { nodes }: ScopeInstance): void {
  for (const member of nodes) if (member.unmet === 0 && !isEnded(member)) state.touched.add(member);
}

function endTask(state: CoreState, event: TaskEnded): void {
  const node = nodeOf(state, event);
  const before = node.status;
  if (before === 'running') countBusy(node, -1);
  node.status = event.status;
  node.round = event.round;
  node.output = event.output;
  node.reason = event.reason;
  node.error = event.error;
  node.errors = event.errors;
  node.partial = event.partial;
  node.details = event.details;
  // One that is skipped never began: only its end says what it would have stood in for.
  if (node.role === 'fallback' && event.status === 'skipped' && event.error) node.locals = { error: event.error };
  if (event.shared) writeOfTask(state, node, event.shared);
  if (event.status === 'failed' && node.task.onError.kind === 'fail_run') {
    node.file.failedBy ??= node;
    touchFile(state, node.file);
  }
  if (isTermination(node)) {
    node.file.terminatedBy ??= node;
    touchFile(state, node.file);
  }
  remember(node);
  closeWhatIsOpen(state, node);
  tellOthers(state, node, before);
}

/** Questions, timers and waiting calls of a task end with it. */
function closeWhatIsOpen(state: CoreState, node: TaskNode): void {
  if (node.timeout === 'set') {
    state.timers.delete(`${node.path}:${node.task.type === 'wait' ? 'wait' : 'timeout'}`);
    node.timeout = 'none';
  }
  if (node.retry === 'set') {
    state.timers.delete(`${node.path}:retry`);
    node.retry = 'none';
  }
  if (node.slots) {
    for (const [path, { node: waiting }] of state.waiting) if (waiting === node) state.waiting.delete(path);
    for (const slot of node.slots.values()) {
      if (slot.retry === 'set') state.timers.delete(`${node.path}/${slot.key}#${slot.ordinal}:retry`);
      stopWait(state, node, slot);
    }
  }
  for (const question of state.questions.values()) {
    if (question.node !== node) continue;
    state.questions.delete(question.id);
    state.answered.add(question.id);
    if (question.question.kind === 'approve_tool') touchCallers(state);
  }
}

/** An end may be what others wait for: its dependents, its scope, its for_each or loop, the task it stood in for. */
function tellOthers(state: CoreState, node: TaskNode, before: TaskNode['status']): void {
  const { siblings, owner } = node;
  if (siblings) {
    siblings.open -= 1;
    const place = siblings.plan.placeOf.get(node.task.name) ?? -1;
    for (const dependent of siblings.plan.dependents[place] ?? []) {
      const other = siblings.nodes[dependent];
      if (!other) continue;
      other.unmet -= 1;
      if (other.unmet === 0 && other.status === 'pending') state.touched.add(other);
    }
  }
  if (!owner) return;
  if (node.role === 'item' && owner.items) {
    owner.items.open -= 1;
    if (before === 'running') owner.items.active -= 1;
    if (node.offered) owner.items.offered -= 1;
    node.offered = false;
    if (node.status === 'failed') owner.items.firstFailed ??= node;
    stopIfFailed(state, owner);
    cutIfEnough(state, owner);
    offerItems(state, owner);
  }
  if (node.role !== 'member' || siblings?.open === 0 || owner.status === 'running') state.touched.add(owner);
}

type Named = Pick<TaskEnded, 'path' | 'error'> & { readonly item?: TaskNode['item'] };

/** The node that an event names; a fallback, a round and a part come into being with their first event. */
function nodeOf(state: CoreState, { path, error, item }: Named): TaskNode {
  const known = state.nodes.get(path) ?? nextRound(state, path) ?? newFallback(state, path, error);
  const node = known ?? newPart(state, path, item);
  if (!node) throw new Error(`The record names a task that can not be: ${path}`);
  return node;
}

function newFallback(state: CoreState, path: string, error: TaskEnded['error']): TaskNode | undefined {
  const owner = path.endsWith('/fallback') ? state.nodes.get(path.slice(0, -'/fallback'.length)) : undefined;
  if (owner?.task.onError.kind !== 'fallback' || !error) return undefined;
  owner.fallback = fallbackNode(state, owner, error);
  state.nodes.set(path, owner.fallback);
  return owner.fallback;
}

/** The part of a pattern that begins with this event, if the path is one: the nearest task around it is asked. */
function newPart(state: CoreState, path: string, item: TaskNode['item']): TaskNode | undefined {
  for (let slash = path.lastIndexOf('/'); slash > 0; slash = path.lastIndexOf('/', slash - 1)) {
    const owner = state.nodes.get(path.slice(0, slash));
    if (!owner) continue;
    const key = path.slice(slash + 1);
    const part = owner.parts && partNamed(state, owner, key, item);
    if (!part) return undefined;
    owner.parts?.set(key, part);
    state.nodes.set(path, part);
    return part;
  }
  return undefined;
}

/** The round of a loop, or the try of a gate, that begins with this event, if the path is one. */
function nextRound(state: CoreState, path: string): TaskNode | undefined {
  const owner = path.endsWith(']') ? state.nodes.get(path.slice(0, path.lastIndexOf('['))) : undefined;
  if (!owner?.rounds || (owner.task.type !== 'loop' && owner.task.type !== 'gated')) return undefined;
  const round = roundNode(state, owner, owner.task, owner.rounds);
  if (round.path !== path) return undefined;
  owner.rounds.children.push(round);
  state.nodes.set(path, round);
  return round;
}

function judgeGate(state: CoreState, { task, round, passed, score, feedback, action }: GateJudged): void {
  const node = state.nodes.get(task);
  if (!node) throw new Error(`The record names a task that can not be: ${task}`);
  node.verdicts ??= [];
  node.verdicts.push({
    round,
    passed,
    action,
    ...(score !== undefined && { score }),
    ...(feedback !== undefined && { feedback }),
  });
  state.touched.add(node);
}

/** A stage begins again because a later one sent the run back to it: those after it are pending once more. */
function sendBack(node: TaskNode): void {
  for (const stage of [node, ...stagesAfter(node)]) beginAnew(stage);
}

function askQuestion(state: CoreState, event: QuestionAsked, at: number): void {
  const node = nodeOf(state, { path: event.task });
  const slot = slotOfQuestion(node, event);
  state.questions.set(event.id, { id: event.id, node, slot, question: event.question });
  if (event.question.kind === 'approve_tool' && slot) {
    slot.approval = 'asked';
    slot.ordinal = slot.reserved ? slot.ordinal : slot.ordinal + 1;
    slot.reserved = true;
  } else if (event.question.kind === 'lost_call' && slot) {
    slot.lost = 'asked';
    slot.lostAsked += 1;
  } else node.question = { id: event.id, askedAt: at, answered: false, answer: null };
  state.touched.add(node);
}

function slotOfQuestion(node: TaskNode, { id }: QuestionAsked): CallSlot | undefined {
  const call = /^(.*)#\d+:(?:approve|lost)(?:#\d+)?$/.exec(id)?.[1];
  return call === undefined ? undefined : slotAt(node, call.slice(node.path.length + 1));
}

function answerQuestion(state: CoreState, event: QuestionAnswered): void {
  const asked = state.questions.get(event.id);
  if (!asked) throw new Error(`The record answers a question that is not open: ${event.id}`);
  state.questions.delete(event.id);
  state.answered.add(event.id);
  const { node, slot, question } = asked;
  state.touched.add(node);
  if (question.kind === 'approve_tool' && slot) {
    slot.approval = event.answer === 'deny' ? 'denied' : 'allowed';
    if (event.answer === 'allow_all') state.approvedTools.add(question.tool);
    touchCallers(state);
  } else if (question.kind === 'lost_call' && slot) answerLost(slot, event.answer);
  else if (node.question) Object.assign(node.question, { answered: true, answer: event.answer });
}

function answerLost(slot: CallSlot, answer: Json): void {
  const word = isJsonObject(answer) ? answer['answer'] : answer;
  slot.lost = word === 'repeat' || word === 'done' ? word : 'fail';
  slot.lostOutput = (isJsonObject(answer) ? answer['output'] : undefined) ?? null;
}

/** Whoever waits to ask about a tool may now ask, or go on. Rare: a person has answered. */
function touchCallers(state: CoreState): void {
  for (const node of state.nodes.values()) {
    if (makesCalls(node.task) && node.status === 'running') state.touched.add(node);
  }
}
