// A client that outlives engines: when one is gone, the next request finds or starts another, and followers go on
// after the last event they saw. Invariants:
//   R1. What may have changed something (`start`, `send`) is never sent twice: it ends with `engine_gone`.
//   R2. A follower gives up when engines keep falling without one new event in between.
import {
  type Answer,
  type Command,
  type EngineClient,
  type EngineStatus,
  failure,
  type FollowMessage,
  type Query,
  type RunId,
  type RunSummary,
  type SendAnswer,
  type StartAnswer,
  type StartRequest,
} from '../run/index.ts';
import { connect, type ConnectOptions } from './connect.ts';
import type { EngineConnection } from './engine-connection.ts';
import { EngineError } from './engine-error.ts';

const maxFallsWithoutNews = 4;

export interface LastingClientOptions extends ConnectOptions {
  /** Called with each new connection after the first: offer keys again to the runs that need them. */
  readonly onReconnected?: (connection: EngineConnection) => void | Promise<void>;
  /** Called when a connection is lost. */
  readonly onLost?: () => void;
}

/** An `EngineClient` for one data folder that reconnects by itself. */
export class LastingClient implements EngineClient {
  readonly #options: LastingClientOptions;
  readonly #watchers = new Set<(run: RunSummary) => void>();
  readonly #ending = new AbortController();
  #connection: Promise<EngineConnection> | undefined;
  #wasConnected = false;
  /** The connection that reports to the watchers. */
  #watched: EngineConnection | undefined;

  constructor(options: LastingClientOptions) {
    this.#options = options;
  }

  /** The connection, made when there is none. Rejects like `connect`. */
  connection(): Promise<EngineConnection> {
    this.#ending.signal.throwIfAborted();
    this.#connection ??= this.#open().catch((error: unknown) => {
      this.#connection = undefined;
      throw error;
    });
    return this.#connection;
  }

  async start(request: StartRequest): Promise<StartAnswer> {
    return (await this.connection()).start(request);
  }

  async send(runId: RunId, command: Command): Promise<SendAnswer> {
    return (await this.connection()).send(runId, command);
  }

  ask(query: Query): Promise<Answer> {
    return this.#again((connection) => connection.ask(query));
  }

  status(): Promise<EngineStatus> {
    return this.#again((connection) => connection.status());
  }

  async *follow(runId: RunId, fromSeq: number, signal: AbortSignal): AsyncGenerator<FollowMessage> {
    let nextSeq = fromSeq;
    let falls = 0;
    while (!signal.aborted) {
      try {
        const connection = await this.connection();
        for await (const message of connection.follow(runId, nextSeq, signal)) {
          if (message.type === 'event') {
            nextSeq = message.event.seq + 1;
            falls = 0;
          }
          yield message;
          if (message.type === 'end') return;
        }
        return;
      } catch (error) {
        if (!isGone(error)) throw error;
        if (++falls > maxFallsWithoutNews) throw new EngineError(keepsFalling(this.#options.dataDir), error);
      }
    }
  }

  async watch(listener: (run: RunSummary) => void, signal: AbortSignal): Promise<void> {
    if (signal.aborted) return;
    this.#watchers.add(listener);
    signal.addEventListener('abort', () => this.#watchers.delete(listener), { once: true });
    await this.#watchOn(await this.connection());
  }

  /** Closes the connection and makes no other. */
  close(): void {
    this.#ending.abort(new Error('This client was closed.'));
    this.#connection?.then(
      (connection) => connection.close(),
      () => undefined, // It was never opened; whoever asked for it has been told.
    );
  }

  async #open(): Promise<EngineConnection> {
    const signals = [this.#ending.signal, ...(this.#options.signal ? [this.#options.signal] : [])];
    const connection = await connect({ ...this.#options, signal: AbortSignal.any(signals) });
    void connection.closed.then(() => {
      this.#connection = undefined;
      if (!this.#ending.signal.aborted) this.#options.onLost?.();
    });
    if (this.#wasConnected) {
      if (this.#watchers.size > 0) await this.#watchOn(connection);
      await this.#options.onReconnected?.(connection);
    }
    this.#wasConnected = true;
    return connection;
  }

  async #watchOn(connection: EngineConnection): Promise<void> {
    if (this.#watched === connection) return;
    this.#watched = connection;
    await connection.watch((run) => {
      for (const listener of this.#watchers) listener(run);
    }, this.#ending.signal);
  }

  async #again<T>(request: (connection: EngineConnection) => Promise<T>): Promise<T> {
    for (let falls = 0; ; falls++) {
      try {
        return await request(await this.connection());
      } catch (error) {
        if (!isGone(error) || this.#ending.signal.aborted || falls >= maxFallsWithoutNews) throw error;
      }
    }
  }
}

function isGone(error: unknown): boolean {
  return error instanceof EngineError && error.failure.code === 'engine_gone';
}

function keepsFalling(dataDir: string): ReturnType<typeof failure> {
  return failure(
    'engine_keeps_falling',
    `The engine of ${dataDir} fell ${maxFallsWithoutNews + 1} times without a new event.`,
    {
      remedy: 'Its log says why (Show Logs). A run on which it fell twice is set aside at the next start.',
    },
  );
}
