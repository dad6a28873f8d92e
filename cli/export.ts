// `segue export [RUN] [FILE]`: the portable record of a run, written page by page.
import { resolve } from 'node:path';
import type { LastingClient } from '../client/index.ts';
import {
  type Answer,
  headerLine,
  largeValuesOf,
  type Query,
  recordFileEnd,
  type RunEvent,
  type RunSummary,
  shortRunId,
  valueLine,
} from '../run/index.ts';
import { type CommandContext, findRun, withClient } from './engine-access.ts';
import { exitCodes } from './exit-codes.ts';
import { CommandFailure, print, printJson } from './terminal/output.ts';
import { writeWholeFile } from './whole-file.ts';

/** Small enough for events that are as large as an event may be. */
const pageSize = 200;
const valuePageLength = 1_000_000;

/** The command. A run that is under way is exported as far as it is recorded now. */
export async function exportRun(
  context: CommandContext,
  id: string | undefined,
  file: string | undefined,
  options: { json?: boolean },
): Promise<number> {
  const { terminal } = context;
  return withClient(context, undefined, async (client) => {
    const run = await findRun(client, id);
    const path = resolve(terminal.cwd, file ?? `${fileNameOf(run)}-${shortRunId(run.runId)}${recordFileEnd}`);
    const bytes = await writeWholeFile(path, recordLines(client, run));
    if (options.json) printJson(terminal, { runId: run.runId, file: path, events: run.seq, bytes }, true);
    else print(terminal, [`Exported run ${shortRunId(run.runId)} (${run.seq} events) to ${path}`]);
    return exitCodes.ok;
  });
}

/** The lines of a record, with their ends. */
async function* recordLines(client: LastingClient, run: RunSummary): AsyncGenerator<string> {
  const written = new Set<string>();
  for await (const event of events(client, run)) {
    if (event.type === 'run-started') yield `${headerLine(run.runId, event, run.seq)}\n`;
    for (const { hash } of largeValuesOf(event)) {
      if (!written.has(hash)) yield `${valueLine(hash, await valueText(client, hash))}\n`;
      written.add(hash);
    }
    yield `${JSON.stringify(event)}\n`;
  }
}

async function* events(client: LastingClient, { runId, seq }: RunSummary): AsyncGenerator<RunEvent> {
  for (let fromSeq = 1; fromSeq <= seq; ) {
    const limit = Math.min(pageSize, seq - fromSeq + 1);
    const page = (await ask(client, { type: 'events', runId, fromSeq, limit }, 'events')).events;
    if (page.length === 0) throw new Error(`The record of run ${runId} ends before event ${fromSeq}.`);
    yield* page;
    fromSeq += page.length;
  }
}

async function valueText(client: LastingClient, hash: string): Promise<string> {
  let text = '';
  for (;;) {
    const query = { type: 'value', hash, offset: text.length, length: valuePageLength } as const;
    const page = await ask(client, query, 'value');
    text += page.text;
    if (text.length >= page.total) return text;
    if (page.text === '') throw new Error(`The value ${hash} ends before its end.`);
  }
}

async function ask<T extends Answer['type']>(
  client: LastingClient,
  query: Query,
  type: T,
): Promise<Extract<Answer, { type: T }>> {
  const answer = await client.ask(query);
  if (answer.type === 'refused') throw new CommandFailure(answer.refused);
  if (answer.type !== type) throw new Error(`The engine answered ${type} with ${answer.type}.`);
  return answer as Extract<Answer, { type: T }>;
}

/** The name of a run as part of a file name, on any system. */
function fileNameOf({ name }: RunSummary): string {
  const plain = name
    .normalize('NFKC')
    .replaceAll(/[^\p{L}\p{N}._-]+/gu, '-')
    .replaceAll(/^[-.]+|[-.]+$/g, '');
  return plain.slice(0, 60) || 'run';
}
