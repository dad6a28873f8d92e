// Medians, spreads, ratios and what the targets say of them, as one table.
import { type Cell, columns, type Engine, type Row } from './rows.ts';

type Cells = ReadonlyMap<string, Cell>;
const headings: { readonly [engine in Engine]: string } = {
  segue: 'Segue',
  langgraph: 'LangGraph 1.4.18',
  mastra: 'Mastra 1.71',
  'yaml-language-server': 'yaml-language-server 2.0.0',
};

/**
 * Prints the table.
 * @param isOnDisk whether syncs cost what they cost; else durable figures are not judged
 * @param absent what is said of a peer without figures
 */
export function printTable(rows: readonly Row[], cells: Cells, isOnDisk: boolean, absent: string): void {
  const head = ['measure', 'unit', ...columns.map((engine) => headings[engine]), 'ratio', 'target', 'verdict'];
  const body = rows.map((row) => [
    row.title,
    row.unit,
    ...columns.map((engine) => cellText(row, engine, cells, absent)),
    ratioText(ratioOf(row, cells)),
    targetText(row),
    verdictOf(row, cells, isOnDisk),
  ]);
  const widths = head.map((_, column) => Math.max(...[head, ...body].map((line) => line[column]?.length ?? 0)));
  const print = (line: readonly string[]): void => {
    process.stdout.write(
      `${line
        .map((text, column) => text.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd()}\n`,
    );
  };
  print(head);
  print(widths.map((width) => '-'.repeat(width)));
  for (const line of body) print(line);
  process.stdout.write('\nratio: the best peer’s median divided by Segue’s; above 1 Segue is better.\n');
}

/** The middle of some figures; of an even number the mean of the two in the middle. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  const [low, high] = [sorted[Math.ceil(middle) - 1], sorted[Math.floor(middle)]];
  return low === undefined || high === undefined ? Number.NaN : (low + high) / 2;
}

function cellText(row: Row, engine: Engine, cells: Cells, absent: string): string {
  const cell = cells.get(`${row.id} ${engine}`);
  if (!cell) return row.peers?.includes(engine) ? absent : '–';
  // One failed repetition spoils the cell: a median of what happened to work would flatter.
  if (cell.problem !== undefined) return cell.problem.startsWith('not measured') ? 'not measured' : 'failed';
  const [low, high] = [Math.min(...cell.values), Math.max(...cell.values)];
  const spread = cell.values.length > 1 ? ` (${short(low)}–${short(high)})` : '';
  return `${short(median(cell.values))}${spread}`;
}

function ratioOf(row: Row, cells: Cells): number | undefined {
  const [own, ...peers] = columns.map((engine) => {
    const cell = cells.get(`${row.id} ${engine}`);
    return cell && cell.problem === undefined ? median(cell.values) : undefined;
  });
  const there = peers.filter((peer) => peer !== undefined);
  return own === undefined || there.length === 0 ? undefined : Math.min(...there) / own;
}

function ratioText(ratio: number | undefined): string {
  return ratio === undefined ? '–' : `${ratio.toFixed(1)} ×`;
}

function targetText({ target }: Row): string {
  const parts = [
    target?.atMost !== undefined && `≤ ${short(target.atMost)}`,
    target?.atLeast !== undefined && `≥ ${short(target.atLeast)}`,
    target?.ratio !== undefined && `≥ ${short(target.ratio)} ×`,
  ];
  return parts.filter((part) => part !== false).join(', ');
}

/** Says of the figure and of the ratio, each for itself, whether it holds. */
export function verdictOf(row: Row, cells: Cells, isOnDisk: boolean): string {
  const cell = cells.get(`${row.id} segue`);
  if (!row.target || !cell || cell.problem !== undefined) return cell?.problem ?? '';
  if (row.syncs && !isOnDisk) return 'not judged (tmpfs)';
  const { atMost, atLeast, ratio } = row.target;
  const own = median(cell.values);
  const reached = ratioOf(row, cells);
  const figure = atMost !== undefined ? own <= atMost : atLeast !== undefined ? own >= atLeast : undefined;
  const verdicts = [
    figure !== undefined && `figure ${figure ? 'holds' : 'falls short'}`,
    ratio !== undefined && `ratio ${reached === undefined ? 'unknown' : reached >= ratio ? 'holds' : 'falls short'}`,
  ];
  return verdicts.filter((verdict) => verdict !== false).join(', ');
}

/** Three figures that count, with thousands apart. */
function short(value: number): string {
  if (!Number.isFinite(value)) return 'not a number';
  const digits = Math.max(0, 2 - Math.floor(Math.log10(Math.max(1, Math.abs(value)))));
  return value.toLocaleString('en-US', { maximumFractionDigits: digits });
}
