// Runs one measure in a process of its own and reads the figures that it reports on its last line.
import { spawn } from 'node:child_process';
import type { Figures } from './measures/child.ts';

const deadlineMs = 180_000;

export type ChildOutcome = { readonly figures: Figures } | { readonly problem: string };

/** Runs `node ...args`. Never rejects: what goes wrong is a problem, in one line. */
export async function runChild(args: readonly string[]): Promise<ChildOutcome> {
  const child = spawn(process.execPath, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    // Peers must not call home while they are measured.
    env: { ...process.env, MASTRA_TELEMETRY_DISABLED: '1', LANGSMITH_TRACING: 'false', NODE_ENV: 'production' },
  });
  const [out, err]: [string[], string[]] = [[], []];
  child.stdout.setEncoding('utf8').on('data', (text: string) => out.push(text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => err.push(text));
  let isLate = false;
  const timer = setTimeout(() => {
    isLate = true;
    child.kill('SIGKILL');
  }, deadlineMs);
  const code = await new Promise<number | string>((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('close', (exit, signal) => resolve(exit ?? signal ?? 'gone'));
  });
  clearTimeout(timer);
  if (isLate) return { problem: `failed: no figures within ${deadlineMs / 1000} s` };
  const figures = figuresIn(out.join(''));
  if (code === 0 && figures) return { figures };
  return { problem: `failed (${code}): ${reasonIn(err.join(''))}` };
}

function figuresIn(output: string): Figures | undefined {
  const line = output.trimEnd().split('\n').at(-1) ?? '';
  if (!line.startsWith('{"figures"')) return undefined;
  const { figures } = JSON.parse(line) as { readonly figures: Figures };
  return figures;
}

function reasonIn(errors: string): string {
  const lines = errors.split('\n').filter((line) => line.trim() !== '');
  return (lines.find((line) => /^\w*Error\b.*:/.test(line)) ?? lines.at(-1) ?? 'no reason given').trim().slice(0, 200);
}
