import type {
  CallAnswered,
  CallEnded,
  CallStarted,
  CallWaiting,
  GateJudged,
  RunEvent,
  RunId,
  TaskEnded,
  TaskStarted,
} from '../events/events.ts';
import { addSpent, type CallState, emptyRunState, emptyTotals, type RunState, type TaskState } from './state.ts';
import { applyAnswer, writeShared } from './together.ts';

/**
 * Folds one event into the state, in place, and returns the state. Events must come in order; one that
 * was folded before is passed over, so a follower may hear it twice.
 */
export function fold(state: RunState, event: RunEvent): RunState {
  if (event.seq <= state.seq) return state;
  state.seq = event.seq;
  state.updatedAt = event.at;
  apply(state, event);
  return state;
}

/** The state after these events. */
export function foldAll(runId: RunId, events: Iterable<RunEvent>): RunState {
  const state = emptyRunState(runId);
  for (const event of events) fold(state, event);
  return state;
}

function apply(state: RunState, event: RunEvent): void {
  switch (event.type) {
    case 'run-started':
      state.started = event;
      state.startedAt = event.at;
      return;
    case 'task-started':
      return startTask(state, event, event.at);
    case 'task-ended':
      return endTask(state, event, event.at);
    case 'gate-judged':
      return judgeGate(state, event, event.at);
    case 'plan-made':
      state.plans.set(`${event.task}/run[${event.round}]`, event.plan);
      return;
    case 'call-started':
      return startCall(state, event, event.at);
    case 'call-waiting':
      return waitCall(state, event);
    case 'call-ended':
      return endCall(state, event, event.at);
    case 'call-answered':
      return answerCall(state, event, event.at);
    case 'usage-settled':
      return settle(state, event);
    case 'question-asked':
      state.questions.set(event.id, { id: event.id, task: event.task, question: event.question, askedAt: event.at });
      setOpenStatus(state, event.task, 'waiting');
      return;
    case 'question-answered': {
      const question = state.questions.get(event.id);
      if (question) Object.assign(question, { answer: event.answer, answeredAt: event.at });
      setOpenStatus(state, event.task, 'running');
      return;
    }
    case 'hold-set':
      state.holds.set(event.id, { pattern: event.pattern, owner: event.owner });
      return;
    case 'hold-cleared':
      state.holds.delete(event.id);
      return;
    case 'cancel-requested':
      state.cancelling = true;
      return;
    case 'run-resumed':
      return reopen(state);
    case 'run-ended':
      state.ended = event.status;
      state.endedAt = event.at;
      if (event.outputs) state.outputs = event.outputs;
      if (event.error) state.error = event.error;
      return;
    case 'timer-set':
    case 'timer-fired':
      return;
  }
}

function startTask(state: RunState, event: TaskStarted, at: number): void {
  const before = state.tasks.get(event.path);
  state.tasks.set(event.path, {
    path: event.path,
    staticPath: event.staticPath,
    status: 'running',
    round: event.round,
    startedAt: at,
    ...(event.input !== undefined && { input: event.input }),
    ...(event.item && { item: event.item }),
    ...(before?.gates && { gates: before.gates }),
    calls: before?.calls ?? [],
  });
}

function judgeGate(state: RunState, event: GateJudged, at: number): void {
  const task = state.tasks.get(event.task);
  const { round, passed, score, feedback, action } = event;
  const said = { ...(score !== undefined && { score }), ...(feedback !== undefined && { feedback }) };
  if (task) task.gates = [...(task.gates ?? []), { round, passed, action, ...said, at }];
}

function endTask(state: RunState, event: TaskEnded, at: number): void {
  const task = taskInRound(state, event);
  task.status = event.status;
  task.endedAt = at;
  if (event.reason !== undefined) task.reason = event.reason;
  if (event.output !== undefined) task.output = event.output;
  if (event.error) task.error = event.error;
  if (event.errors) task.errors = event.errors;
  if (event.partial !== undefined) task.partial = event.partial;
  if (event.details) task.details = event.details;
  withdrawWaits(state, task);
  if (event.shared && isInCalledFile(state, event.staticPath)) return;
  for (const [name, value] of Object.entries(event.shared ?? {})) {
    if (value !== undefined) writeShared(state, name, value, `tasks.${event.staticPath}`, at);
  }
}

