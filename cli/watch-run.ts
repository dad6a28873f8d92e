// Watches one run from the terminal: the live view, questions, Ctrl-C, and the report at the end.
import { EngineError, type LastingClient } from '../client/index.ts';
import {
  type Failure,
  type FollowMessage,
  type Json,
  type OpenQuestion,
  openQuestions,
  type RunId,
  runStatus,
  type SendAnswer,
} from '../run/index.ts';
import { type CommandContext, environmentOffer, findRun, terminalActor } from './engine-access.ts';
import { exitCodeOf, exitCodes } from './exit-codes.ts';
import { type Followed, followRun } from './follow-run.ts';
import { printReport, resultOf } from './run-report.ts';
import { askQuestion } from './terminal/ask.ts';
import { createLiveView, type RunView } from './terminal/live-view.ts';
import { CommandFailure, printJson } from './terminal/output.ts';
import { createPlainView } from './terminal/plain-view.ts';
import { failureLines } from './terminal/report.ts';
import { wholeOutputs } from './whole-values.ts';

export interface WatchOptions {
  /** Whether a person is here to answer. */
  readonly interactive: boolean;
  /** Events as NDJSON on stdout instead of pictures. */
  readonly json: boolean;
}

/** Follows a run to its end. @returns the exit code */
export async function watchRun(
  context: CommandContext,
  client: LastingClient,
  runId: RunId,
  options: WatchOptions,
): Promise<number> {
  const { terminal } = context;
  const leaving = new AbortController();
  const view = options.json ? silent : viewFor(context);
  const stopListening = onInterrupt({ context, client, runId, leaving, view });
  try {
    const { seq: liveAfter } = await findRun(client, runId);
    const followed = await followRun(client, runId, {
      view,
      liveAfter,
      signal: leaving.signal,
      recordedSeq: async () => (await findRun(client, runId)).seq,
      ...(options.interactive && { ask: (question, signal) => answerHere(context, client, runId, question, signal) }),
      onMessage: (message, isLive) => {
        if (options.json && message.type !== 'end') printJson(terminal, message, true);
        return isLive ? offerWanted(context, client, runId, message) : undefined;
      },
    });
    if (leaving.signal.aborted) return exitCodes.interrupted;
    const { state, stopped } = followed;
    if (state.outputs) state.outputs = await wholeOutputs(client, state.outputs);
    if (options.json) printJson(terminal, resultOf(state, stopped), true);
    else printReport(terminal, state, stopped);
    return exitCodeAfter(followed);
  } finally {
    stopListening();
  }
}

function exitCodeAfter({ state, stopped }: Followed): number {
  if (stopped) return exitCodes.engine;
  return openQuestions(state).length > 0 ? exitCodes.waiting : exitCodeOf(runStatus(state));
}

/** Gives a run the key it waits for: a new engine knows none, when the one that was given it is gone. */
async function offerWanted(
  context: CommandContext,
  client: LastingClient,
  runId: RunId,
  message: FollowMessage,
): Promise<void> {
  if (message.type !== 'event' || message.event.type !== 'call-waiting') return;
  const name = secretWanted(message.event.reason);
  if (name === undefined) return;
  const { offer } = await environmentOffer(context, [name]);
  const secrets = offer.secrets.filter((secret) => secret.name === name);
  // A refusal says that the run has ended meanwhile, which is no news here: its end follows.
  if (secrets.length > 0) await client.send(runId, { type: 'offer', actor: terminalActor, offer: { secrets } });
}

function secretWanted({ code, details }: Failure): string | undefined {
  const secret = code === 'missing_key' ? details?.['secret'] : undefined;
  return typeof secret === 'string' ? secret : undefined;
}

const silent: RunView = { update() {}, clear() {} };

function viewFor({ terminal }: CommandContext): RunView {
  const isScreen = terminal.stderr.isTTY && terminal.stdout.isTTY && terminal.env['TERM'] !== 'dumb';
  if (isScreen) return createLiveView(terminal.stdout, terminal.painter);
  return createPlainView((line) => terminal.stderr.write(`${line}\n`), terminal.notes);
}

interface Interruptible {
  readonly context: CommandContext;
  readonly client: LastingClient;
  readonly runId: RunId;
  readonly leaving: AbortController;
  readonly view: RunView;
}

/** The first Ctrl-C asks for a cancel and waits for its recorded end; the second leaves, and the engine finishes it. */
function onInterrupt({ context, client, runId, leaving, view }: Interruptible): () => void {
  let asked = false;
  const interrupt = (): void => {
    if (asked) {
      leaving.abort();
      return;
    }
    asked = true;
    view.clear();
    context.terminal.stderr.write('\nCancelling… (Ctrl-C again leaves at once; the engine finishes the cancel)\n');
    client.send(runId, { type: 'cancel', actor: terminalActor }).then(
      (answer) => {
        if (!answer.ok)
          context.terminal.stderr.write(`${failureLines(answer.refused, context.terminal.notes).join('\n')}\n`);
      },
      (error: Error) => {
        context.terminal.stderr.write(`The cancel did not reach the engine: ${error.message}\n`);
        leaving.abort();
      },
    );
  };
  process.on('SIGINT', interrupt);
  process.on('SIGTERM', interrupt);
  return () => {
    process.off('SIGINT', interrupt);
    process.off('SIGTERM', interrupt);
  };
}

async function answerHere(
  context: CommandContext,
  client: LastingClient,
  runId: RunId,
  question: OpenQuestion,
  signal: AbortSignal,
): Promise<void> {
  for (;;) {
    const answer = await askQuestion(context.terminal, question.question, signal);
    const sent = await sendAnswer(client, runId, question.id, answer);
    // Somebody else was faster: the record says so in a moment.
    if (sent.ok || sent.refused.code === 'already_answered') return;
    if (sent.refused.code !== 'invalid_answer') throw new CommandFailure(sent.refused);
    context.terminal.stderr.write(`${failureLines(sent.refused, context.terminal.notes).join('\n')}\n`);
  }
}

/** Sends an answer, again if the engine went before it said what became of it: a question takes only one. */
async function sendAnswer(client: LastingClient, runId: RunId, question: string, answer: Json): Promise<SendAnswer> {
  const command = { type: 'answer', actor: terminalActor, question, answer, offer: { secrets: [] } } as const;
  try {
    return await client.send(runId, command);
  } catch (error) {
    if (!(error instanceof EngineError) || error.failure.code !== 'engine_gone') throw error;
    return client.send(runId, command);
  }
}
