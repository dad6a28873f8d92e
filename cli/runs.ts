// `segue runs`: live and past runs of this folder, newest first.
import type { RunStatus } from '../run/index.ts';
import { type CommandContext, withClient } from './engine-access.ts';
import { exitCodes } from './exit-codes.ts';
import { CommandFailure, print, printJson } from './terminal/output.ts';
import { runLines } from './terminal/table.ts';

export interface RunsOptions {
  readonly json?: boolean;
  readonly limit: number;
  readonly status?: RunStatus;
}

/** The command. */
export async function runs(context: CommandContext, options: RunsOptions): Promise<number> {
  const { terminal } = context;
  const query = { limit: options.limit, ...(options.status && { statuses: [options.status] }) };
  const answer = await withClient(context, undefined, (client) => client.ask({ type: 'runs', query }));
  if (answer.type === 'refused') throw new CommandFailure(answer.refused);
  const found = answer.type === 'runs' ? answer.runs : [];
  if (options.json) printJson(terminal, found);
  else if (found.length === 0) print(terminal, ['No runs here yet. Start one: segue run FILE']);
  else print(terminal, runLines(found, terminal.painter, Date.now()));
  return exitCodes.ok;
}
