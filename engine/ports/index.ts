// What the core needs from the world. Types only: each is implemented in `adapters`, by every fake in
// the tests, and checked by one contract suite in `test/contracts`.
import type {
  CachedFrom,
  Failure,
  Json,
  JsonObject,
  Message,
  ModelReply,
  ModelRequest,
  Omitted,
  Outcome,
  Progress,
  RunEvent,
  RunId,
  RunQuery,
  RunSummary,
  Spent,
  TaskHistory,
  ToolDescriptor,
  Usage,
} from '../../run/index.ts';

/** A part of a model's answer as it streams. The last part is `end`; a stream without one has failed. */
export type ModelPart =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'reasoning'; readonly text: string }
  | { readonly type: 'end'; readonly reply: ModelReply; readonly usage?: Usage };

/** Talks to one family of models. Throws `ModelError` (see adapters) or yields parts; never retries. */
export interface ModelProvider {
  generate(request: ModelRequest, context: ModelContext, signal: AbortSignal): AsyncIterable<ModelPart>;
}

/** What a provider needs for one call beside the request. The key is used and forgotten. */
export interface ModelContext {
  readonly runId: RunId;
  /** The path of the call: mocks choose and seed by it. */
  readonly call: string;
  readonly task: string;
  readonly agent?: string;
  readonly apiKey?: string;
  readonly baseUrl?: string;
}

/** Something an agent or a `tool` task may call. `call` never rejects: failure is an outcome. */
export interface Tool {
  readonly descriptor: ToolDescriptor;
  call(input: Json, context: ToolContext): Promise<Outcome>;
}

export interface ToolContext {
  readonly runId: RunId;
  readonly call: string;
  readonly files: WorkspaceFiles;
  readonly signal: AbortSignal;
  readonly trusted: boolean;
}

/** The only way to the files of a workspace. Paths are relative, with `/`; what leads outside is refused. */
export interface WorkspaceFiles {
  /** UTF-8 text of a file, at most `maxBytes`. */
  read(path: string, maxBytes: number): Promise<{ text: string } | { error: Failure }>;
  /** Writes UTF-8 text whole (through a temporary file), creating folders. */
  write(path: string, text: string): Promise<{ bytes: number } | { error: Failure }>;
}

/** One effect in the world, as `decide` wants it. */
export interface CallCommon {
  readonly path: string;
  readonly task: string;
  readonly attempt: number;
  readonly effect: 'none' | 'repeatable' | 'once';
}

export interface ModelCall extends CallCommon {
  readonly kind: 'model';
  readonly request: ModelRequest;
  /** The agent's name, for mocks and traces. */
  readonly agent: string;
  /** The messages of its conversation that this task names for the first time. */
  readonly unsent: readonly Message[];
  /** What `request.messages` lacks of the conversation. */
  readonly omitted?: Omitted;
  /** How old a reply may be to take the place of this call; undefined: it is made. */
  readonly maxAgeMs?: number;
}

export interface ToolTaskCall extends CallCommon {
  readonly kind: 'tool';
  readonly tool: string;
  readonly input: Json;
  readonly toolCallId?: string;
}

export type Call = ModelCall | ToolTaskCall;

/** What came of a call, and what it cost. */
export interface CallResult {
  readonly outcome: Outcome;
  readonly spent?: Spent;
}

/**
 * Makes one call outside the core. Never rejects: failure is an outcome. After `signal` aborts it
 * answers within 5 s with `cancelled`; a usage learned later is given to `late`.
 */
export interface CallRunner {
  run(
    runId: RunId,
    call: Call,
    report: (progress: Progress) => void,
    signal: AbortSignal,
    late: (spent: Spent) => void,
  ): Promise<CallResult>;
}

/** Leave to make a call, as it is recorded in `call-started`. */
export interface Grant {
  readonly type: 'grant';
  readonly note?: JsonObject;
}

/** Not yet, and why; the arbiter calls its listener when asking again makes sense. */
export interface Wait {
  readonly type: 'wait';
  readonly reason: Failure;
}

