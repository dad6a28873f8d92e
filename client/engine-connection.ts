// One connection to one engine. Invariants:
//   N1. When the connection closes, every request under way and every follower ends with `engine_gone`; nothing is retried here.
//   N2. A follower holds at most one batch that its reader has not begun: the engine waits for the answer to each batch.
import { connect as connectSocket, type Socket } from 'node:net';
import {
  createMessageConnection,
  type MessageConnection,
  ResponseError,
  StreamMessageReader,
  StreamMessageWriter,
} from 'vscode-jsonrpc/node';
import {
  type Answer,
  type ClientKind,
  type Command,
  type EngineClient,
  type EngineStatus,
  type Failure,
  failure,
  type FollowMessage,
  type FollowParams,
  type Hello,
  type HelloAnswer,
  type LockRecord,
  type MessagesParams,
  methods,
  protocolVersion,
  type ProviderTest,
  type ProviderTestAnswer,
  type Query,
  type RunChangedParams,
  type RunId,
  type RunSummary,
  type SendAnswer,
  type ShutdownAnswer,
  type ShutdownParams,
  type StartAnswer,
  type StartRequest,
  type UnfollowParams,
  type Upkeep,
  type UpkeepAnswer,
} from '../run/index.ts';
import { BatchQueue } from './batch-queue.ts';
import { EngineError, engineGone } from './engine-error.ts';
import { whyNotOwn } from './own-address.ts';

/** Who connects. */
export interface ClientIdentity {
  readonly kind: ClientKind;
  readonly version: string;
}

/**
 * Connects to the engine that a lock file names.
 * @param withinMs how long the engine may take to answer the `hello`
 * @throws EngineError `engine_unreachable` (nobody listens), `engine_not_answering`, `unauthorized` (the lock is of
 *   another engine by now), `engine_leaving`, `protocol_mismatch`
 */
export async function openConnection(
  lock: LockRecord,
  dataDir: string,
  client: ClientIdentity,
  withinMs: number,
): Promise<EngineConnection> {
  const socket = await reach(lock.address, withinMs);
  const connection = new EngineConnection(socket, dataDir);
  try {
    await connection.greet({ protocol: protocolVersion, token: lock.token, ...client }, withinMs);
    return connection;
  } catch (error) {
    connection.close();
    throw error;
  }
}

/**
 * Sends away the engine that a lock file names, though it speaks another protocol.
 * @returns whether it goes; one with work in flight stays
 */
export async function dismiss(
  lock: LockRecord,
  dataDir: string,
  client: ClientIdentity,
  withinMs: number,
): Promise<boolean> {
  const connection = new EngineConnection(await reach(lock.address, withinMs), dataDir);
  try {
    await connection.greet({ protocol: protocolVersion, token: lock.token, ...client }, withinMs).catch(ignoreMismatch);
    const answer = await connection.shutdown({ force: false, reason: `replaced by Segue ${client.version}` });
    if (answer.going) await connection.closed;
    return answer.going;
  } finally {
    connection.close();
  }
}

/** An open connection; see `EngineClient` for what it can do. */
export class EngineConnection implements EngineClient {
  /** Resolves when the connection has closed, for whatever reason. */
  readonly closed: Promise<void>;
  readonly #dataDir: string;
  readonly #connection: MessageConnection;
  readonly #socket: Socket;
  readonly #follows = new Map<number, BatchQueue<FollowMessage>>();
  readonly #watchers = new Set<(run: RunSummary) => void>();
  #lastSubscription = 0;
  #isClosed = false;
  #engine: HelloAnswer | undefined;
  #resolveClosed: () => void = () => undefined;

