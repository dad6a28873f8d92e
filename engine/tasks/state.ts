// What `decide` knows: a tree of scope instances and task nodes with the calls they made. It changes only when
// an event is folded (engine/core/fold.ts); the fields marked "cache" hold nothing that could not be derived again.
import type {
  EndedTaskStatus,
  Fact,
  Failure,
  GateJudged,
  Json,
  JsonObject,
  Message,
  Omitted,
  Outcome,
  PartFailure,
  Question,
  RunEnded,
  RunId,
  RunStarted,
  ToolDescriptor,
} from '../../run/index.ts';
import type { Condition, OnError, Scope, Task, TriggerRule, Workflow } from '../../workflow/model/model.ts';
import type { Call } from '../ports/index.ts';
import type { Together } from './together.ts';

/** A body with `tasks:` seen as one task: it begins, its members run, it ends with the scope's value. */
export interface GraphTask {
  readonly type: 'graph';
  readonly name: string;
  readonly path: string;
  readonly scope: Scope;
  readonly when?: Condition;
  readonly disabled: boolean;
  readonly needs: readonly string[];
  readonly choosers: readonly string[];
  readonly triggerRule: TriggerRule;
  readonly priority: number;
  readonly critical: boolean;
  readonly onError: OnError;
  readonly timeoutMs?: number;
  /** What is inside sees nothing of what is outside: a plan. */
  readonly isSealed?: boolean;
}

export type AnyTask = Task | GraphTask;
export type NodeStatus = 'pending' | 'running' | EndedTaskStatus;

/** One place where a call is made, again and again until it has its result: a turn, a tool of a turn, a tool task. */
export interface CallSlot {
  /** `turn[1]`, `turn[1]/tool[2]`, `turn[3]/repair`, `call`. */
  readonly key: string;
  /** The last ordinal used, by a call or by a question about one. */
  ordinal: number;
  /** True while `ordinal` was named by a question, but no call has used it yet. */
  reserved: boolean;
  /** The attempt of the last call; 0 before the first, and after a resume. */
  attempt: number;
  /** The model of the last call. */
  model: string | undefined;
  /** Of the last call. */
  effect: Call['effect'];
  phase: 'idle' | 'waiting' | 'flying' | 'ended';
  /** The bytes of the messages that the last call was sent; 0 where nobody counts. */
  sentBytes: number;
  startedAt: number;
  endedAt: number;
  outcome: Outcome | undefined;
  timeout: 'none' | 'set' | 'fired';
  retry: 'none' | 'set' | 'fired';
  /** Of a tool that the engine answers: the timer of its wait for something new. */
  wait: 'none' | 'set' | 'fired';
  /** What it waits for. */
  awaits: readonly string[];
  /** The engine itself has answered it. */
  isAnswered: boolean;
  /** Of a turn: how many of its tool calls the engine has answered, from the first on without a gap. */
  answered: number;
  approval: 'none' | 'asked' | 'allowed' | 'denied';
  lost: 'none' | 'asked' | 'repeat' | 'done' | 'fail';
  /** What a person said the lost call gave. */
  lostOutput: Json;
  lostAsked: number;
}

/** The elements of a for_each, or the branches of a parallel. */
export interface ItemsState {
  readonly children: readonly TaskNode[];
  /** Children that have not begun, in order; those before `head` were offered. */
  queue: readonly TaskNode[];
  head: number;
  /** Offered and not yet begun, and begun and not yet ended. */
  offered: number;
  active: number;
  open: number;
  /** The first child that failed, in the order of the record. */
  firstFailed: TaskNode | undefined;
  /** As many have completed as are wanted: what runs is cut, nothing more begins. */
  enough: boolean;
}

/** The rounds of a loop, or the tries of a task that has a gate. */
export interface RoundsState {
  /** In order. Only the last may not have ended. */
  readonly children: TaskNode[];
  /**
   * How many there may be: `max_iterations`, and as many again each time that an exhausted loop is resumed. Of a gate: how
   * often it may be missed.
   */
  allowed: number;
}

/** How far a supervisor may go: a resume may give it more. */
export interface SupervisionState {
  /** How many rounds there may be: `max_rounds`, and as many again each time that it is resumed with nothing done. */
  rounds: number;
  /** Plans up to this number that could not be carried out are not held against it: it was resumed since. */
  excused: number;
}

/** A plan that can be run. */
export interface MadePlan {
  /** As it is recorded. */
  readonly document: string;
  readonly scope: Scope;
  /** The number of the answer that it was made of: that of `plan[2]` is 2. */
  readonly of: number;
}