/** Grants what runs share: keys, later rates, budgets of the day, circuits. Answers at once. */
export interface Arbiter {
  request(runId: RunId, call: Call): Grant | Wait;
  /** Tells that waiting calls of a run should ask again. One listener, the run loop's owner. */
  onChange(listener: (runId: RunId) => void): void;
}

/** The record: numbered events, and the large values they name by hash. Refuses a gap or a second writer. */
export interface EventLog {
  /**
   * Resolves when the events are durable. Rejects with a `StorageError`, also when a large value that they name was not
   * kept; then nothing of the batch is recorded.
   */
  append(runId: RunId, nextSeq: number, events: readonly RunEvent[]): Promise<void>;
  /** The events from `fromSeq` on (default 1), at most `limit`. */
  read(runId: RunId, fromSeq?: number, limit?: number): Promise<readonly RunEvent[]>;
  /** Keeps bytes durably with the next append (same queue, earlier or same transaction), which need not wait for it. */
  keep(hash: string, bytes: Uint8Array): Promise<void>;
  load(hash: string): Promise<Uint8Array | undefined>;
}

/** A reply that was recorded. */
export interface EarlierReply {
  readonly from: CachedFrom;
  readonly reply: ModelReply;
}

/** Replies of earlier calls, by the hash of what was asked (`reusableAs`). Only those that this record saw come in. */
export interface Replies {
  /** The newest that ended at `sinceMs` or later; large values are kept by hash. */
  findReply(requestHash: string, sinceMs: number): Promise<EarlierReply | undefined>;
  /** Forgets them all; the runs stay. */
  forgetReplies(): Promise<void>;
}

/** Questions across runs. Projections, written in the transaction of the events they come from; can be rebuilt. */
export interface RunIndex {
  find(query: RunQuery): Promise<readonly RunSummary[]>;
  /** The run with this id, or whose id ends with this text if there is exactly one. */
  get(idOrEnd: string): Promise<RunSummary | undefined>;
  /** Runs without `run-ended` (or resumed after it) that are not set aside, oldest first. */
  unfinished(): Promise<readonly RunId[]>;
  /** Marks a run on which the engine fell, so that it is not taken up again by itself. Counted in the database. */
  noteFall(runId: RunId, error: Failure): Promise<{ falls: number }>;
  clearFalls(runId: RunId): Promise<void>;
  /** What the newest ended runs of a file, at most `runs`, say of its tasks. */
  taskHistory(file: string, runs: number): Promise<TaskHistory>;
}

/** A run that was taken in; `isNew` is false when the same run was there already. */
export interface ImportedRun {
  readonly runId: RunId;
  readonly events: number;
  readonly isNew: boolean;
}

/** Which ended runs need not be kept: those that ended before a moment (epoch ms), and all but so many of the newest. */
export interface Expiry {
  readonly endedBefore?: number;
  readonly keep?: number;
}

/** Takes whole runs into the record and out of it. */
export interface RunStore {
  /**
   * Takes in the run of a portable record, durably, or nothing of it. One that has not ended is set aside, for `aside`.
   * Rejects with a `StorageError`: `file_not_readable`, `damaged_record`, `newer_record`, `run_differs`, or the disk's.
   */
  importRun(file: string, aside: Failure): Promise<ImportedRun>;
  /**
   * Deletes a run with all that belongs to it alone. False: there is no such run. Nobody may be writing to it; its id
   * can be imported again.
   */
  deleteRun(runId: RunId): Promise<boolean>;
  /** Ended runs that need not be kept, those that ended first at the front. Runs without an end never are among them. */
  expired(expiry: Expiry): Promise<readonly RunId[]>;
}

/** The only source of time. */
export interface Clock {
  nowMs(): number;
  /** Resolves after `ms`, or at once when `signal` aborts. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
}

/** Replaces every secret in use by `***`, in any string inside the value. All that is recorded passes it. */
export type Seal = <T>(value: T) => T;
