// The record of a run: facts, numbered, in the past tense. Once written they never change.
// Invariants that readers may rely on:
//   E1. `seq` counts from 1 without a gap; `at` never decreases.
//   E2. Every `task-started` has one `task-ended` with the same path and `round`, every `call-started` one `call-ended` with the same path.
//   E3. A task that was skipped or cancelled before it began has a `task-ended` alone.
//   E4. `call-started` is durable before the call leaves (intent before effect).
import type { Json, JsonObject } from '../json.ts';
import type { Failure } from './failure.ts';
import type { LargeValue } from './large.ts';
import type { Message, ModelReply, Omitted, ToolDescriptor, Usage } from './model-call.ts';
import type { Plan, PlanTask } from './plan.ts';

/** A run's id: a UUID version 7, so ids sort by time and serve as 16-byte trace ids. */
export type RunId = string;

/** Who did it: a person at a client, the engine itself, or a program. */
export interface Actor {
  readonly kind: 'person' | 'engine' | 'program';
  /** Such as `vscode`, `terminal`, or the name of a program. */
  readonly via: string;
}

export type RunStatus = 'running' | 'waiting' | 'completed' | 'partially_completed' | 'failed' | 'cancelled';
export type TaskStatus = 'pending' | 'waiting' | 'running' | 'completed' | 'failed' | 'skipped' | 'cancelled';
export type EndedTaskStatus = 'completed' | 'failed' | 'skipped' | 'cancelled';

/** How a call ended. Failure is a value here; a call runner never rejects. */
export type Outcome =
  | { readonly status: 'completed'; readonly output: Json }
  | { readonly status: 'completed'; readonly reply: ModelReply }
  | { readonly status: 'failed'; readonly error: Failure }
  | { readonly status: 'cancelled' }
  /** The engine died while the call was under way: nobody knows what became of it. */
  | { readonly status: 'lost' };

/** What one call cost: whole nano-dollars (10⁻⁹ USD), or null where the price is unknown. */
export interface Spent {
  readonly usage?: Usage;
  readonly costNanoUsd?: number | null;
  /** True when the provider did not report the usage and it was estimated. */
  readonly estimated?: boolean;
}

/** The limits of a model price at the time of the run; the shape belongs to `models`. */
export type PriceRecord = JsonObject;

export interface RunStarted {
  readonly type: 'run-started';
  readonly actor: Actor;
  /** The rules by which the engine decides; an engine that does not know the number refuses the run. */
  readonly semantics: 1;
  readonly plan: Plan;
  /** The closed set of files: path (relative to the workspace, `/` as separator) → text. */
  readonly sources: { readonly [path: string]: string };
  /** The workspace folder, absolute. */
  readonly workspace: string;
  readonly inputs: JsonObject;
  readonly env: { readonly [name: string]: string };
  /** All models are replaced by mock ones. */
  readonly mock: boolean;
  readonly interactive: boolean;
  readonly trusted: boolean;
  /** Base URLs from the environment of the run's starter: a key must not go elsewhere after a crash. */
  readonly baseUrls?: { readonly [provider: string]: string };
  readonly tools: readonly ToolDescriptor[];
  readonly prices: { readonly [model: string]: PriceRecord | null };
}

/** A task began: its needs are met, its inputs are resolved. */
export interface TaskStarted {
  readonly type: 'task-started';
  readonly path: string;
  /** Position in the static plan. */
  readonly staticPath: string;
  /** The resolved `with` (or `items` of a for_each, or the message of a human task). */
  readonly input?: Json;
  /** Set on the body of a for_each: the element and its place. */
  readonly item?: { readonly index: number; readonly value: Json };
  /** Counts from 1; higher when a resumed run opened the task again, or a later stage sent a pipeline back to it. */
  readonly round: number;
  /** On a task whose input could not be resolved: why; it ends at once. On a fallback: the failure it stands in for. */
  readonly error?: Failure;
}

/** The failure of one of many. */
export interface PartFailure {
  /** Its place, from 0. */
  readonly index: number;
  /** The name of a branch. */
  readonly branch?: string;
  readonly error: Failure;
}

