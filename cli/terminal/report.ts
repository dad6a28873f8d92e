// What a run leaves on the screen at its end: outputs, errors, the cost table.
import {
  callsInWords,
  type CostRow,
  costRows,
  type Failure,
  formatCost,
  formatDuration,
  formatTokens,
  type Json,
  messageRows,
  readInWords,
  type RunState,
  runStatus,
  sharedRows,
  shortRunId,
} from '../../run/index.ts';
import { harmless, harmlessLine, type Painter, signOf } from './style.ts';

/** What a screen takes of one output, in UTF-16 units; a pipe takes it whole. */
const longestOnScreen = 64 * 1024;
/** More messages than anybody reads on a screen. */
const mostMessages = 50;
/** What a line shows of a shared value, in UTF-16 units. */
const longestValue = 200;

/** The outputs of a run, each under its name. @param isScreen whether huge ones are cut, for they go to a person's screen */
export function outputLines(state: RunState, painter: Painter, isScreen: boolean): string[] {
  const outputs = Object.entries(state.outputs ?? {});
  return outputs.flatMap(([name, value]) => [
    '',
    painter.paint('bold', harmlessLine(name)),
    ...valueLines(value ?? null, isScreen ? longestOnScreen : Infinity, shortRunId(state.runId)),
  ]);
}

function valueLines(value: Json, longest: number, id: string): string[] {
  const text = typeof value === 'string' ? value : JSON.stringify(value, null, 2);
  const lines = harmless(text.slice(0, longest)).split('\n');
  if (text.length <= longest) return lines;
  return [...lines, `… ${text.length - longest} more characters; the whole value: segue show ${id} --json`];
}

/** The calls, tokens and cost of each model, and their sum. Empty if no model was called. */
export function costLines(state: RunState, painter: Painter): string[] {
  const rows = costRows(state, 'model');
  if (rows.length === 0) return [];
  const sum: CostRow = {
    name: 'total',
    calls: rows.reduce((calls, row) => calls + row.calls, 0),
    cached: rows.reduce((cached, row) => cached + row.cached, 0),
    totals: state.totals,
  };
  const cells = [['model', 'calls', 'in', 'out', 'cost'], ...[...rows, sum].map(cellsOf)];
  const widths = cells[0]?.map((_, column) => Math.max(...cells.map((row) => row[column]?.length ?? 0))) ?? [];
  const lines = cells.map((row) => row.map((cell, column) => align(cell, widths[column] ?? 0, column)).join('  '));
  return ['', ...lines.map((line, index) => (index === 0 ? painter.paint('dim', line) : line))];
}

function cellsOf(row: CostRow): string[] {
  const { inputTokens, outputTokens, costNanoUsd, costKnown } = row.totals;
  return [
    row.name,
    callsInWords(row),
    formatTokens(inputTokens),
    formatTokens(outputTokens),
    formatCost(costNanoUsd, costKnown),
  ];
}

function align(text: string, width: number, column: number): string {
  return column === 0 ? text.padEnd(width) : text.padStart(width);
}

/** What agents said to each other: the last messages, one to a line. Empty if there were none. */
export function messageLines(state: RunState, painter: Painter): string[] {
  const rows = messageRows(state);
  if (rows.length === 0) return [];
  const shown = rows.slice(-mostMessages);
  const more = rows.length - shown.length;
  const lines = shown.map((row) => {
    const what = harmlessLine(`${row.from} → ${row.to}: ${row.text}`);
    return `${String(row.number).padStart(4)}  ${what}  ${painter.paint('dim', harmlessLine(`priority ${row.priority}, ${readInWords(row)}`))}`;
  });
  return [
    '',
    painter.paint('bold', 'messages'),
    ...(more > 0 ? [painter.paint('dim', `… ${more} before`)] : []),
    ...lines,
  ];
}

/** The shared values of the run's own file that were written, as they are now. Empty if none was. */
export function sharedLines(state: RunState, painter: Painter): string[] {
  const rows = sharedRows(state);
  if (rows.length === 0) return [];
  const lines = rows.flatMap(({ name, versions }) => {
    const last = versions.at(-1);
    if (!last) return [];
    const note = painter.paint('dim', harmlessLine(`version ${last.version}, by ${last.by}`));
    return [`${harmlessLine(`${name} = ${JSON.stringify(last.value)}`).slice(0, longestValue)}  ${note}`];
  });
  return ['', painter.paint('bold', 'shared values'), ...lines];
}

/** One line on how a run stands: `✓ completed  hello  2.1 s  (mock)  1a2b3c4d`. */
export function statusLine(state: RunState, painter: Painter, now: number): string {
  const status = runStatus(state);
  const elapsed = formatDuration((state.endedAt ?? now) - (state.startedAt ?? now));
  const name = harmlessLine(state.started?.plan.name ?? '');
  const mock = state.started?.mock ? '  (mock)' : '';
  const rest = painter.paint('dim', `${elapsed}${mock}  run ${shortRunId(state.runId)}`);
  return `${signOf(status, painter)} ${status.replaceAll('_', ' ')}  ${painter.paint('bold', name)}  ${rest}`;
}

/** A failure for people: what, why, and what to do. */
export function failureLines(error: Failure, painter: Painter): string[] {
  const lines = [`${painter.paint('red', error.code)}: ${harmless(error.message)}`];
  if (error.remedy) lines.push(`  ${painter.paint('dim', '→')} ${harmless(error.remedy)}`);
  return lines;
}
