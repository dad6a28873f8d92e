// All that crosses a process border: what clients ask of an engine and what it tells them.
// On the wire it is JSON-RPC 2.0 (see docs/architecture.md); the method names stand in `methods`.
import type { Json, JsonObject } from '../json.ts';
import type { Actor, Progress, Question, RunEvent, RunId, RunStatus } from '../events/events.ts';
import type { Failure } from '../events/failure.ts';
import type { TaskHistory } from './task-history.ts';

/** Counts up when a client and an engine can no longer understand each other. */
export const protocolVersion = 1;

/** The names of the requests (and, last, the notification) on the wire. */
export const methods = {
  hello: 'segue/hello',
  start: 'segue/start',
  send: 'segue/send',
  ask: 'segue/ask',
  follow: 'segue/follow',
  unfollow: 'segue/unfollow',
  watch: 'segue/watch',
  status: 'segue/status',
  shutdown: 'segue/shutdown',
  testProvider: 'segue/testProvider',
  upkeep: 'segue/upkeep',
  /** Engine → client: one batch of messages of a followed run. */
  messages: 'segue/messages',
  /** Engine → client: a run's summary changed (after `watch`). */
  runChanged: 'segue/runChanged',
} as const;

export type ClientKind = 'editor' | 'terminal' | 'program';

/** The first request on a connection. */
export interface Hello {
  readonly protocol: number;
  readonly token: string;
  readonly version: string;
  readonly kind: ClientKind;
}

export interface HelloAnswer {
  readonly protocol: number;
  readonly version: string;
  readonly pid: number;
  readonly dataDir: string;
  /** What became of the record when this engine opened it: damage that was set aside, an upgrade. */
  readonly notices?: readonly Failure[];
}

/** A key, offered in memory for the runs it comes with, and the origins its user allows it to be sent to. */
export interface OfferedSecret {
  readonly name: string;
  readonly value: string;
  /** Origins (`https://host:port`) that the user granted beyond the provider's own. */
  readonly grantedOrigins: readonly string[];
}

/** What a client may add to a run while it talks to it. */
export interface Offer {
  readonly secrets: readonly OfferedSecret[];
}

export interface StartRequest {
  /** The workflow file, absolute. */
  readonly file: string;
  /** The workspace folder, absolute: what tools may read, and what recorded paths are relative to. */
  readonly workspace: string;
  /** The closed set of files: workspace-relative path with `/` → text. Holds the workflow, what it names and, if there, `.segue/config.yaml`. */
  readonly sources: { readonly [path: string]: string };
  readonly inputs: JsonObject;
  /** Values of the client's environment for names that the file's `env` may list. The engine keeps only listed ones. */
  readonly env: { readonly [name: string]: string };
  /** Base URLs set by the user's own environment: provider name → URL (`OPENAI_BASE_URL`, `ANTHROPIC_BASE_URL`). */
  readonly baseUrls: { readonly [provider: string]: string };
  readonly mock: boolean;
  readonly interactive: boolean;
  readonly trusted: boolean;
  readonly actor: Actor;
  readonly offer: Offer;
}

/** A change that a client wants. Each becomes an event, or is refused with a reason. */
export type Command =
  | { readonly type: 'cancel'; readonly actor: Actor }
  | {
      readonly type: 'resume';
      readonly actor: Actor;
      readonly interactive: boolean;
      readonly offer: Offer;
      readonly baseUrls: { readonly [provider: string]: string };
    }
  | {
      readonly type: 'answer';
      readonly actor: Actor;
      readonly question: string;
      readonly answer: Json;
      readonly offer: Offer;
    }
  /** Gives keys to a run that waits for them. */
  | { readonly type: 'offer'; readonly actor: Actor; readonly offer: Offer }
  | { readonly type: 'set-hold'; readonly actor: Actor; readonly id: string; readonly pattern: string }
  | { readonly type: 'clear-hold'; readonly actor: Actor; readonly id: string };

