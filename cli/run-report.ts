// What is said of a run when it is no longer watched: for people, and for programs.
import { type Failure, type OpenQuestion, openQuestions, type RunState, runStatus, shortRunId } from '../run/index.ts';
import { print, type Terminal } from './terminal/output.ts';
import { costLines, failureLines, outputLines, statusLine } from './terminal/report.ts';
import { harmlessLine } from './terminal/style.ts';
import { treeLines } from './terminal/tree-lines.ts';

/** Prints the whole tree, outputs, costs, and what can be done next. @param stopped why the run has no end, if so */
export function printReport(terminal: Terminal, state: RunState, stopped: Failure | undefined): void {
  const { painter } = terminal;
  const now = Date.now();
  const look = { painter, now, width: terminal.stdout.columns ?? 100, frame: 0, calls: false };
  if (terminal.stdout.isTTY) print(terminal, [statusLine(state, painter, now), ...treeLines(state, look)]);
  else print(terminal, [statusLine(state, painter, now)]);
  print(terminal, [...outputLines(state, painter, Boolean(terminal.stdout.isTTY)), ...costLines(state, painter)]);
  const error = stopped ?? state.error;
  if (error) print(terminal, ['', ...failureLines(error, painter)]);
  const next = stopped ? [`Go on from here: segue resume ${shortRunId(state.runId)}`] : nextSteps(state);
  if (next.length > 0) print(terminal, ['', ...next.map((line) => painter.paint('dim', line))]);
}

/** What the reader may want to do now. */
function nextSteps(state: RunState): string[] {
  const id = shortRunId(state.runId);
  const status = runStatus(state);
  if (status === 'waiting' || openQuestions(state).length > 0) return waitLines(state, id);
  if (status === 'failed' || status === 'cancelled')
    return [`Look: segue show ${id}   Go on from here: segue resume ${id}`];
  return [`Look again: segue show ${id}   In VS Code: open this folder, then "Segue: Show Run"`];
}

function waitLines(state: RunState, id: string): string[] {
  const questions = openQuestions(state).flatMap(({ id: question, question: asked }) => [
    `Waits for a person: ${beginning(harmlessLine(asked.message))}`,
    `  segue answer ${id} ${question} ${choicesOf(asked)}`,
  ]);
  const calls = [...state.calls.values()].filter(({ status }) => status === 'waiting');
  return [...questions, ...calls.flatMap(({ task, waitingFor }) => callWaitLines(task, waitingFor))];
}

function callWaitLines(task: string, reason: Failure | undefined): string[] {
  const lines = [`${task} waits: ${harmlessLine(reason?.message ?? 'for a key')}`];
  return reason?.remedy ? [...lines, `  → ${harmlessLine(reason.remedy)}`] : lines;
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

/** The last line of `--json`: how the run stands, for programs. @param stopped why the run has no end, if so */
export function resultOf(state: RunState, stopped?: Failure) {
  const error = stopped ?? state.error;
  return {
    type: 'result',
    runId: state.runId,
    status: runStatus(state),
    outputs: state.outputs ?? null,
    ...(error && { error }),
    questions: openQuestions(state),
    usage: state.totals,
  };
}
