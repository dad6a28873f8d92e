// Finds the engine of a data folder, starts one if there is none, and connects. Who may take a folder over is judged
// in one place, by the engine that starts (engine/host/lock.ts); a client only sees its exit code.
import { type FSWatcher, watch } from 'node:fs';
import { hostname } from 'node:os';
import { type ClientKind, engineExit, type Failure, failure, type LockRecord } from '../run/index.ts';
import { dismiss, type EngineConnection, notAnswering, openConnection } from './engine-connection.ts';
import { EngineError } from './engine-error.ts';
import { readLock } from './lock-file.ts';
import {
  type EngineProgram,
  lastErrorIn,
  logTail,
  type StartedEngine,
  startEngine,
  whyNotWritable,
} from './start-engine.ts';
import { isOlder } from './versions.ts';

const defaultDeadlineMs = 30_000;
/** File events can be missing (shares, containers), so the lock is also looked at this often. */
const lookEveryMs = 250;
/** A run on which an engine falls is set aside after two falls, so the third engine should live. */
const maxFalls = 4;
/** How long to believe an engine that found the folder held, before another is started to look again. */
const lookAgainMs = 2_000;

export interface ConnectOptions extends EngineProgram {
  readonly dataDir: string;
  readonly kind: ClientKind;
  /** The client's version: a newer one replaces an idle older engine. */
  readonly version: string;
  readonly deadlineMs?: number;
  readonly signal?: AbortSignal;
  /** Told what is being waited for, in a few words. */
  readonly onProgress?: (message: string) => void;
  /** Told what became of the record when the engine opened it; once for each connection. */
  readonly onNotice?: (notice: Failure) => void;
}

/**
 * Connects to the engine of a data folder, and starts it when nobody has yet.
 * @throws EngineError `engine_start_failed` (with the end of its log), `engine_not_answering`, `engine_elsewhere`
 *   (held from another machine or container), `protocol_mismatch`
 */
export async function connect(options: ConnectOptions): Promise<EngineConnection> {
  const attempt: Attempt = { options, deadline: Date.now() + (options.deadlineMs ?? defaultDeadlineMs), falls: 0 };
  for (;;) {
    options.signal?.throwIfAborted();
    const lock = readLock(options.dataDir);
    const connection = lock && (await tryConnection(attempt, lock));
    if (connection) return withNotices(connection, options);
    if (Date.now() >= attempt.deadline) throw gaveUp(attempt);
    startIfNeeded(attempt);
    await somethingChanges(attempt);
  }
}

function withNotices(connection: EngineConnection, { onNotice }: ConnectOptions): EngineConnection {
  for (const notice of connection.engine.notices ?? []) onNotice?.(notice);
  return connection;
}

/** Connects only if an engine runs; undefined when nobody listens. For status and stop. */
export async function connectIfRunning(
  options: Pick<ConnectOptions, 'dataDir' | 'kind' | 'version' | 'deadlineMs'>,
): Promise<EngineConnection | undefined> {
  const lock = readLock(options.dataDir);
  if (!lock) return undefined;
  try {
    return await openConnection(lock, options.dataDir, options, options.deadlineMs ?? 5_000);
  } catch (error) {
    if (codeOf(error) === 'engine_unreachable') return undefined;
    throw error;
  }
}

interface Attempt {
  readonly options: ConnectOptions;
  readonly deadline: number;
  /** The engine that this client started, while it runs. */
  started?: StartedEngine | undefined;
  /** When an engine of ours last found the folder held. */
  heldAt?: number;
  dismissed?: boolean;
  /** Engines of ours that began and fell. */
  falls: number;
}

async function tryConnection(attempt: Attempt, lock: LockRecord): Promise<EngineConnection | undefined> {
  const { options } = attempt;
  const withinMs = Math.max(1_000, attempt.deadline - Date.now());
  try {
    const connection = await openConnection(lock, options.dataDir, options, withinMs);
    return (await replaceIfOlder(attempt, connection)) ? undefined : connection;
  } catch (error) {
    switch (codeOf(error)) {
      // Not yet, or no more: the lock will change, or an engine of ours takes it over.
      case 'engine_unreachable':
        // It is about to listen; another one would only look at its lock and go.
        if (lock.state === 'starting' && Date.now() - lock.heartbeat < lookAgainMs) attempt.heldAt = Date.now();
        return undefined;
      case 'unauthorized':
      case 'engine_leaving':
      case 'engine_not_answering':
        return undefined;
      case 'protocol_mismatch':
        if (attempt.dismissed || !isOlder(lock.version, options.version)) throw error;
        attempt.dismissed = true;
        if (!(await dismiss(lock, options.dataDir, options, withinMs))) throw error;
        return undefined;
      default:
        throw error;
    }
  }
}