/** True for a task of a file that the run's own file calls: its shared values are not those of the run. */
function isInCalledFile({ started }: RunState, staticPath: string): boolean {
  const plan = started?.plan;
  let tasks = plan?.tasks ?? [];
  for (;;) {
    const task = tasks.find(({ path }) => path === staticPath || isInside(staticPath, path));
    if (!task || task.path === staticPath) return task !== undefined && task.range.file !== plan?.file;
    tasks = task.children;
  }
}

/** True if the second path is a part of the way to the first: `all` and `all[]` of `all[]/scan`. */
function isInside(path: string, around: string): boolean {
  return path.startsWith(around) && /^(?:\/|\[\])/.test(path.slice(around.length));
}

/** Nobody waits any more for what an ended task waited for. */
function withdrawWaits(state: RunState, task: TaskState): void {
  for (const call of task.calls) if (call.status === 'waiting') call.status = 'cancelled';
  for (const question of state.questions.values()) {
    if (question.task === task.path && question.answer === undefined) question.withdrawn = true;
  }
}

function startCall(state: RunState, event: CallStarted, at: number): void {
  const call = callAt(state, event.path, event.task);
  call.request = event.request;
  call.attempt = event.attempt;
  call.status = 'running';
  call.startedAt = at;
  if (event.cached) call.cached = event.cached;
  delete call.waitingFor;
  setOpenStatus(state, event.task, 'running');
}

function waitCall(state: RunState, event: CallWaiting): void {
  const call = callAt(state, event.path, event.task);
  call.status = 'waiting';
  call.waitingFor = event.reason;
  setOpenStatus(state, event.task, 'waiting');
}

function endCall(state: RunState, event: CallEnded, at: number): void {
  const call = callAt(state, event.path, event.task);
  call.status = event.outcome.status;
  call.outcome = event.outcome;
  call.endedAt = at;
  if (event.spent) call.spent = event.spent;
  addSpent(state.totals, event.spent);
}

/** To its readers it is a call that took no time. */
function answerCall(state: RunState, event: CallAnswered, at: number): void {
  const { path, task, tool, toolCallId, input, outcome } = event;
  const call = callAt(state, path, task);
  const request = { kind: 'tool', tool, input, ...(toolCallId !== undefined && { toolCallId }) } as const;
  Object.assign(call, { request, status: outcome.status, startedAt: at, endedAt: at, outcome });
  const staticPath = state.tasks.get(task)?.staticPath;
  applyAnswer(state, event, at, staticPath !== undefined && isInCalledFile(state, staticPath));
}

function settle(state: RunState, event: Extract<RunEvent, { type: 'usage-settled' }>): void {
  callAt(state, event.path, event.task).spent = event.spent;
  // An estimate may be replaced, so the sums are made anew; this is rare.
  Object.assign(state.totals, emptyTotals());
  for (const call of state.calls.values()) addSpent(state.totals, call.spent);
}

/** What ended badly may begin again: the tasks keep what is known until they do. */
function reopen(state: RunState): void {
  delete state.ended;
  delete state.endedAt;
  delete state.error;
  delete state.outputs;
  state.cancelling = false;
  for (const call of state.calls.values()) if (call.status === 'waiting') call.status = 'cancelled';
}

function setOpenStatus(state: RunState, path: string, status: 'waiting' | 'running'): void {
  const task = state.tasks.get(path);
  if (task && (task.status === 'running' || task.status === 'waiting')) task.status = status;
}

/** A task that ends without having begun in this round keeps nothing of the round before. */
function taskInRound(state: RunState, { path, staticPath, round }: TaskEnded): TaskState {
  const known = state.tasks.get(path);
  if (known?.round === round) return known;
  const task: TaskState = { path, staticPath, status: 'pending', round, calls: known?.calls ?? [] };
  state.tasks.set(path, task);
  return task;
}

function callAt(state: RunState, path: string, task: string): CallState {
  const known = state.calls.get(path);
  if (known) return known;
  const call: CallState = { path, task, attempt: 1, status: 'waiting' };
  state.calls.set(path, call);
  state.tasks.get(task)?.calls.push(call);
  return call;
}
