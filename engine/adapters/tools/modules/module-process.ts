// One process for one job of a module, from the engine's side. Invariants:
//   J1. One end for each job: an answer, or why there is none. It is never waited for beyond the deadline.
//   J2. When the job has its end the process has none of its own: it and its group are killed, whatever they do.
//   J3. Nothing of the engine's environment goes along, and what the process prints or answers is bounded.
import { type ChildProcess, spawn } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import { answerIn, cancelLine, type ModuleAnswer, type ModuleJob, mostResultBytes, pipeNumber } from './messages.ts';

/** How long a tool may take to end by itself after its call was cut. */
const graceMs = 1000;
/** An answer that is too large says so in a few words; nobody sends more than a result with its frame. */
const mostAnswerBytes = 2 * mostResultBytes;
const mostPrinted = 64 * 1024;
/** How long is waited for the last of what was printed; a program that was left behind may hold it up for ever. */
const lastWordsMs = 100;

export interface ModuleRun {
  readonly job: ModuleJob;
  /** The program of the process: `module-host.cjs` beside a bundle, `host.ts` in a checkout. */
  readonly program: string;
  /** The working folder. */
  readonly workspace: string;
  /** All that the process finds in its environment. */
  readonly env: { readonly [name: string]: string };
  readonly deadlineMs: number;
  readonly signal: AbortSignal;
  /** What it prints, as it comes. */
  readonly onPrint: (text: string) => void;
}

/** How a job ended. */
export type ModuleEnd =
  | { readonly type: 'answered'; readonly answer: ModuleAnswer }
  | { readonly type: 'cancelled' }
  | { readonly type: 'too_late' }
  /** The process ended, or could not be understood. `said` is the last line that it printed. */
  | { readonly type: 'crashed'; readonly how: string; readonly said: string }
  | { readonly type: 'not_started'; readonly why: string };

/** An end before what was printed last is known. */
type End = Exclude<ModuleEnd, { type: 'crashed' }> | { readonly type: 'crashed'; readonly how: string };

/** Runs one job in a process of its own. Never rejects. */
export async function runModule(run: ModuleRun): Promise<ModuleEnd> {
  if (run.signal.aborted) return { type: 'cancelled' };
  const child = start(run);
  if (!(child instanceof Error)) return new RunningModule(run, child).end;
  return { type: 'not_started', why: child.message };
}

