// `segue delete RUN…`: takes runs out of the record for good.
import type { LastingClient } from '../client/index.ts';
import { type Failure, failure, type RunSummary, shortRunId } from '../run/index.ts';
import { type CommandContext, findRun, withRecord } from './engine-access.ts';
import { exitCodes } from './exit-codes.ts';
import { askYes } from './terminal/ask.ts';
import { canAsk, CommandFailure, print, printFailure, printJson } from './terminal/output.ts';
import { harmlessLine } from './terminal/style.ts';

interface Options {
  readonly json?: boolean;
  readonly yes?: boolean;
}

/** The command. Nothing is deleted if one of the runs does not exist, or the person does not say yes. */
export async function deleteRuns(context: CommandContext, ids: readonly string[], options: Options): Promise<number> {
  const { terminal } = context;
  return withRecord(context, async (client) => {
    const found = await Promise.all(ids.map((id) => findRun(client, id)));
    const runs = [...new Map(found.map((run) => [run.runId, run])).values()];
    if (!options.yes && !(await isMeant(context, runs, options))) {
      print(terminal, ['Nothing was deleted.']);
      return exitCodes.cancelled;
    }
    const deleted: string[] = [];
    const refused: { runId: string; error: Failure }[] = [];
    for (const { runId } of runs) {
      const error = await deleteOne(client, runId);
      if (error) refused.push({ runId, error });
      else deleted.push(runId);
    }
    if (options.json) printJson(terminal, { deleted, refused }, true);
    else {
      print(
        terminal,
        deleted.map((runId) => `Deleted run ${shortRunId(runId)}.`),
      );
      for (const { error } of refused) printFailure(terminal, error, false);
    }
    return refused.length > 0 ? exitCodes.refused : exitCodes.ok;
  });
}

async function isMeant(context: CommandContext, runs: readonly RunSummary[], options: Options): Promise<boolean> {
  const { terminal } = context;
  if (!canAsk(terminal, options)) {
    const remedy = 'Add --yes if that is meant.';
    throw new CommandFailure(
      failure('not_confirmed', 'Deleting a run can not be undone, and nobody is here to be asked.', { remedy }),
      exitCodes.usage,
    );
  }
  for (const run of runs)
    terminal.stderr.write(`  ${shortRunId(run.runId)}  ${run.status}  ${harmlessLine(run.name)}\n`);
  return askYes(terminal, `Delete ${runs.length === 1 ? 'this run' : `these ${runs.length} runs`} for good?`);
}

async function deleteOne(client: LastingClient, runId: string): Promise<Failure | undefined> {
  const answer = await (await client.connection()).upkeep({ type: 'delete', runId });
  return answer.type === 'refused' ? answer.refused : undefined;
}
