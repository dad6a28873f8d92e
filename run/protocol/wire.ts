// How a client finds an engine and what its requests look like on the wire. The lock file lies in the data folder:
// the engine writes it (engine/host), clients only read it (client), so its form belongs to the protocol.
import type { FollowMessage, RunSummary } from './protocol.ts';
import type { RunId } from '../events/events.ts';

/** Names of files in a data folder. */
export const dataFiles = { lock: 'engine.lock', log: 'engine.log', database: 'segue.db' } as const;

/**
 * Exit codes by which an engine tells its starter why it did not stay: another engine holds the folder; it could not
 * begin (the log says why); it fell over its own mistake.
 */
export const engineExit = { held: 3, notStarted: 4, fell: 70 } as const;

/** Which process holds a data folder, and where it listens. Stands as JSON in the lock file, readable by its user only. */
export interface LockRecord {
  readonly format: 1;
  readonly host: string;
  /** Names the boot of the host; with it a process id and start time name one process for ever. */
  readonly boot: string;
  /** The pid namespace (Linux); empty elsewhere. */
  readonly pidNamespace: string;
  readonly pid: number;
  /** When that process started, in the units of its system; a number that is used again has another start. */
  readonly pidStart: string;
  /** Chosen for each holder; the writer looks for its own before each transaction. */
  readonly nonce: string;
  /** Socket path or pipe name. Clients read it here and never derive it. */
  readonly address: string;
  /** Proves to the engine that a client may read this file. */
  readonly token: string;
  readonly version: string;
  readonly protocol: number;
  /** `starting` until the engine listens. */
  readonly state: 'starting' | 'ready';
  /** Epoch ms, rewritten every few seconds. Others judge by the file's own time, so that clocks need not agree. */
  readonly heartbeat: number;
}

/** Reads the text of a lock file; undefined when it is damaged or of another format. */
export function parseLockRecord(text: string): LockRecord | undefined {
  try {
    const record = JSON.parse(text) as Partial<LockRecord> | null;
    const whole =
      record?.format === 1 &&
      [
        record.host,
        record.boot,
        record.pidNamespace,
        record.pidStart,
        record.nonce,
        record.address,
        record.token,
      ].every((field) => typeof field === 'string') &&
      Number.isInteger(record.pid);
    return whole ? (record as LockRecord) : undefined;
  } catch {
    // Not JSON: half written, or not ours. The caller decides by the file's age.
    return undefined;
  }
}

/** `segue/follow`: the client names the subscription, so that no message can arrive before its answer. */
export interface FollowParams {
  readonly subscription: number;
  readonly runId: RunId;
  readonly fromSeq: number;
}

/** `segue/unfollow`. */
export interface UnfollowParams {
  readonly subscription: number;
}

/** `segue/messages`: a request, answered when the client has room again, so that a slow reader slows only itself. */
export interface MessagesParams {
  readonly subscription: number;
  readonly messages: readonly FollowMessage[];
}

/** `segue/runChanged`. */
export interface RunChangedParams {
  readonly run: RunSummary;
}

/** `segue/shutdown`: without `force`, only an engine that has nothing in flight goes. Runs go on with the next engine. */
export interface ShutdownParams {
  readonly force: boolean;
  readonly reason: string;
}

export type ShutdownAnswer = { readonly going: true } | { readonly going: false; readonly busy: string };