export interface TaskEnded {
  readonly type: 'task-ended';
  readonly path: string;
  readonly staticPath: string;
  readonly round: number;
  readonly status: EndedTaskStatus;
  /** Such as `when_false`, `disabled`, `not_chosen`, `upstream_failed`, `recovered`, `cancelled`, `terminated`, `exhausted`. */
  readonly reason?: string;
  readonly output?: Json;
  readonly error?: Failure;
  /** Failed elements of a for_each, or failed branches. */
  readonly errors?: readonly PartFailure[];
  /** Finished elements of a for_each that did not complete: list with null at the gaps; of branches: an object by name. */
  readonly partial?: Json;
  /** Shared values that a `set` task wrote, in the same event. */
  readonly shared?: JsonObject;
  /** What a pattern has to say beside its output: scores, votes, conflicts. */
  readonly details?: JsonObject;
}

/** A gate looked at what a task gave, and decided what follows. */
export interface GateJudged {
  readonly type: 'gate-judged';
  /** The task that has the gate. */
  readonly task: string;
  /** Which try was looked at, from 1. */
  readonly round: number;
  readonly passed: boolean;
  /** 0 to 1, from a judge. */
  readonly score?: number;
  /** What is to be done better. */
  readonly feedback?: string;
  readonly action: 'go' | 'retry' | 'rollback' | 'fail' | 'continue';
}

/** A planner has a plan that can be run: nobody has to make or check it again. */
export interface PlanMade {
  readonly type: 'plan-made';
  /** The planner. */
  readonly task: string;
  /** Counts the plans of this planner that could be run, from 1: this one runs as `build/run[1]`. */
  readonly round: number;
  /** What was planned, as the tasks of a file are told of. Their static paths are `build/run[]/fetch`. */
  readonly plan: readonly PlanTask[];
  /** The plan as a workflow: JSON text. */
  readonly document: string;
}

/** What a call asks for. A model call names only the messages that this task has not sent before. */
export type CallRequest =
  | {
      readonly kind: 'model';
      readonly model: string;
      /** The agent that asks. */
      readonly agent?: string;
      readonly messages: readonly Message[];
      /** Set when the messages are kept by hash; `messages` then holds only their beginnings. */
      readonly large?: LargeValue;
      /** Of the conversation so far, these included. Left out: everything is sent. */
      readonly omitted?: Omitted;
      readonly tools: readonly string[];
      readonly parameters: JsonObject;
    }
  | { readonly kind: 'tool'; readonly tool: string; readonly input: Json; readonly toolCallId?: string };

/** A call is about to leave. */
export interface CallStarted {
  readonly type: 'call-started';
  /** Place, turn, ordinal: `draft/turn[1]#1`, `draft/turn[1]/tool[2]#1`, `fetch/call#2`. */
  readonly path: string;
  readonly task: string;
  /** Which attempt this is, from 1. A lost call uses up no attempt. */
  readonly attempt: number;
  readonly request: CallRequest;
  /** SHA-256 of the whole request, for reuse and replay. */
  readonly requestHash: string;
  readonly effect: 'none' | 'repeatable' | 'once';
  /** What the arbiter granted, if it had something to say. */
  readonly grant?: JsonObject;
  /** The earlier call whose reply this one gets: nothing leaves, and it ends at once. */
  readonly cached?: CachedFrom;
}

/** A call of some run in the same record. */
export interface CachedFrom {
  readonly run: RunId;
  readonly call: string;
  /** When it ended, epoch milliseconds. */
  readonly at: number;
}

/** A call could not leave yet, and why. */
export interface CallWaiting {
  readonly type: 'call-waiting';
  readonly path: string;
  readonly task: string;
  readonly reason: Failure;
}

export interface CallEnded {
  readonly type: 'call-ended';
  readonly path: string;
  readonly task: string;
  readonly outcome: Outcome;
  readonly spent?: Spent;
  /** The hash of its request, on a reply that a later call with the same one may get. */
  readonly reusableAs?: string;
}

/** A tool that the engine answers itself was used: what was asked, what came of it and what it changed, all at once. */
export interface CallAnswered {
  readonly type: 'call-answered';
  /** As that of a call: `draft/turn[1]/tool[2]#1`, `fetch/call#1`. */
  readonly path: string;
  readonly task: string;
  /** Who used it: an agent, or `tasks.` and the path of a task that has none. */
  readonly by: string;
  readonly tool: string;
  readonly toolCallId?: string;
  readonly input: Json;
  readonly outcome: Extract<Outcome, { readonly output: Json } | { readonly status: 'failed' }>;
  /** The message that was sent; its content stands in `input`. With neither `to` nor `topic` it went to all. */
  readonly message?: {
    /** Counts all messages of the run, from 1. */
    readonly number: number;
    readonly priority: number;
    readonly to?: string;
    readonly topic?: string;
  };
  /** The number of the message for which there was no room any more: an older one, or the one that was sent. */
  readonly dropped?: number;
  /** The numbers of the messages that were read, in their order. */
  readonly taken?: readonly number[];
  /** The shared value that was written, or the entry of one (`notes.today`); the value stands in `input`. */
  readonly shared?: { readonly name: string; readonly version: number };
  /** What was noted; the value stands in `input`. */
  readonly memory?: { readonly key: string; readonly forgotten?: boolean };
}

