// What a drive reads of a workspace folder beside the editor: who runs there, and what is recorded.
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { inject } from 'vitest';
import { dataFiles, parseLockRecord, type RunEvent, type RunStatus } from '../../run/index.ts';

const program = join(import.meta.dirname, '../../dist/segue.cjs');

/** Sends the calls of `openai/…` to a server of the test, without a key. */
export function writeConfig(folder: string, baseUrl: string): void {
  mkdirSync(join(folder, '.segue'), { recursive: true });
  writeFileSync(
    join(folder, '.segue/config.yaml'),
    `providers:\n  openai: { base_url: "${baseUrl}", api_key: none }\n`,
  );
}

/** @returns the engine of a folder, as its lock file says */
export function enginePid(folder: string): number {
  const lock = parseLockRecord(readFileSync(join(folder, '.segue/data', dataFiles.lock), 'utf8'));
  if (!lock) throw new Error(`The lock file of ${folder} is no lock record.`);
  return lock.pid;
}

/** @returns the process ids of all engines that work for a folder */
export function enginesOf(folder: string): number[] {
  const lines = execFileSync('ps', ['-ewwo', 'pid=,args='], { encoding: 'utf8' }).split('\n');
  const engines = lines.filter((line) => line.includes('engine.cjs') && line.includes(join(folder, '.segue/data')));
  return engines.map((line) => Number.parseInt(line, 10));
}

/** Runs `segue …` in a folder to its end, as in a terminal of the editor. @returns what it printed */
export function segue(folder: string, ...args: string[]): string {
  const env = {
    PATH: process.env['PATH'],
    HOME: join(inject('stageFolder'), 'ho'),
    TMPDIR: join(inject('stageFolder'), 'tm'),
  };
  return execFileSync(process.execPath, [program, ...args], { cwd: folder, env, encoding: 'utf8' });
}

/** The newest run of a folder, and of each call how often it began and ended. */
export function recordOf(folder: string): { status: RunStatus; calls: CallCount[] } {
  const shown = JSON.parse(segue(folder, 'show', '--json')) as { status: RunStatus; events: RunEvent[] };
  const calls = new Map<string, CallCount>();
  for (const event of shown.events) {
    if (event.type !== 'call-started' && event.type !== 'call-ended') continue;
    const { started, ended, startedAt } = calls.get(event.path) ?? { started: 0, ended: 0, startedAt: event.at };
    const isStart = event.type === 'call-started';
    const count = { started: started + Number(isStart), ended: ended + Number(!isStart) };
    calls.set(event.path, { path: event.path, ...count, startedAt });
  }
  return { status: shown.status, calls: [...calls.values()] };
}

export interface CallCount {
  readonly path: string;
  /** How many `call-started` and `call-ended` the record has of it. */
  readonly started: number;
  readonly ended: number;
  /** When it began first, in epoch milliseconds. */
  readonly startedAt: number;
}
