import type { Json, JsonObject } from '../json.ts';
import type {
  CachedFrom,
  CallRequest,
  GateJudged,
  Outcome,
  PartFailure,
  Question,
  RunId,
  RunStarted,
  RunStatus,
  Spent,
  TaskStatus,
} from '../events/events.ts';
import type { Failure } from '../events/failure.ts';
import type { PlanTask } from '../events/plan.ts';
import type { OpenQuestion } from '../protocol/protocol.ts';
import type { TogetherState } from './together.ts';

/** One effect in the world, as far as the record knows. */
export interface CallState {
  readonly path: string;
  readonly task: string;
  /** Undefined while the call has only waited. */
  request?: CallRequest;
  attempt: number;
  status: 'waiting' | 'running' | Outcome['status'];
  startedAt?: number;
  endedAt?: number;
  outcome?: Outcome;
  spent?: Spent;
  /** The earlier call whose reply it got. */
  cached?: CachedFrom;
  /** Why it has not left yet. */
  waitingFor?: Failure;
}

/** One task at one place, with its latest round. */
export interface TaskState {
  readonly path: string;
  readonly staticPath: string;
  status: TaskStatus;
  round: number;
  reason?: string;
  startedAt?: number;
  endedAt?: number;
  input?: Json;
  item?: { readonly index: number; readonly value: Json };
  output?: Json;
  error?: Failure;
  errors?: readonly PartFailure[];
  partial?: Json;
  details?: JsonObject;
  /** What its gate said of its tries, in their order. */
  gates?: readonly GateState[];
  /** In the order in which they were first seen. */
  readonly calls: CallState[];
}

/** What a gate said of one try. */
export type GateState = Omit<GateJudged, 'type' | 'task'> & { readonly at: number };

/** A question that was asked: open while `answer` is undefined and its task has not ended since. */
export interface QuestionState {
  readonly id: string;
  readonly task: string;
  readonly question: Question;
  readonly askedAt: number;
  answer?: Json;
  answeredAt?: number;
  /** Its task ended without an answer. */
  withdrawn?: boolean;
}

/** Sums over calls. A call whose price is unknown leaves the sum as it is and sets `costKnown` to false. */
export interface Totals {
  inputTokens: number;
  outputTokens: number;
  cachedInputTokens: number;
  reasoningTokens: number;
  costNanoUsd: number;
  costKnown: boolean;
}

/** All facts of one run, by path: what every reader but the core works from. */
export interface RunState extends TogetherState {
  readonly runId: RunId;
  /** The number of the last event folded; 0 before the first. */
  seq: number;
  started?: RunStarted;
  startedAt?: number;
  endedAt?: number;
  /** Time of the last event. */
  updatedAt: number;
  ended?: Exclude<RunStatus, 'running' | 'waiting'>;
  cancelling: boolean;
  outputs?: JsonObject;
  error?: Failure;
  /** In the order in which they began or ended first. */
  readonly tasks: Map<string, TaskState>;
  readonly calls: Map<string, CallState>;
  /** What planners have planned, by the path of the task that runs it: `build/run[1]`. */
  readonly plans: Map<string, readonly PlanTask[]>;
  readonly questions: Map<string, QuestionState>;
  readonly holds: Map<string, { readonly pattern: string; readonly owner: string }>;
  readonly totals: Totals;
}

/** A run of which nothing is known yet. */
export function emptyRunState(runId: RunId): RunState {
  return {
    runId,
    seq: 0,
    updatedAt: 0,
    cancelling: false,
    tasks: new Map(),
    calls: new Map(),
    plans: new Map(),
    questions: new Map(),
    holds: new Map(),
    shared: new Map(),
    sharedVersions: new Map(),
    sharedHistory: new Map(),
    messages: new Map(),
    totals: emptyTotals(),
  };
}

/** Sums over nothing: zero, and known. */
export function emptyTotals(): Totals {
  return {
    inputTokens: 0,
    outputTokens: 0,
    cachedInputTokens: 0,
    reasoningTokens: 0,
    costNanoUsd: 0,
    costKnown: true,
  };
}

/** Adds what a call spent; a cost of null is unknown and counts as such, never as zero. */
export function addSpent(totals: Totals, spent: Spent | undefined): void {
  if (!spent) return;
  totals.inputTokens += spent.usage?.inputTokens ?? 0;
  totals.outputTokens += spent.usage?.outputTokens ?? 0;
  totals.cachedInputTokens += spent.usage?.cachedInputTokens ?? 0;
  totals.reasoningTokens += spent.usage?.reasoningTokens ?? 0;
  if (spent.costNanoUsd === null) totals.costKnown = false;
  else totals.costNanoUsd += spent.costNanoUsd ?? 0;
}

/** Questions that wait for an answer, oldest first. */
export function openQuestions(state: RunState): readonly OpenQuestion[] {
  if (state.ended) return [];
  return [...state.questions.values()].filter((question) => question.answer === undefined && !question.withdrawn);
}

/**
 * The status of the run as people see it: `waiting` when nothing is in flight and a person, a key or a
 * hold is what it waits for.
 */
export function runStatus(state: RunState): RunStatus {
  if (state.ended) return state.ended;
  const calls = [...state.calls.values()];
  if (calls.some((call) => call.status === 'running')) return 'running';
  const waits =
    openQuestions(state).length > 0 || calls.some((call) => call.status === 'waiting') || state.holds.size > 0;
  return waits ? 'waiting' : 'running';
}
