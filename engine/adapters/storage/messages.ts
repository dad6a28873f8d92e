// What passes between the engine's own thread and the storage worker: plain objects, in batches.
import type { Failure, RunId, RunQuery, RunSummary, TaskHistory } from '../../../run/index.ts';
import type { EarlierReply, Expiry, ImportedRun } from '../../ports/index.ts';
import type { Owner } from './owner.ts';
import type { Build, WasmPaths } from './sqlite.ts';
import type { StorageError } from './storage-error.ts';
import type { Job } from './writer.ts';

/** What the worker is told at its start. */
export interface WorkerStart {
  readonly databasePath: string;
  readonly wasm: WasmPaths;
  readonly owner?: Owner;
}

/** A question to the worker; answered between two transactions. */
export type Ask =
  | { readonly type: 'read'; readonly runId: RunId; readonly fromSeq: number; readonly limit: number }
  | { readonly type: 'load'; readonly hash: string }
  | { readonly type: 'find'; readonly query: RunQuery }
  | { readonly type: 'get'; readonly idOrEnd: string }
  | { readonly type: 'unfinished' }
  | { readonly type: 'noteFall'; readonly runId: RunId; readonly error: Failure }
  | { readonly type: 'clearFalls'; readonly runId: RunId }
  | { readonly type: 'taskHistory'; readonly file: string; readonly runs: number }
  | { readonly type: 'importRun'; readonly file: string; readonly aside: Failure }
  | { readonly type: 'deleteRun'; readonly runId: RunId }
  | { readonly type: 'expired'; readonly expiry: Expiry }
  | { readonly type: 'findReply'; readonly requestHash: string; readonly sinceMs: number }
  | { readonly type: 'forgetReplies' }
  | { readonly type: 'rebuild' }
  | { readonly type: 'backup'; readonly file: string }
  | { readonly type: 'maintain' }
  | { readonly type: 'close' };

/** What each question is answered with. */
export interface Answers {
  /** The text of a JSON list of events: cheaper to pass on and to parse than the objects. */
  read: string;
  load: Uint8Array | undefined;
  find: readonly RunSummary[];
  get: RunSummary | undefined;
  unfinished: readonly RunId[];
  noteFall: { falls: number };
  clearFalls: undefined;
  taskHistory: TaskHistory;
  importRun: ImportedRun;
  deleteRun: boolean;
  expired: readonly RunId[];
  findReply: EarlierReply | undefined;
  forgetReplies: undefined;
  rebuild: undefined;
  backup: number;
  /** How many bytes of unused space could still be given back. */
  maintain: number;
  close: undefined;
}

export type Request = { readonly id: number; readonly job: Job } | { readonly id: number; readonly ask: Ask };

export type FailureOfStorage = ReturnType<StorageError['toFailure']>;

/** Worker → engine: first `opened` or `refused`, then replies. */
export type Reply =
  | { readonly type: 'opened'; readonly build: Build; readonly notices: readonly Failure[] }
  | { readonly type: 'refused'; readonly error: FailureOfStorage }
  | {
      readonly type: 'answers';
      /** Jobs that are durable now. */
      readonly done: readonly number[];
      readonly failed: readonly (readonly [id: number, error: FailureOfStorage])[];
      readonly answers: readonly (readonly [id: number, answer: Answers[keyof Answers]])[];
    };
