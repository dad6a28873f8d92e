// What a run leaves on the screen at its end: outputs, errors, the cost table.
import {
  type CostRow,
  costRows,
  type Failure,
  formatCost,
  formatDuration,
  formatTokens,
  type Json,
  largeOf,
  type RunState,
  runStatus,
  shortRunId,
} from '../../run/index.ts';
import { harmless, harmlessLine, type Painter, signOf } from './style.ts';

/** The outputs of a run, each under its name; long text is not cut. */
export function outputLines(state: RunState, painter: Painter): string[] {
  const outputs = Object.entries(state.outputs ?? {});
  return outputs.flatMap(([name, value]) => ['', painter.paint('bold', name), ...valueLines(value ?? null)]);
}

function valueLines(value: Json): string[] {
  const large = largeOf(value);
  if (large)
    return [...harmless(large.preview).split('\n'), `… ${large.bytes} bytes; the whole value: segue show RUN --json`];
  return harmless(typeof value === 'string' ? value : JSON.stringify(value, null, 2)).split('\n');
}

/** The calls, tokens and cost of each model, and their sum. Empty if no model was called. */
export function costLines(state: RunState, painter: Painter): string[] {
  const rows = costRows(state, 'model');
  if (rows.length === 0) return [];
  const sum: CostRow = {
    name: 'total',
    calls: rows.reduce((calls, row) => calls + row.calls, 0),
    totals: state.totals,
  };
  const cells = [['model', 'calls', 'in', 'out', 'cost'], ...[...rows, sum].map(cellsOf)];
  const widths = cells[0]?.map((_, column) => Math.max(...cells.map((row) => row[column]?.length ?? 0))) ?? [];
  const lines = cells.map((row) => row.map((cell, column) => align(cell, widths[column] ?? 0, column)).join('  '));
  return ['', ...lines.map((line, index) => (index === 0 ? painter.paint('dim', line) : line))];
}

function cellsOf({ name, calls, totals }: CostRow): string[] {
  const { inputTokens, outputTokens, costNanoUsd, costKnown } = totals;
  return [
    name,
    String(calls),
    formatTokens(inputTokens),
    formatTokens(outputTokens),
    formatCost(costNanoUsd, costKnown),
  ];
}

function align(text: string, width: number, column: number): string {
  return column === 0 ? text.padEnd(width) : text.padStart(width);
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