/** The usage of a call became known after its end (a late outcome of a cancelled call). */
export interface UsageSettled {
  readonly type: 'usage-settled';
  readonly path: string;
  readonly task: string;
  readonly spent: Spent;
}

export interface TimerSet {
  readonly type: 'timer-set';
  /** The path it belongs to and its purpose: `draft/turn[1]#1:timeout`, `draft/turn[1]#1:retry`, `pause:wait`. */
  readonly id: string;
  readonly task: string;
  readonly purpose: 'retry' | 'timeout' | 'wait';
  /** Epoch milliseconds. */
  readonly dueAt: number;
  /** What ends the wait of a call before that: a message (`to editor`, `topic news`, `all`), or `shared notes`. */
  readonly awaits?: readonly string[];
}

export interface TimerFired {
  readonly type: 'timer-fired';
  readonly id: string;
  readonly task: string;
}

/** A rule that keeps tasks from starting. `pattern` is a static path, or `*` for all. */
export interface HoldSet {
  readonly type: 'hold-set';
  readonly id: string;
  readonly pattern: string;
  readonly owner: string;
  readonly actor: Actor;
}

export interface HoldCleared {
  readonly type: 'hold-cleared';
  readonly id: string;
  readonly actor: Actor;
}

/** What a person is asked. */
export type Question =
  | { readonly kind: 'options'; readonly message: string; readonly options: readonly string[] }
  | { readonly kind: 'form'; readonly message: string; readonly form: JsonObject }
  /** A tool wants to act: answers `allow`, `allow_all` (this tool, for this run), `deny`. */
  | { readonly kind: 'approve_tool'; readonly message: string; readonly tool: string; readonly input: Json }
  /** A `once` call was lost: answers `repeat`, `done` (with an optional output), `fail`. */
  | {
      readonly kind: 'lost_call';
      readonly message: string;
      readonly call: string;
      readonly tool: string;
      readonly input: Json;
    };

export interface QuestionAsked {
  readonly type: 'question-asked';
  /** Unique in the run: the path of the task or call, with `:question`, `:approve` or `:lost`. */
  readonly id: string;
  readonly task: string;
  readonly question: Question;
}

export interface QuestionAnswered {
  readonly type: 'question-answered';
  readonly id: string;
  readonly task: string;
  /** The option; the form's value; or, for `lost_call` with `done`, `{answer: 'done', output}`. */
  readonly answer: Json;
  readonly actor: Actor;
}

export interface CancelRequested {
  readonly type: 'cancel-requested';
  readonly actor: Actor;
}

/** The run goes on after it had ended, or after it was set aside. */
export interface RunResumed {
  readonly type: 'run-resumed';
  readonly actor: Actor;
  readonly interactive: boolean;
  /** Replaces those of the start. */
  readonly baseUrls?: { readonly [provider: string]: string };
}

export interface RunEnded {
  readonly type: 'run-ended';
  readonly status: Exclude<RunStatus, 'running' | 'waiting'>;
  readonly outputs?: JsonObject;
  readonly error?: Failure;
  /** Why a `terminate` task ended it. */
  readonly reason?: string;
}

/** A fact without its number and time: what `decide` returns and clients request. */
export type Fact =
  | RunStarted
  | TaskStarted
  | TaskEnded
  | GateJudged
  | PlanMade
  | CallStarted
  | CallWaiting
  | CallEnded
  | CallAnswered
  | UsageSettled
  | TimerSet
  | TimerFired
  | HoldSet
  | HoldCleared
  | QuestionAsked
  | QuestionAnswered
  | CancelRequested
  | RunResumed
  | RunEnded;

/** A recorded fact. `seq` counts from 1 in its run, `at` is epoch milliseconds. */
export type RunEvent = Fact & { readonly seq: number; readonly at: number };

/** What streams while a call is under way: live, lossy, unnumbered, never recorded. */
export interface Progress {
  readonly type: 'text' | 'reasoning';
  /** The path of the call. */
  readonly call: string;
  /** What was said since the last progress of this call and type. */
  readonly text: string;
  /** Set for a reader who comes late: `text` is everything said so far, and replaces what the reader had heard. */
  readonly soFar?: true;
}