/** A newer client replaces an idle older engine, and uses a busy one. */
async function replaceIfOlder(attempt: Attempt, connection: EngineConnection): Promise<boolean> {
  const { options } = attempt;
  if (attempt.dismissed || !isOlder(connection.engine.version, options.version)) return false;
  attempt.dismissed = true;
  const answer = await connection.shutdown({ force: false, reason: `replaced by Segue ${options.version}` });
  if (answer.going) await connection.closed;
  return answer.going;
}

function startIfNeeded(attempt: Attempt): void {
  const { options } = attempt;
  if (attempt.started || (attempt.heldAt !== undefined && Date.now() - attempt.heldAt < lookAgainMs)) return;
  options.onProgress?.('Starting the engine…');
  const started = startOrSay(options);
  attempt.started = started;
  void started.ended.then(() => {
    if (attempt.started === started) attempt.started = undefined;
  });
}

function startOrSay(options: ConnectOptions): StartedEngine {
  try {
    return startEngine(options.dataDir, options);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw new EngineError(unusable(options.dataDir, message), error);
  }
}

function unusable(dataDir: string, why: string): Failure {
  return failure('data_folder_unusable', `The data folder ${dataDir} can not be used: ${why}.`, {
    remedy:
      'Free some space there and make it writable for you, or work in a folder where you may write. For a workspace that is read-only, XDG_STATE_HOME (on Windows LOCALAPPDATA) names where runs are kept.',
  });
}

/** Waits until the lock file changes, our engine ends, or it is time to look again. */
async function somethingChanges(attempt: Attempt): Promise<void> {
  const { options, started } = attempt;
  const waiting = new AbortController();
  const change = new Promise<'change'>((resolve) => {
    const done = (): void => resolve('change');
    const timer = setTimeout(done, lookEveryMs);
    const watcher = watchIfPossible(options.dataDir, done);
    options.signal?.addEventListener('abort', done, { signal: waiting.signal });
    waiting.signal.addEventListener('abort', () => {
      clearTimeout(timer);
      watcher?.close();
    });
  });
  const ended = started?.ended;
  const what = await Promise.race(ended ? [change, ended] : [change]);
  waiting.abort();
  if (what !== 'change') judgeEnd(attempt, what);
}

/** File events are a help, not a need: systems limit their number, and an editor may have used them up. */
function watchIfPossible(folder: string, onChange: () => void): FSWatcher | undefined {
  try {
    return watch(folder, onChange).on('error', () => undefined);
  } catch {
    // EMFILE, ENOSPC, or a file system without events: the lock is looked at every `lookEveryMs` all the same.
    return undefined;
  }
}

function judgeEnd(attempt: Attempt, end: Awaited<StartedEngine['ended']>): void {
  attempt.started = undefined;
  if (end.code === engineExit.held) {
    attempt.heldAt = Date.now();
    attempt.options.onProgress?.('Another engine has the folder; waiting for it…');
    return;
  }
  attempt.falls++;
  // It fell over a run, or was killed: the next one sets such a run aside, or has better luck.
  const mayTryAgain = (end.code === engineExit.fell || end.signal !== null) && attempt.falls < maxFalls;
  if (!mayTryAgain) throw startFailed(attempt.options, end);
}

function startFailed(options: ConnectOptions, end: Awaited<StartedEngine['ended']>): EngineError {
  const log = logTail(options.dataDir);
  const how = end.signal ? `it was ended by ${end.signal}` : `it ended with code ${end.code}`;
  const noRoom = whyNotWritable(options.dataDir);
  if (noRoom !== undefined) return new EngineError(unusable(options.dataDir, noRoom), end.error);
  const logged = lastErrorIn(logTail(options.dataDir, 20_000));
  const why = end.error?.message ?? logged?.message ?? how;
  return new EngineError(
    failure('engine_start_failed', `The engine of ${options.dataDir} did not start: ${why}`, {
      remedy: logged?.remedy ?? `Its log has the details: ${log.trim() || '(it is empty)'}`,
      details: { log, ...(logged?.code !== undefined && { cause: logged.code }) },
    }),
    end.error,
  );
}

function gaveUp(attempt: Attempt): EngineError {
  const { options } = attempt;
  const lock = readLock(options.dataDir);
  if (lock && lock.host !== hostname()) return new EngineError(elsewhere(options.dataDir, lock));
  if (lock) return new EngineError(notAnswering(options.dataDir, lock));
  const log = logTail(options.dataDir);
  return new EngineError(
    failure('engine_start_failed', `The engine of ${options.dataDir} did not start in time.`, {
      retryable: true,
      remedy: `The end of its log: ${log.trim() || '(the log is empty)'}`,
      details: { log },
    }),
  );
}

function elsewhere(dataDir: string, lock: LockRecord): ReturnType<typeof failure> {
  return failure('engine_elsewhere', `The data folder ${dataDir} is in use by an engine on ${lock.host}.`, {
    retryable: true,
    remedy: 'Stop that engine; a minute after its last sign of life the folder is free.',
    details: { host: lock.host, pid: lock.pid },
  });
}

function codeOf(error: unknown): string | undefined {
  return error instanceof EngineError ? error.failure.code : undefined;
}
