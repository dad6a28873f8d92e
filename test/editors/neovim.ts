// A Neovim without a screen, on a stage: keys are typed into it, and it is asked what it knows.
import { execFile, execFileSync } from 'node:child_process';
import { readFileSync, symlinkSync, mkdirSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { expect } from 'vitest';
import type { Stage } from '../host/stage.ts';

const run = promisify(execFile);
const root = join(import.meta.dirname, '../..');

/** @returns the version of the Neovim on the PATH, as `0.7.2`; undefined when there is none */
export function neovimVersion(): string | undefined {
  try {
    return /^NVIM v(\d+\.\d+\.\d+)/.exec(execFileSync('nvim', ['--version'], { encoding: 'utf8' }))?.[1];
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

export class Neovim {
  readonly #socket: string;
  readonly #env: NodeJS.ProcessEnv;
  readonly ended: Promise<number | null>;

  /** Starts Neovim in a folder, set up with what docs/editor.md says for its version, with a file open. */
  constructor(stage: Stage, { version, folder, file }: { version: string; folder: string; file: string }) {
    this.#socket = stage.path('nvim');
    const bin = stage.path('bin');
    mkdirSync(bin);
    symlinkSync(join(root, 'dist/segue.cjs'), join(bin, 'segue'));
    const init = stage.path('init.lua');
    writeFileSync(init, documentedSetup(version));
    // The command starts on the Node that runs the tests.
    const path = [bin, dirname(process.execPath), process.env['PATH']].join(delimiter);
    this.#env = stage.env({ PATH: path });
    const args = ['--headless', '--noplugin', '-u', init, '-i', 'NONE', '-n', '--listen', this.#socket, file];
    const child = stage.start('nvim', args, { cwd: folder, env: this.#env });
    this.ended = new Promise((resolve) => child.once('close', resolve));
  }

  /** Types keys, in Vim's notation: `dd`, `<Esc>`, `:w<CR>`. */
  async type(keys: string): Promise<void> {
    await this.#remote('--remote-send', keys);
  }

  /** @returns the value of an expression in Lua, by way of JSON */
  async lua(expression: string): Promise<unknown> {
    const quoted = expression.replaceAll("'", "''");
    return JSON.parse(await this.#remote('--remote-expr', `json_encode(luaeval('${quoted}'))`));
  }

  /** Asks again until the value of an expression in Lua is the wanted one. */
  async until(expression: string, wanted: unknown): Promise<void> {
    await expect.poll(() => this.lua(expression).catch(String)).toEqual(wanted);
  }

  async #remote(...args: readonly string[]): Promise<string> {
    const { stdout, stderr } = await run('nvim', ['--server', this.#socket, ...args], { env: this.#env });
    // Older ones print the value to stderr.
    return stdout || stderr;
  }
}

/** The Lua of docs/editor.md that is said to be for a version. */
function documentedSetup(version: string): string {
  const text = readFileSync(join(root, 'docs/editor.md'), 'utf8');
  const section = text.slice(text.indexOf('### Neovim'));
  const [newest, middle, oldest] = [...section.matchAll(/```lua\n(.*?)```/gs)].map(([, lua]) => lua);
  const minor = version.startsWith('0.') ? Number(version.split('.')[1]) : Infinity;
  const setup = minor >= 11 ? newest : minor >= 8 ? middle : oldest;
  if (setup === undefined) throw new Error('docs/editor.md no longer says how to set up Neovim');
  return setup;
}
