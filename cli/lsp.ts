// `segue lsp --stdio`: the language server for any editor. It is a program of its own beside this one.
import { spawn } from 'node:child_process';
import type { CommandContext } from './engine-access.ts';

/** Runs the language server on this process's stdin and stdout. @returns its exit code */
export function lsp({ installation }: CommandContext): Promise<number> {
  const child = spawn(process.execPath, [installation.languageServerScript, '--stdio'], { stdio: 'inherit' });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => resolve(code ?? 1));
  });
}
