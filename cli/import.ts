// `segue import FILE`: takes in a run that `segue export` wrote.
import { shortRunId } from '../run/index.ts';
import { type CommandContext, existingFile, withClient } from './engine-access.ts';
import { exitCodes } from './exit-codes.ts';
import { CommandFailure, print, printJson } from './terminal/output.ts';

/** The command. The same run twice is no error; another one under the same id is. */
export async function importRun(context: CommandContext, file: string, options: { json?: boolean }): Promise<number> {
  const { terminal } = context;
  const path = existingFile(context, file);
  const answer = await withClient(context, undefined, async (client) =>
    (await client.connection()).upkeep({ type: 'import', file: path }),
  );
  if (answer.type === 'refused') throw new CommandFailure(answer.refused);
  if (answer.type !== 'imported') throw new Error(`The engine answered an import with ${answer.type}.`);
  const { runId, events, isNew } = answer;
  const short = shortRunId(runId);
  if (options.json) printJson(terminal, { runId, events, isNew }, true);
  else if (isNew) print(terminal, [`Imported run ${short} (${events} events). Look at it: segue show ${short}`]);
  else print(terminal, [`Run ${short} is here already; nothing was changed.`]);
  return exitCodes.ok;
}
