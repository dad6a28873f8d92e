// Starts an engine as a process of its own: it outlives its starter, takes nothing of the starter's environment but
// what a program needs to live, and says what it has to say in the log file of its data folder.
import { spawn } from 'node:child_process';
import {
  closeSync,
  fstatSync,
  mkdirSync,
  openSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { dataFiles } from '../run/index.ts';

const maxLogBytes = 5 * 1024 * 1024;
/** What an engine needs to begin: its lock, and a few pages of the record. */
const probeBytes = 64 * 1024;

/**
 * All that an engine inherits. Keys are not among them: clients offer those, for one run each.
 * `NODE_EXTRA_CA_CERTS` names a file with certificates of a company's proxy.
 */
const inherited = [
  ...['PATH', 'HOME', 'USER', 'LOGNAME', 'LANG', 'LC_ALL', 'TZ', 'TMPDIR', 'XDG_RUNTIME_DIR', 'XDG_STATE_HOME'],
  ...['NODE_EXTRA_CA_CERTS', 'SEGUE_LOG_LEVEL'],
  ...[
    'SystemRoot',
    'SystemDrive',
    'windir',
    'ComSpec',
    'PATHEXT',
    'USERPROFILE',
    'APPDATA',
    'LOCALAPPDATA',
    'TEMP',
    'TMP',
  ],
];

/** How to start an engine. */
export interface EngineProgram {
  /** The engine's script, absolute. */
  readonly engineScript: string;
  /** The Node, or Electron, that runs it. */
  readonly execPath: string;
  /** Whether `execPath` is Electron; left out: whether this process runs in Electron. */
  readonly isElectron?: boolean;
  /** How much the engine writes into its log; left out: as `SEGUE_LOG_LEVEL` says. */
  readonly logLevel?: string;
}

/** An engine process that was started and may not stay. */
export interface StartedEngine {
  readonly pid: number | undefined;
  /** How it ended, once it has: an exit code, a signal, or the error that kept it from starting. */
  readonly ended: Promise<{ readonly code: number | null; readonly signal: string | null; readonly error?: Error }>;
}

/** Starts an engine for a data folder, detached. Creates the folder. */
export function startEngine(dataDir: string, program: EngineProgram, args: readonly string[] = []): StartedEngine {
  makeDataDir(dataDir);
  const log = openLogFile(dataDir);
  try {
    const child = spawn(program.execPath, [program.engineScript, '--data-dir', dataDir, ...args], {
      cwd: dirname(program.engineScript),
      detached: true,
      stdio: ['ignore', log, log],
      windowsHide: true,
      env: {
        ...engineEnvironment(process.env, program.isElectron ?? process.versions['electron'] !== undefined),
        ...(program.logLevel !== undefined && { SEGUE_LOG_LEVEL: program.logLevel }),
      },
    });
    const ended: StartedEngine['ended'] = new Promise((resolve) => {
      child.once('error', (error) => resolve({ code: null, signal: null, error }));
      child.once('exit', (code, signal) => resolve({ code, signal }));
    });
    child.unref();
    return { pid: child.pid, ended };
  } finally {
    closeSync(log);
  }
}

/** The environment of an engine: `inherited` and no more. */
export function engineEnvironment(env: NodeJS.ProcessEnv, isElectron: boolean): NodeJS.ProcessEnv {
  const kept = inherited.flatMap((name) => (env[name] === undefined ? [] : [[name, env[name]]]));
  return { ...Object.fromEntries(kept), ...(isElectron && { ELECTRON_RUN_AS_NODE: '1' }) };
}

/** The end of an engine's log, for a message about a start that failed. */
export function logTail(dataDir: string, maxBytes = 3000): string {
  const path = join(dataDir, dataFiles.log);
  if (!statSync(path, { throwIfNoEntry: false })) return '';
  const file = openSync(path, 'r');
  try {
    const size = fstatSync(file).size;
    const bytes = Buffer.alloc(Math.min(size, maxBytes));
    readSync(file, bytes, 0, bytes.length, size - bytes.length);
    return bytes.toString('utf8');
  } finally {
    closeSync(file);
  }
}

/** An error as an engine's log has it. `code` and `remedy` are there if it was one of ours. */
export interface LoggedError {
  readonly message: string;
  readonly code?: string;
  readonly remedy?: string;
}

/** The last error in an engine's log, if a line of this tail holds one. */
export function lastErrorIn(log: string): LoggedError | undefined {
  for (const line of log.split('\n').reverse()) {
    const error = line.includes('"err":{') ? errorOf(line) : undefined;
    if (error) return error;
  }
  return undefined;
}

function errorOf(line: string): LoggedError | undefined {
  try {
    return (JSON.parse(line) as { err?: LoggedError }).err;
  } catch {
    // The first line of a tail may be cut off, and so may the last of a process that died.
    return undefined;
  }
}

/** Why nothing can be written in a data folder; undefined if it can. An engine that finds no room has no log either. */
export function whyNotWritable(dataDir: string): string | undefined {
  const probe = join(dataDir, `.probe-${process.pid}`);
  try {
    writeFileSync(probe, Buffer.alloc(probeBytes), { mode: 0o600 });
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  } finally {
    rmSync(probe, { force: true });
  }
}

/** Creates a data folder for its user only; one inside `.segue` stays out of version control. */
function makeDataDir(dataDir: string): void {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  if (basename(dirname(dataDir)) !== '.segue') return;
  try {
    writeFileSync(join(dataDir, '.gitignore'), '*\n', { flag: 'wx' });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}

function openLogFile(dataDir: string): number {
  const path = join(dataDir, dataFiles.log);
  const size = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  if (size > maxLogBytes) renameSync(path, `${path}.1`);
  return openSync(path, 'a', 0o600);
}
