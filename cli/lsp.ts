// `segue lsp --stdio`: the language server for any editor, in this very process, so that an editor that ends the command
// has ended the server.
import { pathToFileURL } from 'node:url';
import type { CommandContext } from './engine-access.ts';
import { exitCodes } from './exit-codes.ts';

export interface LspOptions {
  readonly version?: true;
}

/**
 * Speaks the Language Server Protocol on stdin and stdout; whatever else is said goes to stderr.
 * @returns an exit code for `--version`; else the server ends the process: with 0 after `shutdown` and `exit`, with 1
 * when its client is gone without them
 */
export async function lsp({ installation, terminal }: CommandContext, { version }: LspOptions): Promise<number> {
  if (version) {
    terminal.stdout.write(`${installation.version}\n`);
    return exitCodes.ok;
  }
  if (process.stdin.isTTY) {
    terminal.stderr.write(
      'segue lsp speaks the Language Server Protocol with an editor, which starts it; Ctrl-C ends it.\n',
    );
  }
  // The server's library takes its streams, and keeps stdout clean, by the word on the command line.
  if (!process.argv.includes('--stdio')) process.argv.push('--stdio');
  await import(pathToFileURL(installation.languageServerScript).href);
  return new Promise(() => undefined);
}
