// One client's connection: nothing is answered before a `hello` with the token of the lock file. Each request is one
// wrapper: what it throws is logged here, once, and becomes a failure for the client.
import { timingSafeEqual } from 'node:crypto';
import type { Socket } from 'node:net';
import {
  createMessageConnection,
  type MessageConnection,
  ResponseError,
  StreamMessageReader,
} from 'vscode-jsonrpc/node';
import type { Logger } from 'pino';
import {
  type Command,
  type EngineStatus,
  type Failure,
  failure,
  type FollowParams,
  type Hello,
  type HelloAnswer,
  type MessagesParams,
  methods,
  protocolVersion,
  type ProviderTest,
  type ProviderTestAnswer,
  type Query,
  type RunChangedParams,
  type RunId,
  type ShutdownAnswer,
  type ShutdownParams,
  type StartRequest,
  type UnfollowParams,
  type Upkeep,
  type UpkeepAnswer,
} from '../../run/index.ts';
import { AnswerWriter } from './answer-writer.ts';
import type { Life } from './life.ts';
import type { Runs } from './runs.ts';

const helloWithinMs = 10_000;
const maxFollows = 200;
/** JSON-RPC error code of every refusal (in the range for applications); the failure itself is in `data`. */
const refusedCode = 1;

/** What a session needs of its engine. */
export interface SessionWorld {
  readonly version: string;
  readonly dataDir: string;
  readonly notices: readonly Failure[];
  readonly token: string;
  readonly runs: Runs;
  readonly life: Life;
  readonly log: Logger;
  status(): EngineStatus;
  testProvider(test: ProviderTest): Promise<ProviderTestAnswer>;
  upkeep(request: Upkeep): Promise<UpkeepAnswer>;
  /** The engine has decided to end itself: it takes no more clients. */
  isLeaving(): boolean;
  /** Ends the engine if it may, once `afterAnswer` calls back. */
  shutdown(params: ShutdownParams, afterAnswer: (leave: () => void) => void): ShutdownAnswer;
  /** Counts a request while it is being answered, so that the engine does not leave meanwhile. */
  during<T>(work: () => Promise<T>): Promise<T>;
}

/** Serves one connection until it closes. @returns a function that cuts it */
export function openSession(socket: Socket, world: SessionWorld): () => void {
  const writer = new AnswerWriter(socket);
  const connection = createMessageConnection(new StreamMessageReader(socket), writer);
  const closed = new AbortController();
  const session: Session = { connection, writer, world, closed: closed.signal, follows: new Map() };
  const cut = (): void => {
    if (closed.signal.aborted) return;
    closed.abort();
    connection.dispose();
    socket.destroy();
  };
  const deadline = setTimeout(cut, helloWithinMs);
  closed.signal.addEventListener('abort', () => clearTimeout(deadline));
  socket.on('error', (error) => world.log.debug({ error: error.message }, 'connection broke'));
  socket.on('close', cut);
  connection.onClose(cut);
  connection.onError(([error]) => world.log.debug({ error: error.message }, 'connection error'));
  awaitHello(session, () => clearTimeout(deadline), cut);
  connection.listen();
  return cut;
}

interface Session {
  readonly connection: MessageConnection;
  readonly writer: AnswerWriter;
  readonly world: SessionWorld;
  readonly closed: AbortSignal;
  readonly follows: Map<number, AbortController>;
}

function awaitHello(session: Session, accepted: () => void, cut: () => void): void {
  const { connection, world } = session;
  const greeting = connection.onRequest(methods.hello, (hello: Hello): HelloAnswer => {
    if (!isToken(hello.token, world.token)) {
      world.log.warn('a client came with a wrong token');
      session.writer.afterAnswer(cut);
      throw refusal(
        failure('unauthorized', 'The engine did not accept the token.', { remedy: 'Read the lock file again.' }),
      );
    }
    if (world.isLeaving()) throw refusal(leaving(world));
    greeting.dispose();
    accepted();
    serveLife(session);
    if (hello.protocol !== protocolVersion) throw refusal(protocolMismatch(world, hello));
    attach(session, hello);
    serveRuns(session);
    const { version, dataDir, notices } = world;
    return { protocol: protocolVersion, version, pid: process.pid, dataDir, notices };
  });
}

function attach(session: Session, hello: Hello): void {
  const { world } = session;
  world.life.attach(hello.kind);
  world.log.info({ client: hello.kind, version: hello.version }, 'client attached');
  session.closed.addEventListener('abort', () => {
    world.log.info({ client: hello.kind }, 'client gone');
    world.life.detach();
  });
}

