/**
 * A stage: a temporary folder, and the processes that play on it. Whatever happens (a failed test, Ctrl-C), closing it
 * ends them all and removes the folder.
 *
 * An engine is detached on purpose, with an environment of its own, so a process group is not enough to find it.
 * Every process started here gets a HOME inside the stage, which detached children inherit; on Linux the sweep looks
 * for that folder in the environment, command line and working directory of all processes.
 */
import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const graceMs = 5_000;

export class Stage {
  /** Temporary folder, a real path, short enough to hold sockets. */
  readonly folder: string;
  readonly #children = new Set<ChildProcess>();
  readonly #onSignal = () => {
    this.closeNow();
    process.exit(130);
  };
  readonly #onExit = () => this.closeNow();

  constructor(name: string) {
    this.folder = mkdtempSync(join(realpathSync(tmpdir()), `segue-${name}-`));
    // Two letters, because sockets live below them and their paths may have about 100 characters.
    for (const name of ['ho', 'tm']) mkdirSync(this.path(name));
    process.on('SIGINT', this.#onSignal).on('SIGTERM', this.#onSignal).on('exit', this.#onExit);
  }

  /** @returns a path inside the stage's folder */
  path(...names: string[]): string {
    return join(this.folder, ...names);
  }

  /** The environment of processes on this stage: a home of their own, no keys, no proxy and nothing of an outer editor. */
  env(extra: Readonly<Record<string, string>> = {}): NodeJS.ProcessEnv {
    const kept = ['PATH', 'LANG', 'LC_ALL', 'TZ', 'TERM', 'LD_LIBRARY_PATH', 'SystemRoot'];
    const [home, temporary] = [this.path('ho'), this.path('tm')];
    const env: NodeJS.ProcessEnv = { HOME: home, USERPROFILE: home, TMPDIR: temporary, TEMP: temporary };
    for (const name of kept) if (process.env[name] !== undefined) env[name] = process.env[name];
    return { ...env, ...extra };
  }

  /** Starts a process as the leader of a group, so that its children can be ended with it. */
  start(command: string, args: readonly string[], options: SpawnOptions = {}): ChildProcess {
    const child = spawn(command, args, {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: this.env(),
      ...options,
      detached: true,
    });
    this.#children.add(child);
    child.once('exit', () => this.#children.delete(child));
    return child;
  }

  /** Ends one process and its group: SIGTERM, and SIGKILL when it is still there after the grace time. */
  async end(child: ChildProcess): Promise<void> {
    if (!isRunning(child)) return;
    const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
    signalGroup(child, 'SIGTERM');
    const abort = new AbortController();
    await Promise.race([gone, sleep(graceMs, undefined, { signal: abort.signal }).catch(() => undefined)]);
    abort.abort();
    signalGroup(child, 'SIGKILL');
    await gone;
  }

  /** @returns processes that still carry this stage's folder (Linux; elsewhere none is found). */
  survivors(): Survivor[] {
    return processes().filter(({ pid, traces }) => pid !== process.pid && traces.includes(this.folder));
  }

  /** Ends everything, removes the folder, and returns what had to be swept up because nobody had ended it. */
  async close(): Promise<Survivor[]> {
    await Promise.all([...this.#children].map((child) => this.end(child)));
    const swept = this.survivors();
    this.closeNow();
    process.off('SIGINT', this.#onSignal).off('SIGTERM', this.#onSignal).off('exit', this.#onExit);
    return swept;
  }

  /** The same without waiting: for signal handlers and the end of the process. */
  closeNow(): void {
    for (const child of this.#children) signalGroup(child, 'SIGKILL');
    for (const { pid } of this.survivors()) kill(pid, 'SIGKILL');
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  }
}

export interface Survivor {
  readonly pid: number;
  readonly commandLine: string;
  /** Command line, environment and working directory in one text. */
  readonly traces: string;
}

function processes(): Survivor[] {
  if (process.platform !== 'linux') return [];
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return pids.map((pid) => {
    const commandLine = peek(() => readFileSync(`/proc/${pid}/cmdline`, 'utf8')).replaceAll('\0', ' ');
    const environment = peek(() => readFileSync(`/proc/${pid}/environ`, 'utf8'));
    const cwd = peek(() => readlinkSync(`/proc/${pid}/cwd`));
    return { pid: Number(pid), commandLine, traces: [commandLine, environment, cwd].join('\n') };
  });
}

/** Reads about a process that may end, or belong to somebody else, while we look: then there is nothing to read. */
function peek(read: () => string): string {
  try {
    return read();
  } catch (error) {
    if (isErrno(error)) return '';
    throw error;
  }
}

function isRunning(child: ChildProcess): boolean {
  return child.pid !== undefined && child.exitCode === null && child.signalCode === null;
}

function signalGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid !== undefined) kill(process.platform === 'win32' ? child.pid : -child.pid, signal);
}

function kill(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    // ESRCH: it has gone by itself, which is what was wanted.
    if (!isErrno(error)) throw error;
  }
}

function isErrno(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'errno' in error;
}