/** What a planner has come to. */
export interface PlanningState {
  readonly made: MadePlan[];
  /** The numbers of answers that could not be used, and after which a resumed run begins to plan anew. */
  readonly anew: number[];
  /** How often another plan may be made: `max_replans`, and as many again each time that it is resumed. */
  allowed: number;
}

/** What a gate has said of one try. */
export type Verdict = Pick<GateJudged, 'round' | 'passed' | 'score' | 'feedback' | 'action'>;

/**
 * A file under way: the run's own, or one that a `workflow` task has called. What a file declares holds inside it alone:
 * inputs, shared values, limits, and how it ends.
 */
export interface FileInstance {
  readonly workflow: Workflow;
  /** The task that calls it; none for the run's own file. */
  readonly caller: TaskNode | undefined;
  /** What static paths of its tasks begin with: empty, or the static path of its caller and `/`. */
  readonly prefix: string;
  readonly inputs: JsonObject;
  readonly scope: ScopeInstance;
  shared: JsonObject;
  /** What its agents share beyond that. */
  readonly together: Together;
  /** Calls in flight, those of the files that it calls included. */
  inFlight: number;
  /** The last tasks that agents with a memory have done, by the agent, in the order in which they ended. */
  readonly answered: Map<string, readonly TaskNode[]>;
  /** The task whose failure ends the file (`on_error: fail_run`). */
  failedBy: TaskNode | undefined;
  /** The `terminate` task that ended the file. */
  terminatedBy: TaskNode | undefined;
}

/** A task at run time. */
export interface TaskNode {
  readonly path: string;
  readonly task: AnyTask;
  /** The file in which the task stands. */
  readonly file: FileInstance;
  /** The composite or call it belongs to, or the task it is the fallback of; none for the run's own tasks. */
  readonly owner: TaskNode | undefined;
  readonly role: 'member' | 'item' | 'round' | 'part' | 'fallback';
  /** The scope whose names it sees as its own; only members have one. */
  readonly siblings: ScopeInstance | undefined;
  /** Its place in the canonical order: file order and instance order, from the outside in. */
  readonly order: readonly number[];
  readonly priority: number;
  /** Names that begin to exist here: the element of a for_each, `output` and `round` of a loop, the `error` of a fallback. */
  locals: { readonly [name: string]: unknown } | undefined;
  readonly item: { readonly index: number; readonly value: Json } | undefined;
  /** Of a part: the input that its pattern gives it, instead of what its own keys say. */
  readonly given: Json | undefined;

  status: NodeStatus;
  /** How often it was opened. */
  round: number;
  /** Needs and choosers that have not ended. */
  unmet: number;
  /** An item may begin: its for_each has room. */
  offered: boolean;
  startedAt: number;
  input: Json | undefined;
  /** Why its input could not be resolved. */
  startError: Failure | undefined;
  output: Json | undefined;
  reason: string | undefined;
  error: Failure | undefined;
  errors: readonly PartFailure[] | undefined;
  partial: Json | undefined;
  details: JsonObject | undefined;

  slots: Map<string, CallSlot> | undefined;
  /** The conversation as recorded, without the last answer. */
  sent: Message[] | undefined;
  /** The place of the prompt in it. */
  asked: number;
  /** What the last call was not sent of it. */
  omitted: Omitted | undefined;
  /** What a provider has counted for the last call of a bounded conversation, and how many bytes its messages had. */
  measured: { readonly tokens: number; readonly bytes: number } | undefined;
  /** The model that answered last: the turns that follow begin with it. */
  answeredBy: string | undefined;
  /** Of a human task. */
  question: { id: string; askedAt: number; answered: boolean; answer: Json } | undefined;
  /** The timer of a for_each, a loop, a call, a human task or a wait. */
  timeout: 'none' | 'set' | 'fired';
  /** The timer of a call that will be made again. */
  retry: 'none' | 'set';
  /** When that timer is due, epoch milliseconds; kept when the task begins again, for a wait is not lengthened. */
  dueAt: number | undefined;
  /** A for_each, a loop or a call that starts nothing more and ends what runs. */
  stopping: boolean;
  items: ItemsState | undefined;
  rounds: RoundsState | undefined;
  /** What its gate said of its tries, in their order. */
  verdicts: Verdict[] | undefined;
  /** How many tries there had been when it was sent back to: the next one is wanted whatever its gate had said. */
  sentBackAt: number;
  /** Of a supervisor. */
  supervision: SupervisionState | undefined;
  /** Of a planner. */
  planning: PlanningState | undefined;
  /** What a pattern consists of, by what its path has beyond the pattern's, in the order in which they began. */
  parts: Map<string, TaskNode> | undefined;
  /** What a graph or a call holds. */
  scope: ScopeInstance | undefined;
  /** The file that a call has called. */
  called: FileInstance | undefined;
  fallback: TaskNode | undefined;

