// Where a command writes: results to stdout, everything about them to stderr, so that pipes stay clean.
import type { Failure } from '../../run/index.ts';
import { exitCodes } from '../exit-codes.ts';
import { failureLines } from './report.ts';
import { type Painter, painterFor } from './style.ts';

/** The surroundings of one command; tests pass their own. */
export interface Terminal {
  readonly stdin: NodeJS.ReadStream;
  readonly stdout: NodeJS.WriteStream;
  readonly stderr: NodeJS.WriteStream;
  readonly env: NodeJS.ProcessEnv;
  /** The folder that relative paths start from (npm scripts run elsewhere and leave it in `INIT_CWD`). */
  readonly cwd: string;
  readonly painter: Painter;
  /** Painter for stderr. */
  readonly notes: Painter;
}

/** The terminal of this process. */
export function ownTerminal(): Terminal {
  const { stdin, stdout, stderr, env } = process;
  return {
    stdin,
    stdout,
    stderr,
    env,
    cwd: env['npm_lifecycle_event'] && env['INIT_CWD'] ? env['INIT_CWD'] : process.cwd(),
    painter: painterFor(stdout, env),
    notes: painterFor(stderr, env),
  };
}

/** Ends a command with a failure that people read and scripts see in the exit code. */
export class CommandFailure extends Error {
  readonly failure: Failure;
  readonly exitCode: number;

  constructor(failure: Failure, exitCode: number = exitCodes.refused) {
    super(failure.message);
    this.failure = failure;
    this.exitCode = exitCode;
  }
}

/** Writes lines to stdout. */
export function print(terminal: Terminal, lines: readonly string[]): void {
  if (lines.length > 0) terminal.stdout.write(`${lines.join('\n')}\n`);
}

/** Writes one JSON value to stdout, on one line if `compact` (a stream of them), else for reading. */
export function printJson(terminal: Terminal, value: unknown, compact = false): void {
  terminal.stdout.write(`${JSON.stringify(value, null, compact ? 0 : 2)}\n`);
}

/** Writes a failure: to stdout as JSON where a program reads, else to stderr. */
export function printFailure(terminal: Terminal, failure: Failure, json: boolean): void {
  if (json) printJson(terminal, { error: failure }, true);
  else terminal.stderr.write(`${failureLines(failure, terminal.notes).join('\n')}\n`);
}

/** Whether a person sits at this terminal and may be asked. */
export function canAsk(terminal: Terminal, options: { input?: boolean; json?: boolean }): boolean {
  if (options.input === false || options.json) return false;
  if (terminal.env['CI'] && terminal.env['CI'] !== 'false') return false;
  return Boolean(terminal.stdin.isTTY && terminal.stdout.isTTY);
}
