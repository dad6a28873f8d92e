// `segue runs`: live and past runs of this folder, newest first.
import type { Answer, RunStatus } from '../run/index.ts';
import { type CommandContext, hasRecord, withClient } from './engine-access.ts';
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
  const answer = hasRecord(context) ? await askRuns(context, options) : nothing;
  if (answer.type === 'refused') throw new CommandFailure(answer.refused);
  const found = answer.type === 'runs' ? answer.runs : [];
  if (options.json) printJson(terminal, found);
  else if (found.length === 0) print(terminal, ['No runs here yet. Start one: segue run FILE']);
  else print(terminal, runLines(found, terminal.painter, Date.now()));
  return exitCodes.ok;
}

const nothing: Answer = { type: 'runs', runs: [] };

function askRuns(context: CommandContext, { limit, status }: RunsOptions): Promise<Answer> {
  const query = { limit, ...(status && { statuses: [status] }) };
  return withClient(context, undefined, (client) => client.ask({ type: 'runs', query }));
}
