// Follows a run to its end, or to where only an absent person could move it on.
import {
  emptyRunState,
  type Failure,
  type FollowMessage,
  fold,
  type OpenQuestion,
  openQuestions,
  type RunId,
  type RunState,
  runStatus,
} from '../run/index.ts';
import { InputEnded } from './terminal/ask.ts';
import type { RunView } from './terminal/live-view.ts';

/** What following needs of a connection: it survives an engine that has to be started again. */
export interface Follower {
  follow(runId: RunId, fromSeq: number, signal: AbortSignal): AsyncIterable<FollowMessage>;
}

export interface FollowOptions {
  readonly view: RunView;
  /** Asks the person here; undefined when nobody is: then following ends at the first wait that only a person can end. */
  readonly ask?: (question: OpenQuestion, signal: AbortSignal) => Promise<void>;
  /** The last event of the past: questions and waits before it are history, and nobody is asked. */
  readonly liveAfter: number;
  /** Called for each message, before the view. What it promises is done before a wait counts. */
  readonly onMessage?: (message: FollowMessage, isLive: boolean) => void | Promise<void>;
  /** The number of the last event that the engine has recorded: on a busy machine it may be a while before it is heard. */
  readonly recordedSeq: () => Promise<number>;
  readonly signal: AbortSignal;
}

/** Where following ended. */
export interface Followed {
  readonly state: RunState;
  /** Why the run stopped without an end. */
  readonly stopped?: Failure;
}

/** How long a run must stand still before it counts as waiting, in ms: facts of one step may come in two parts. */
const settleMs = 200;

/** Follows from the first event; resolves at the end, at a wait that nobody here can end, or when its person has gone. */
export async function followRun(follower: Follower, runId: RunId, options: FollowOptions): Promise<Followed> {
  const state = emptyRunState(runId);
  const stop = new AbortController();
  const signal = AbortSignal.any([options.signal, stop.signal]);
  let settle: NodeJS.Timeout | undefined;
  let stopped: Failure | undefined;
  let failed: { error: unknown } | undefined;
  const fail = (error: unknown): void => {
    if (!(error instanceof InputEnded)) failed ??= { error };
    stop.abort();
  };
  const stopIfLast = async (seq: number): Promise<void> => {
    if ((await options.recordedSeq()) === seq && state.seq === seq) stop.abort();
  };
  const asking = options.ask && askInTurn(options.ask, options.view, state, fail);
  try {
    for await (const message of follower.follow(runId, 1, signal)) {
      if (message.type === 'event') fold(state, message.event);
      const isLive = state.seq >= options.liveAfter;
      const prepared = prepare(options, message, isLive).catch(fail);
      if (message.type === 'end') {
        stopped = message.failure;
        break;
      }
      if (!asking?.busy()) options.view.update(message, state);
      clearTimeout(settle);
      if (!isLive) continue;
      if (asking) asking.look(signal);
      else if (waitsForSomebody(state)) {
        await prepared;
        settle = setTimeout(() => void stopIfLast(state.seq).catch(fail), settleMs);
      }
    }
  } finally {
    clearTimeout(settle);
    asking?.stop();
    options.view.clear();
  }
  if (failed) throw failed.error;
  return { state, ...(stopped && { stopped }) };
}

async function prepare({ onMessage }: FollowOptions, message: FollowMessage, isLive: boolean): Promise<void> {
  await onMessage?.(message, isLive);
}

function waitsForSomebody(state: RunState): boolean {
  return runStatus(state) === 'waiting';
}

interface Asked {
  readonly id: string;
  /** Takes the question back. */
  readonly taken: AbortController;
  /** The answer is on its way: the question is closed by its event. */
  sent: boolean;
}

/** Asks open questions one after the other, and takes a question back when somebody else has answered it. */
function askInTurn(
  ask: NonNullable<FollowOptions['ask']>,
  view: RunView,
  state: RunState,
  fail: (error: unknown) => void,
) {
  let current: Asked | undefined;

  const begin = (question: OpenQuestion, signal: AbortSignal): void => {
    const asked: Asked = { id: question.id, taken: new AbortController(), sent: false };
    current = asked;
    view.clear();
    const stillWanted = AbortSignal.any([signal, asked.taken.signal]);
    ask(question, stillWanted).then(
      () => {
        asked.sent = true;
      },
      (error: unknown) => {
        if (!stillWanted.aborted) fail(error);
      },
    );
  };
  return {
    busy: () => current !== undefined && !current.sent,
    look(signal: AbortSignal) {
      const open = openQuestions(state);
      if (current && !open.some(({ id }) => id === current?.id)) {
        current.taken.abort();
        current = undefined;
      }
      if (!current && open[0]) begin(open[0], signal);
    },
    stop: () => current?.taken.abort(),
  };
}
