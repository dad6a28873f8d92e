// `segue backup [FILE]`: a checked copy of the whole record of a folder.
import { resolve } from 'node:path';
import { type CommandContext, withRecord } from './engine-access.ts';
import { exitCodes } from './exit-codes.ts';
import { CommandFailure, print, printJson } from './terminal/output.ts';

/** The command. A file that is there is replaced once the new one is whole. */
export async function backUp(
  context: CommandContext,
  file: string | undefined,
  options: { json?: boolean },
): Promise<number> {
  const { terminal } = context;
  const path = resolve(terminal.cwd, file ?? `segue-${new Date().toISOString().slice(0, 19).replaceAll(':', '-')}.db`);
  const answer = await withRecord(context, async (client) =>
    (await client.connection()).upkeep({ type: 'backup', file: path }),
  );
  if (answer.type === 'refused') throw new CommandFailure(answer.refused);
  if (answer.type !== 'backed-up') throw new Error(`The engine answered a backup with ${answer.type}.`);
  if (options.json) printJson(terminal, { file: path, bytes: answer.bytes }, true);
  else print(terminal, [`Backed up all runs of this folder to ${path}`]);
  return exitCodes.ok;
}