  /** Of its calls and those inside it. */
  costNanoUsd: number;
  costKnown: boolean;
  tokens: number;
  /** Of its last call; the tools of an agent have one each. Of a call of a file: its own. */
  attempts: number;

  /** Cache of `decide`: it is among `looks`. */
  toLookAt: boolean;
  /** Cache of `decide`: what it wants to do as soon as a slot is free. */
  wants: readonly Want[];
  /** Cache of `decide`: it is among `ready`. */
  queued: boolean;
}

/** A graph of tasks under way. */
export interface ScopeInstance {
  readonly file: FileInstance;
  readonly scope: Scope;
  readonly plan: ScopePlan;
  readonly owner: TaskNode | undefined;
  /** In file order. */
  readonly nodes: readonly TaskNode[];
  /** How many have not ended. */
  open: number;
}

/** What never changes about a scope. Places are indexes in file order. */
export interface ScopePlan {
  readonly placeOf: ReadonlyMap<string, number>;
  /** place → places of the tasks that wait for it. */
  readonly dependents: readonly (readonly number[])[];
  /** place → how many tasks it waits for. */
  readonly unmet: readonly number[];
}

/** Something that needs a free slot: to begin a task that makes calls, or to make a call. */
export type Want =
  | { readonly type: 'begin'; readonly node: TaskNode }
  | { readonly type: 'call'; readonly node: TaskNode; readonly build: () => Call };

export interface OpenTimer {
  readonly id: string;
  readonly task: string;
  readonly dueAt: number;
}

export interface AskedQuestion {
  readonly id: string;
  readonly node: TaskNode;
  readonly slot: CallSlot | undefined;
  readonly question: Question;
}

/** Nodes, each at most once; the first comes out first. */
export interface NodeQueue {
  push(node: TaskNode): void;
  pop(): TaskNode | undefined;
}

export interface CoreState {
  readonly runId: RunId;
  readonly workflow: Workflow;
  seq: number;
  /** The time of the last event, epoch milliseconds. */
  at: number;
  startedAt: number;
  started: RunStarted | undefined;
  ended: RunEnded | undefined;
  interactive: boolean;
  cancelRequested: boolean;
  /** The run's own file. */
  root: FileInstance | undefined;
  readonly nodes: Map<string, TaskNode>;
  readonly plans: Map<Scope, ScopePlan>;
  readonly graphs: Map<Scope, GraphTask>;
  readonly tools: Map<string, ToolDescriptor>;
  readonly inFlight: Map<string, { readonly node: TaskNode; readonly slot: CallSlot }>;
  /** Calls that the arbiter made wait, by path. */
  readonly waiting: Map<string, { readonly node: TaskNode; readonly slot: CallSlot; readonly reason: Failure }>;
  readonly questions: Map<string, AskedQuestion>;
  readonly answered: Set<string>;
  readonly timers: Map<string, OpenTimer>;
  readonly holds: Map<string, string>;
  readonly approvedTools: Set<string>;
  /** How many messages were sent. */
  messages: number;
  costNanoUsd: number;
  costKnown: boolean;
  /** What each call cost, by path, so that a settled usage can replace an estimate. */
  readonly spent: Map<string, { readonly costNanoUsd: number | null | undefined; readonly tokens: number }>;
  /** Cache: nodes of which something changed. */
  readonly touched: Set<TaskNode>;
  /** Cache: touched nodes that wait to be looked at, in the order of `compareOrder`. */
  readonly looks: NodeQueue;
  /** Cache: nodes with wants, in the order of `comparePriority`. */
  readonly ready: NodeQueue;
  /** Cache: nodes with wants that a file has no slot for, in the same order. */
  readonly parked: Map<FileInstance, NodeQueue>;
}

/** What one look at the state brings to light. */
export interface Draft {
  readonly facts: Fact[];
  /** Wants of the node that is being looked at. */
  wants: Want[];
  /** Paths of calls in flight that should be cut. */
  readonly cancels: string[];
  /** Tools about which this look asks a person: one question at a time for each. */
  readonly askedTools: Set<string>;
}