function start({ program, workspace, env }: ModuleRun): ChildProcess | Error {
  try {
    return spawn(process.execPath, [...nodeOptions(), program], {
      cwd: workspace,
      // A group of its own: with it everything that the module starts can be ended.
      detached: process.platform !== 'win32',
      // `overlapped` is a pipe that a program on Windows can read without blocking.
      stdio: ['ignore', 'pipe', 'pipe', 'overlapped'],
      windowsHide: true,
      env: { ...env, ...neededEnvironment() },
    });
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

/** TypeScript without its types is JavaScript: newer Nodes take them away by themselves, others if they are told to. */
function nodeOptions(): readonly string[] {
  const isOlder = !process.features.typescript && process.allowedNodeEnvironmentFlags.has('--experimental-strip-types');
  const quiet = ['ExperimentalWarning', 'MODULE_TYPELESS_PACKAGE_JSON'].map((name) => `--disable-warning=${name}`);
  return [...quiet, ...(isOlder ? ['--experimental-strip-types'] : [])];
}

/** What the program itself can not start without: Electron's word for Node, and the folder of Windows. */
function neededEnvironment(): { readonly [name: string]: string } {
  const root = process.platform === 'win32' ? process.env['SystemRoot'] : undefined;
  const isElectron = process.versions['electron'] !== undefined;
  return { ...(root !== undefined && { SystemRoot: root }), ...(isElectron && { ELECTRON_RUN_AS_NODE: '1' }) };
}

class RunningModule {
  readonly end: Promise<ModuleEnd>;
  readonly #run: ModuleRun;
  readonly #child: ChildProcess;
  readonly #printed = new Printed();
  #settle: (end: ModuleEnd) => void = () => undefined;
  #grace: NodeJS.Timeout | undefined;
  #isOver = false;

  constructor(run: ModuleRun, child: ChildProcess) {
    this.#run = run;
    this.#child = child;
    this.end = new Promise((resolve) => {
      this.#settle = resolve;
    });
    const deadline = setTimeout(() => this.#over({ type: 'too_late' }), run.deadlineMs);
    const cut = () => this.#cut();
    run.signal.addEventListener('abort', cut, { once: true });
    void this.end.then(() => {
      clearTimeout(deadline);
      clearTimeout(this.#grace);
      run.signal.removeEventListener('abort', cut);
    });
    child.once('error', (error) => this.#over({ type: 'not_started', why: error.message }));
    child.once('exit', (code, signal) => this.#over({ type: 'crashed', how: signal ?? `exit code ${code}` }));
    this.#listen();
  }

  #listen(): void {
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream?.setEncoding('utf8');
      stream?.on('data', (text: string) => this.#print(text));
    }
    const pipe = this.#pipe();
    if (!pipe) return;
    readAnswer(pipe, (text) => this.#answered(text));
    // A process that is gone already says so by its end.
    pipe.on('error', () => undefined);
    pipe.write(`${JSON.stringify(this.#run.job)}\n`);
  }

  #pipe(): (Readable & Writable) | undefined {
    return this.#child.stdio[pipeNumber] as (Readable & Writable) | undefined;
  }

  #print(text: string): void {
    const shown = this.#printed.add(text);
    if (shown !== '') this.#run.onPrint(shown);
  }

  #answered(text: string | undefined): void {
    const answer = text === undefined ? undefined : answerIn(text);
    if (answer) this.#over({ type: 'answered', answer });
    else this.#over({ type: 'crashed', how: 'it wrote into the pipe of the engine' });
  }

  #cut(): void {
    this.#pipe()?.write(cancelLine);
    this.#grace = setTimeout(() => this.#over({ type: 'cancelled' }), graceMs);
  }

  /** The first end counts. What was printed before it is still read. */
  #over(end: End): void {
    if (this.#isOver) return;
    this.#isOver = true;
    killGroup(this.#child);
    const settle = () => {
      for (const stream of this.#child.stdio) stream?.destroy();
      this.#settle(this.#run.signal.aborted ? { type: 'cancelled' } : this.#complete(end));
    };
    const lastWords = setTimeout(settle, lastWordsMs);
    this.#child.once('close', () => {
      clearTimeout(lastWords);
      settle();
    });
  }

  #complete(end: End): ModuleEnd {
    return end.type === 'crashed' ? { ...end, said: this.#printed.lastLine() } : end;
  }
}

/** Gives the first line; undefined for one that is longer than any answer. */
function readAnswer(pipe: Readable, done: (line: string | undefined) => void): void {
  const chunks: Buffer[] = [];
  let bytes = 0;
  pipe.on('data', (chunk: Buffer) => {
    const end = chunk.indexOf(0x0a);
    chunks.push(end < 0 ? chunk : chunk.subarray(0, end));
    bytes += chunk.length;
    if (end >= 0) done(Buffer.concat(chunks).toString('utf8'));
    else if (bytes > mostAnswerBytes) done(undefined);
  });
}

/** What a process prints, up to a bound; the rest is taken and left out. */
class Printed {
  #length = 0;
  #tail = '';

  /** @returns what is to be shown of a new piece */
  add(text: string): string {
    this.#tail = (this.#tail + text).slice(-2000);
    const room = mostPrinted - this.#length;
    this.#length += text.length;
    if (room <= 0) return '';
    return text.length <= room
      ? text
      : `${text.slice(0, room)}\n… (what it prints beyond ${mostPrinted / 1024} KB is left out)\n`;
  }

  lastLine(): string {
    const lines = this.#tail.split('\n').filter((line) => line.trim() !== '');
    return lines.at(-1)?.trim().slice(0, 300) ?? '';
  }
}

function killGroup({ pid, exitCode, signalCode }: ChildProcess): void {
  if (pid === undefined) return;
  const isGone = exitCode !== null || signalCode !== null;
  try {
    // What the process started is in its group, also when it is gone itself.
    if (process.platform !== 'win32') process.kill(-pid, 'SIGKILL');
    else if (!isGone) process.kill(pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