  constructor(socket: Socket, dataDir: string) {
    this.#dataDir = dataDir;
    this.#socket = socket;
    this.closed = new Promise((resolve) => {
      this.#resolveClosed = resolve;
    });
    this.#connection = createMessageConnection(new StreamMessageReader(socket), new StreamMessageWriter(socket));
    this.#connection.onRequest(methods.messages, async ({ subscription, messages }: MessagesParams) => {
      await this.#follows.get(subscription)?.put(messages);
      return null;
    });
    this.#connection.onNotification(methods.runChanged, ({ run }: RunChangedParams) => {
      for (const listener of this.#watchers) listener(run);
    });
    // An error of the stream is followed by its close, which is what counts here.
    this.#connection.onError(() => this.close());
    this.#connection.onClose(() => this.close());
    socket.on('error', () => this.close());
    socket.on('close', () => this.close());
    this.#connection.listen();
  }

  /** Which engine this is. */
  get engine(): HelloAnswer {
    if (!this.#engine) throw new Error('No hello yet.');
    return this.#engine;
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  async greet(hello: Hello, withinMs: number): Promise<void> {
    const timer = setTimeout(() => this.close(), withinMs);
    try {
      this.#engine = await this.#request<HelloAnswer>(methods.hello, hello);
    } catch (error) {
      if (!this.#isClosed) throw error;
      throw new EngineError(notAnswering(this.#dataDir), error);
    } finally {
      clearTimeout(timer);
    }
  }

  start(request: StartRequest): Promise<StartAnswer> {
    return this.#request(methods.start, request);
  }

  send(runId: RunId, command: Command): Promise<SendAnswer> {
    return this.#request(methods.send, { runId, command });
  }

  ask(query: Query): Promise<Answer> {
    return this.#request(methods.ask, query);
  }

  status(): Promise<EngineStatus> {
    return this.#request(methods.status, {});
  }

  /** Makes one small call to a provider, outside any run. */
  testProvider(test: ProviderTest): Promise<ProviderTestAnswer> {
    return this.#request(methods.testProvider, test);
  }

  /** Has something done to the record as a whole. */
  upkeep(request: Upkeep): Promise<UpkeepAnswer> {
    return this.#request(methods.upkeep, request);
  }

  /** Asks the engine to end itself. Unfinished runs go on with the next engine. */
  shutdown(params: ShutdownParams): Promise<ShutdownAnswer> {
    return this.#request(methods.shutdown, params);
  }

  async *follow(runId: RunId, fromSeq: number, signal: AbortSignal): AsyncGenerator<FollowMessage> {
    if (signal.aborted) return;
    const subscription = ++this.#lastSubscription;
    const queue = new BatchQueue<FollowMessage>();
    const stop = (): void => queue.end();
    this.#follows.set(subscription, queue);
    signal.addEventListener('abort', stop);
    try {
      const params: FollowParams = { subscription, runId, fromSeq };
      await this.#request(methods.follow, params);
      for await (const message of queue) {
        yield message;
        if (message.type === 'end') return;
      }
    } finally {
      signal.removeEventListener('abort', stop);
      this.#follows.delete(subscription);
      queue.end();
      await this.#unfollow({ subscription });
    }
  }

  async watch(listener: (run: RunSummary) => void, signal: AbortSignal): Promise<void> {
    if (signal.aborted) return;
    const isFirst = this.#watchers.size === 0;
    this.#watchers.add(listener);
    signal.addEventListener('abort', () => this.#watchers.delete(listener), { once: true });
    if (isFirst) await this.#request(methods.watch, {});
  }

  /** Closes the connection. The engine and its runs stay. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    const gone = engineGone(this.#dataDir);
    for (const queue of this.#follows.values()) queue.fail(gone);
    this.#connection.dispose();
    this.#socket.destroy();
    this.#resolveClosed();
  }

  async #unfollow(params: UnfollowParams): Promise<void> {
    if (this.#isClosed) return;
    try {
      await this.#request(methods.unfollow, params);
    } catch (error) {
      // The connection closed meanwhile, and the subscription with it.
      if (!this.#isClosed) throw error;
    }
  }

  async #request<R>(method: string, params: object): Promise<R> {
    if (this.#isClosed) throw engineGone(this.#dataDir);
    try {
      return await this.#connection.sendRequest<R>(method, params);
    } catch (error) {
      if (error instanceof ResponseError && isFailure(error.data)) throw new EngineError(error.data, error);
      if (this.#isClosed) throw engineGone(this.#dataDir);
      throw error;
    }
  }
}

/** Opens a socket or pipe. @throws EngineError `engine_unreachable` when nobody listens there, `untrusted_address` */
async function reach(address: string, withinMs: number): Promise<Socket> {
  try {
    const why = whyNotOwn(address);
    if (why !== undefined) throw new EngineError(untrusted(address, why));
    return await openSocket(address, withinMs);
  } catch (error) {
    if (error instanceof EngineError) throw error;
    const message = error instanceof Error ? error.message : String(error);
    const refused = failure('engine_unreachable', `No engine listens at ${address}: ${message}.`, { retryable: true });
    throw new EngineError(refused, error);
  }
}

async function openSocket(address: string, withinMs: number): Promise<Socket> {
  const socket = connectSocket(address);
  try {
    await new Promise<void>((resolve, reject) => {
      socket.setTimeout(withinMs, () => reject(new Error(`no connection within ${withinMs} ms`)));
      socket.once('error', reject);
      socket.once('connect', resolve);
    });
    socket.setTimeout(0);
    socket.removeAllListeners();
    return socket;
  } catch (error) {
    socket.destroy();
    throw error;
  }
}

function untrusted(address: string, why: string): Failure {
  return failure('untrusted_address', `The lock file names the address ${address}, but ${why}.`, {
    remedy: 'If no engine of yours runs there, delete engine.lock in the data folder.',
  });
}

/** What is said of an engine that lives, or seems to, and keeps silent. */
export function notAnswering(dataDir: string, lock?: LockRecord): Failure {
  const who = lock ? ` (process ${lock.pid} on ${lock.host})` : '';
  return failure('engine_not_answering', `The engine of ${dataDir}${who} does not answer.`, {
    retryable: true,
    remedy:
      'Wait a moment and try again, or end it (Stop Engine, `segue engine stop --force`); unfinished runs go on with the next one.',
    ...(lock && { details: { pid: lock.pid, host: lock.host } }),
  });
}

function ignoreMismatch(error: unknown): void {
  if (!(error instanceof EngineError) || error.failure.code !== 'protocol_mismatch') throw error;
}

function isFailure(data: unknown): data is Failure {
  return typeof data === 'object' && data !== null && 'code' in data && 'message' in data && 'retryable' in data;
}