/** A client of another protocol may still ask how the engine is, and send it away. */
function serveLife(session: Session): void {
  const { world } = session;
  onRequest(session, methods.status, async (_: undefined) => world.status());
  onRequest(session, methods.shutdown, async (params: ShutdownParams) =>
    world.shutdown(params, (leave) => session.writer.afterAnswer(leave)),
  );
}

function serveRuns(session: Session): void {
  const { connection, world, closed } = session;
  const { runs } = world;
  onRequest(session, methods.start, (request: StartRequest) => runs.start(request));
  onRequest(session, methods.send, ({ runId, command }: { runId: RunId; command: Command }) =>
    runs.send(runId, command),
  );
  onRequest(session, methods.testProvider, (test: ProviderTest) => world.testProvider(test));
  onRequest(session, methods.upkeep, (request: Upkeep) => world.upkeep(request));
  onRequest(session, methods.ask, (query: Query) => runs.ask(query));
  onRequest(session, methods.follow, async (params: FollowParams) => follow(session, params));
  onRequest(session, methods.unfollow, async ({ subscription }: UnfollowParams) => {
    session.follows.get(subscription)?.abort();
    return null;
  });
  onRequest(session, methods.watch, async (_: undefined) => {
    runs.watch(async (run) => {
      const params: RunChangedParams = { run };
      await connection.sendNotification(methods.runChanged, params);
    }, closed);
    return null;
  });
}

function follow(session: Session, { subscription, runId, fromSeq }: FollowParams): null {
  const { world, connection } = session;
  if (session.follows.size >= maxFollows) {
    throw refusal(failure('too_many_followers', `One client can follow ${maxFollows} runs at a time.`));
  }
  const ending = new AbortController();
  session.follows.set(subscription, ending);
  const signal = AbortSignal.any([session.closed, ending.signal]);
  const deliver = async (messages: MessagesParams['messages']): Promise<void> => {
    if (signal.aborted) return;
    const params: MessagesParams = { subscription, messages };
    await connection.sendRequest(methods.messages, params);
  };
  world.runs
    .follow(runId, fromSeq, deliver, signal)
    .catch((error: unknown) => {
      // A connection that closes under a batch is the usual end of a follower.
      if (!signal.aborted) world.log.error({ err: error, runId }, 'following failed');
    })
    .finally(() => session.follows.delete(subscription));
  return null;
}

function onRequest<P, R>(session: Session, method: string, handle: (params: P) => Promise<R>): void {
  const { connection, world } = session;
  connection.onRequest<unknown, Failure>(method, async (params: P): Promise<unknown> => {
    try {
      return await world.during(() => handle(params));
    } catch (error) {
      if (error instanceof ResponseError) throw error;
      world.log.error({ err: error, method }, 'request failed');
      throw refusal(failureOf(error, method));
    }
  });
}

/** What adapters throw knows how to say itself (`toFailure`); anything else is a mistake of ours. */
function failureOf(error: unknown, method: string): Failure {
  if (error instanceof Error && 'toFailure' in error && typeof error.toFailure === 'function') {
    return error.toFailure() as Failure;
  }
  const message = error instanceof Error ? error.message : String(error);
  return failure('internal', `The engine could not answer ${method}: ${message}`, {
    remedy: 'Its log has the details (Show Logs).',
  });
}

function refusal(refused: Failure): ResponseError<Failure> {
  return new ResponseError(refusedCode, refused.message, refused);
}

function leaving(world: SessionWorld): Failure {
  return failure('engine_leaving', `The engine of ${world.dataDir} is about to end.`, { retryable: true });
}

function protocolMismatch(world: SessionWorld, hello: Hello): Failure {
  return failure(
    'protocol_mismatch',
    `The engine of ${world.dataDir} (Segue ${world.version}) speaks protocol ${protocolVersion}, this client (Segue ${hello.version}) speaks ${hello.protocol}.`,
    {
      remedy: 'Use the same version of Segue everywhere, or stop the engine when its runs have ended.',
      details: { version: world.version, protocol: protocolVersion, pid: process.pid },
    },
  );
}

function isToken(given: unknown, wanted: string): boolean {
  if (typeof given !== 'string') return false;
  const [a, b] = [Buffer.from(given), Buffer.from(wanted)];
  return a.length === b.length && timingSafeEqual(a, b);
}
