// Watches one run from the terminal: the live view, questions, Ctrl-C, and the report at the end.
import type { LastingClient } from '../client/index.ts';
import { type OpenQuestion, openQuestions, type RunId, type RunState, runStatus, shortRunId } from '../run/index.ts';
import { type CommandContext, terminalActor } from './engine-access.ts';
import { exitCodeOf, exitCodes } from './exit-codes.ts';
import { followRun } from './follow-run.ts';
import { askQuestion } from './terminal/ask.ts';
import { createLiveView, type RunView } from './terminal/live-view.ts';
import { CommandFailure, print, printJson } from './terminal/output.ts';
import { createPlainView } from './terminal/plain-view.ts';
import { costLines, failureLines, outputLines, statusLine } from './terminal/report.ts';
import { harmlessLine } from './terminal/style.ts';
import { treeLines } from './terminal/tree-lines.ts';

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
  const stopListening = onInterrupt(context, client, runId, leaving);
  const view = options.json ? silent : viewFor(context);
  try {
    const state = await followRun(client, runId, {
      view,
      signal: leaving.signal,
      ...(options.interactive && { ask: (question, signal) => answerHere(context, client, runId, question, signal) }),
      ...(options.json && {
        onMessage: (message) => {
          if (message.type !== 'end') printJson(terminal, message, true);
        },
      }),
    });
    if (leaving.signal.aborted) return exitCodes.interrupted;
    if (options.json) printJson(terminal, resultOf(state), true);
    else report(context, state);
    return exitCodeOf(runStatus(state));
  } finally {
    stopListening();
  }
}

const silent: RunView = { update() {}, clear() {} };

function viewFor({ terminal }: CommandContext): RunView {
  if (terminal.stderr.isTTY && terminal.stdout.isTTY) return createLiveView(terminal.stdout, terminal.painter);
  return createPlainView((line) => terminal.stderr.write(`${line}\n`), terminal.notes);
}

/** The first Ctrl-C asks for a cancel and waits for its recorded end; the second leaves, and the engine finishes it. */
function onInterrupt(
  context: CommandContext,
  client: LastingClient,
  runId: RunId,
  leaving: AbortController,
): () => void {
  let asked = false;
  const interrupt = (): void => {
    if (asked) {
      leaving.abort();
      return;
    }
    asked = true;
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
    const sent = await client.send(runId, {
      type: 'answer',
      actor: terminalActor,
      question: question.id,
      answer,
      offer: { secrets: [] },
    });
    if (sent.ok) return;
    if (sent.refused.code !== 'invalid_answer') throw new CommandFailure(sent.refused);
    context.terminal.stderr.write(`${failureLines(sent.refused, context.terminal.notes).join('\n')}\n`);
  }
}

/** The whole tree, outputs, costs, and what can be done next. */
function report(context: CommandContext, state: RunState): void {
  const { terminal } = context;
  const { painter } = terminal;
  const now = Date.now();
  const look = { painter, now, width: terminal.stdout.columns ?? 100, frame: 0, calls: false };
  if (terminal.stdout.isTTY) print(terminal, [statusLine(state, painter, now), ...treeLines(state, look)]);
  else print(terminal, [statusLine(state, painter, now)]);
  print(terminal, [...outputLines(state, painter), ...costLines(state, painter)]);
  if (state.error) print(terminal, ['', ...failureLines(state.error, painter)]);
  const next = nextSteps(state);
  if (next.length > 0) print(terminal, ['', ...next.map((line) => painter.paint('dim', line))]);
}

/** What the reader may want to do now. */
function nextSteps(state: RunState): string[] {
  const id = shortRunId(state.runId);
  const status = runStatus(state);
  if (status === 'waiting') return waitLines(state, id);
  if (status === 'failed' || status === 'cancelled')
    return [`Look: segue show ${id}   Go on from here: segue resume ${id}`];
  return [`Look again: segue show ${id}   In VS Code: open this folder, then "Segue: Show Run"`];
}

function waitLines(state: RunState, id: string): string[] {
  const questions = openQuestions(state).flatMap(({ id: question, question: asked }) => [
    `Waits for a person: ${beginning(harmlessLine(asked.message))}`,
    `  segue answer ${id} ${question} ${choicesOf(asked)}`,
  ]);
  const keys = [...state.calls.values()].filter(({ status }) => status === 'waiting');
  return [...questions, ...keys.map(({ task, waitingFor }) => `${task} waits: ${waitingFor?.message ?? 'for a key'}`)];
}

function beginning(text: string): string {
  return text.length > 100 ? `${text.slice(0, 99)}…` : text;
}

function choicesOf(question: OpenQuestion['question']): string {
  switch (question.kind) {
    case 'options':
      return question.options.map((option) => (/\s/.test(option) ? JSON.stringify(option) : option)).join('|');
    case 'form':
      return `'{"…": …}'`;
    case 'approve_tool':
      return 'allow|allow_all|deny';
    case 'lost_call':
      return 'repeat|done|fail';
  }
}

/** The last line of `--json`: how the run stands, for programs. */
export function resultOf(state: RunState) {
  return {
    type: 'result',
    runId: state.runId,
    status: runStatus(state),
    outputs: state.outputs ?? null,
    ...(state.error && { error: state.error }),
    questions: openQuestions(state),
    usage: state.totals,
  };
}
