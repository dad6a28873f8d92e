import { formatCost, formatDuration, formatTokens, type RunSummary, shortRunId } from '../../run/index.ts';
import { harmlessLine, type Painter, signOf } from './style.ts';

/** The list of runs as lines, newest first as given. */
export function runLines(runs: readonly RunSummary[], painter: Painter, now: number): string[] {
  const rows = runs.map((run) => ({
    sign: signOf(run.status, painter),
    cells: [
      shortRunId(run.runId),
      run.status.replaceAll('_', ' '),
      harmlessLine(run.name) + (run.mock ? ' (mock)' : ''),
      new Date(run.startedAt).toISOString().slice(0, 16).replace('T', ' '),
      formatDuration((run.endedAt ?? now) - run.startedAt),
      formatTokens(run.inputTokens + run.outputTokens),
      formatCost(run.costNanoUsd, run.costKnown),
    ],
  }));
  const head = ['run', 'status', 'workflow', 'started (UTC)', 'time', 'tokens', 'cost'];
  const widths = head.map((title, column) =>
    Math.max(title.length, ...rows.map(({ cells }) => cells[column]?.length ?? 0)),
  );
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd();
  return [painter.paint('dim', `  ${line(head)}`), ...rows.map(({ sign, cells }) => `${sign} ${line(cells)}`)];
}
