// `segue show [RUN]`: one run as it is recorded, with its calls; the newest if none is named.
import type { LastingClient } from '../client/index.ts';
import { foldAll, type RunEvent, type RunId } from '../run/index.ts';
import { type CommandContext, findRun, withClient } from './engine-access.ts';
import { exitCodes } from './exit-codes.ts';
import { CommandFailure, print, printJson } from './terminal/output.ts';
import { costLines, failureLines, outputLines, statusLine } from './terminal/report.ts';
import { treeLines } from './terminal/tree-lines.ts';
import { resultOf } from './watch-run.ts';

const pageSize = 1000;

/** The command. With `json`: the result, and all events. */
export async function show(
  context: CommandContext,
  id: string | undefined,
  options: { json?: boolean },
): Promise<number> {
  const { terminal } = context;
  const { painter } = terminal;
  const { runId, events } = await withClient(context, undefined, async (client) => {
    const run = await findRun(client, id);
    return { runId: run.runId, events: await readEvents(client, run.runId) };
  });
  const state = foldAll(runId, events);
  if (options.json) {
    printJson(terminal, { ...resultOf(state), events });
    return exitCodes.ok;
  }
  const now = Date.now();
  const look = { painter, now, width: terminal.stdout.columns ?? 100, frame: 0, calls: true };
  print(terminal, [statusLine(state, painter, now), ...treeLines(state, look)]);
  print(terminal, [...outputLines(state, painter), ...costLines(state, painter)]);
  if (state.error) print(terminal, ['', ...failureLines(state.error, painter)]);
  return exitCodes.ok;
}

async function readEvents(client: LastingClient, runId: RunId): Promise<RunEvent[]> {
  const events: RunEvent[] = [];
  for (;;) {
    const answer = await client.ask({ type: 'events', runId, fromSeq: events.length + 1, limit: pageSize });
    if (answer.type === 'refused') throw new CommandFailure(answer.refused);
    const page = answer.type === 'events' ? answer.events : [];
    if (page.length === 0) return events;
    events.push(...page);
  }
}
