/**
 * Measures Segue beside its peers and prints one table: `npm run bench`.
 *
 *   --only chain,fan     these measures only (chain, fan, many, dag, recovery, bus, history, editor, memory, language, lsp)
 *   --quick              one repetition of each, instead of three
 *   --repeat 5           so many repetitions
 *   --folder DIR         where records are written; left out: the folder for temporary files
 *   --no-peers           Segue alone; nothing is installed
 *
 * Each figure comes from a process of its own. Repetitions go round: every engine once, then every engine again, so
 * that a busy minute of the machine falls on all of them.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { runChild } from './child-process.ts';
import { type Cell, columns, type Engine, type Row, rows } from './rows.ts';
import { freeMb, machineLines, recordIsOnDisk } from './machine.ts';
import { installPeers, type Peers } from './peers.ts';
import { printTable } from './table.ts';
import { prepare, type Programs } from './programs.ts';

const { values: flags } = parseArgs({
  options: {
    only: { type: 'string' },
    quick: { type: 'boolean', default: false },
    repeat: { type: 'string' },
    folder: { type: 'string' },
    'no-peers': { type: 'boolean', default: false },
  },
});

const work = mkdtempSync(join(resolve(flags.folder ?? tmpdir()), 'segue-bench-'));
try {
  await main();
} finally {
  rmSync(work, { recursive: true, force: true, maxRetries: 5 });
}

async function main(): Promise<void> {
  const wanted = chosenRows(flags.only);
  const repeat = flags.quick ? 1 : Number(flags.repeat ?? 3);
  if (!Number.isInteger(repeat) || repeat < 1) throw new Error('--repeat takes a whole number from 1 on');
  const peers = await peersFor(wanted);
  const programs = await prepare(work);
  const cells = new Map<string, Cell>();
  for (let time = 1; time <= repeat; time++) await goRound(wanted, programs, peers, cells, `${time}/${repeat}`);
  const isOnDisk = recordIsOnDisk(work);
  process.stdout.write(`\n${machineLines(work, repeat).join('\n')}\n\n`);
  printTable(wanted, cells, isOnDisk, flags['no-peers'] ? 'left out' : 'not installed');
  for (const line of peers.notes) process.stdout.write(`${line}\n`);
  if ([...cells].some(([key, cell]) => key.endsWith('segue') && cell.problem)) process.exitCode = 1;
}

function chosenRows(only: string | undefined): readonly Row[] {
  if (only === undefined) return rows;
  const names = only.split(',');
  const unknown = names.find((name) => !rows.some(({ measure }) => measure === name));
  if (unknown !== undefined) {
    throw new Error(`--only ${unknown}: there are ${[...new Set(rows.map(({ measure }) => measure))].join(', ')}`);
  }
  return rows.filter(({ measure }) => names.includes(measure));
}

async function peersFor(wanted: readonly Row[]): Promise<Peers> {
  if (!flags['no-peers'] && wanted.some(({ peers }) => peers)) return installPeers();
  return { installed: new Set(), notes: flags['no-peers'] ? ['Peers left out (--no-peers).'] : [] };
}

/** One repetition: each process once. Rows that come from the same process share it. */
async function goRound(
  wanted: readonly Row[],
  programs: Programs,
  peers: Peers,
  cells: Map<string, Cell>,
  round: string,
): Promise<void> {
  const processes = new Map(wanted.map((row) => [`${row.measure} ${row.record}`, row]));
  for (const row of processes.values()) {
    for (const engine of columns) {
      if (engine !== 'segue' && !row.peers?.includes(engine)) continue;
      if (engine !== 'segue' && !peers.installed.has(engine)) continue;
      process.stderr.write(`${round}  ${row.measure}, ${row.record}: ${engine}\n`);
      await measure(row, engine, programs, cells, wanted);
    }
  }
}

async function measure(
  row: Row,
  engine: Engine,
  programs: Programs,
  cells: Map<string, Cell>,
  wanted: readonly Row[],
): Promise<void> {
  // A new one each time: what an earlier process still writes while it ends must not meet the next.
  const folder = mkdtempSync(join(work, 'record-'));
  const short = freeMb(folder) < row.needsMb;
  const outcome = short
    ? { problem: `not measured: needs ${row.needsMb} MB free, there are ${freeMb(folder)}` }
    : await runChild(programs.commandOf(row, engine, folder));
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  for (const other of wanted) {
    if (other.measure !== row.measure || other.record !== row.record) continue;
    const key = `${other.id} ${engine}`;
    const cell = cells.get(key) ?? { values: [] };
    if ('problem' in outcome) cell.problem = outcome.problem;
    else cell.values.push(outcome.figures[other.figure] ?? Number.NaN);
    cells.set(key, cell);
  }
  if ('problem' in outcome) process.stderr.write(`      ${outcome.problem}\n`);
}
