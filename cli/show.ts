// `segue show [RUN]`: one run as it is recorded, with its calls; the newest if none is named.
import type { LastingClient } from '../client/index.ts';
import { foldAll, type RunEvent, type RunId } from '../run/index.ts';
import { type CommandContext, findRun, withRecord } from './engine-access.ts';
import { exitCodes } from './exit-codes.ts';
import { CommandFailure, print, printJson } from './terminal/output.ts';
import { costLines, failureLines, messageLines, outputLines, sharedLines, statusLine } from './terminal/report.ts';
import { treeLines } from './terminal/tree-lines.ts';
import { resultOf } from './run-report.ts';
import { wholeOutputs } from './whole-values.ts';

const pageSize = 1000;

/** The command. With `json`: the result with its outputs whole, and all events as they are recorded. */
export async function show(
  context: CommandContext,
  id: string | undefined,
  options: { json?: boolean },
): Promise<number> {
  const { terminal } = context;
  const { painter } = terminal;
  const { state, events } = await withRecord(context, async (client) => {
    const { runId } = await findRun(client, id);
    const recorded = await readEvents(client, runId);
    const folded = foldAll(runId, recorded);
    if (folded.outputs) folded.outputs = await wholeOutputs(client, folded.outputs);
    return { state: folded, events: recorded };
  });
  if (options.json) {
    printJson(terminal, { ...resultOf(state), events });
    return exitCodes.ok;
  }
  const now = Date.now();
  const look = { painter, now, width: terminal.stdout.columns ?? 100, frame: 0, calls: true };
  print(terminal, [statusLine(state, painter, now), ...treeLines(state, look)]);
  print(terminal, [...outputLines(state, painter, Boolean(terminal.stdout.isTTY)), ...costLines(state, painter)]);
  print(terminal, [...messageLines(state, painter), ...sharedLines(state, painter)]);
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