export type StartAnswer =
  | { readonly ok: true; readonly runId: RunId }
  | { readonly ok: false; readonly refused: Failure };
export type SendAnswer = { readonly ok: true } | { readonly ok: false; readonly refused: Failure };

/** A run in one row. Costs in nano-dollars; `costKnown` is false when a call's price is unknown. */
export interface RunSummary {
  readonly runId: RunId;
  readonly name: string;
  readonly file: string;
  readonly status: RunStatus;
  readonly mock: boolean;
  readonly startedAt: number;
  readonly endedAt?: number;
  readonly costNanoUsd: number;
  readonly costKnown: boolean;
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly tasksEnded: number;
  readonly tasksFailed: number;
  /** The last recorded event. */
  readonly seq: number;
  /** Why the run failed, waits, or was set aside. */
  readonly failure?: Failure;
  readonly questions: readonly OpenQuestion[];
}

export interface OpenQuestion {
  readonly id: string;
  readonly task: string;
  readonly question: Question;
  readonly askedAt: number;
}

export interface RunQuery {
  readonly statuses?: readonly RunStatus[];
  readonly file?: string;
  /** At most this many, newest first. */
  readonly limit: number;
  /** Only runs that started before this time (epoch ms): the next page. */
  readonly before?: number;
}

export type Query =
  | { readonly type: 'runs'; readonly query: RunQuery }
  /** One run, by its id or any unique end of it. */
  | { readonly type: 'run'; readonly runId: string }
  | { readonly type: 'events'; readonly runId: RunId; readonly fromSeq: number; readonly limit: number }
  /** A large value by its hash: `text` is JSON text from `offset`, at most `length` UTF-16 units. */
  | { readonly type: 'value'; readonly hash: string; readonly offset: number; readonly length: number }
  /** What the newest runs of a file say of its tasks. `file` as in a run's summary. */
  | { readonly type: 'task-history'; readonly file: string; readonly runs: number };

export type Answer =
  | { readonly type: 'runs'; readonly runs: readonly RunSummary[] }
  | { readonly type: 'run'; readonly run: RunSummary }
  | { readonly type: 'events'; readonly events: readonly RunEvent[] }
  | { readonly type: 'value'; readonly text: string; readonly total: number }
  | { readonly type: 'task-history'; readonly history: TaskHistory }
  | { readonly type: 'refused'; readonly refused: Failure };

/** What a follower of a run receives, in the order of the record; progress comes in between. */
export type FollowMessage =
  | { readonly type: 'event'; readonly event: RunEvent }
  | { readonly type: 'progress'; readonly progress: Progress }
  /**
   * Nothing more will come: everything recorded was sent, and the run has ended. With `failure` it stopped without an
   * end (a full disk, an engine that fell on it twice) and may be resumed.
   */
  | { readonly type: 'end'; readonly failure?: Failure };

export interface EngineStatus {
  readonly version: string;
  readonly pid: number;
  readonly dataDir: string;
  readonly startedAt: number;
  readonly clients: number;
  readonly runsActive: number;
  readonly callsInFlight: number;
  readonly residentBytes: number;
}

/** How every front end drives runs: in process, over a socket, later over HTTP. */
export interface EngineClient {
  start(request: StartRequest): Promise<StartAnswer>;
  send(runId: RunId, command: Command): Promise<SendAnswer>;
  ask(query: Query): Promise<Answer>;
  /** Everything from `fromSeq` (1 = all), then what happens; ends after `end`, or when `signal` aborts. */
  follow(runId: RunId, fromSeq: number, signal: AbortSignal): AsyncIterable<FollowMessage>;
  /** Calls back with the summary of any run that changes, until `signal` aborts. */
  watch(listener: (run: RunSummary) => void, signal: AbortSignal): Promise<void>;
  status(): Promise<EngineStatus>;
}
