// The command line as a script uses it: `segue … --json` of the built bundle, on a stage.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { Stage } from '../host/stage.ts';

/** The repository. */
export const root = join(import.meta.dirname, '../..');
export const segueScript = join(root, 'dist/segue.cjs');

export interface Ended {
  readonly code: number | null;
  readonly text: string;
  readonly stderr: string;
  /** The last line of the output, if it is a JSON object. */
  readonly said: Record<string, unknown>;
}

/** Runs `segue … --json` to its end. @param through a program and its arguments that start Node with the script */
export async function runSegue(
  stage: Stage,
  cwd: string,
  args: readonly string[],
  more: { readonly env?: Readonly<Record<string, string>>; readonly through?: readonly string[] } = {},
): Promise<Ended> {
  const [program = process.execPath, ...before] = more.through ?? [];
  const node = more.through ? [process.execPath] : [];
  const child = stage.start(program, [...before, ...node, segueScript, ...args, '--json'], {
    cwd,
    env: stage.env({ NO_COLOR: '1', ...more.env }),
  });
  let [text, stderr] = ['', ''];
  child.stdout?.on('data', (chunk: Buffer) => (text += chunk));
  child.stderr?.on('data', (chunk: Buffer) => (stderr += chunk));
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  const last = text.trim().split('\n').at(-1) ?? '';
  return { code, text, stderr, said: (last.startsWith('{') ? JSON.parse(last) : undefined) as Record<string, unknown> };
}

/** Waits until the engine of a workspace has left. */
export async function engineGone(workspace: string): Promise<void> {
  const lock = join(workspace, '.segue/data/engine.lock');
  await expect.poll(() => existsSync(lock)).toBe(false);
}
