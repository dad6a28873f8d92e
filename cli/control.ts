// `segue cancel`, `resume` and `answer`: what a person may tell a run.
import type { LastingClient } from '../client/index.ts';
import { type Command, failure, type Json, type OpenQuestion, type RunSummary, shortRunId } from '../run/index.ts';
import { type CommandContext, environmentOffer, findRun, terminalActor, withRecord } from './engine-access.ts';
import { configFile, secretNames } from './check.ts';
import { exitCodes } from './exit-codes.ts';
import { canAsk, CommandFailure, print, printJson } from './terminal/output.ts';
import { watchRun } from './watch-run.ts';
import { checkWorkflow } from '../workflow/index.ts';

interface Options {
  readonly json?: boolean;
}

/** `segue cancel RUN`: asks for the cancel; the engine records its end. */
export async function cancel(context: CommandContext, id: string | undefined, options: Options): Promise<number> {
  return withRecord(context, async (client) => {
    const run = await findRun(client, id);
    await tell(client, run, { type: 'cancel', actor: terminalActor });
    say(context, options, `Cancelling run ${shortRunId(run.runId)}.`, { runId: run.runId, cancelling: true });
    return exitCodes.ok;
  });
}

/** `segue resume RUN`: goes on with a run that failed, was cancelled or set aside, and follows it. */
export async function resume(
  context: CommandContext,
  id: string | undefined,
  options: Options & { detach?: boolean; interactive?: boolean },
): Promise<number> {
  const { terminal } = context;
  const interactive = canAsk(terminal, { input: options.interactive !== false, ...(options.json && { json: true }) });
  return withRecord(context, async (client) => {
    const run = await findRun(client, id);
    const offered = await environmentOffer(context, await recordedSecretNames(client, run));
    await tell(client, run, { type: 'resume', actor: terminalActor, interactive, ...offered });
    if (options.detach) {
      say(context, options, `Run ${shortRunId(run.runId)} goes on.`, { runId: run.runId });
      return exitCodes.ok;
    }
    return watchRun(context, client, run.runId, { interactive, json: options.json === true });
  });
}

/** `segue answer RUN [QUESTION] ANSWER`: answers a question; with one open question its id may be left out. */
export async function answer(
  context: CommandContext,
  id: string,
  words: { question?: string; text: string },
  options: Options,
): Promise<number> {
  return withRecord(context, async (client) => {
    const run = await findRun(client, id);
    const question = questionOf(run, words.question);
    const offered = await environmentOffer(context, await recordedSecretNames(client, run));
    await tell(client, run, {
      type: 'answer',
      actor: terminalActor,
      question: question.id,
      answer: answerOf(question, words.text),
      offer: offered.offer,
    });
    say(context, options, `Answered ${question.id}.`, { runId: run.runId, question: question.id });
    return exitCodes.ok;
  });
}

async function tell(client: LastingClient, run: RunSummary, command: Command): Promise<void> {
  const sent = await client.send(run.runId, command);
  if (!sent.ok) throw new CommandFailure(sent.refused);
}

function say(context: CommandContext, options: Options, text: string, json: { [key: string]: Json }): void {
  if (options.json) printJson(context.terminal, json, true);
  else print(context.terminal, [text]);
}

function questionOf(run: RunSummary, id: string | undefined): OpenQuestion {
  const { questions } = run;
  const found =
    id === undefined
      ? questions.length === 1
        ? questions[0]
        : undefined
      : questions.find((one) => one.id === id || one.task === id);
  if (found) return found;
  const open = questions.map((one) => one.id).join(', ');
  throw new CommandFailure(
    failure(
      'unknown_question',
      `Run ${shortRunId(run.runId)} has no open question${id ? ` "${id}"` : ' that could be meant'}.`,
      {
        remedy: open ? `Open questions: ${open}.` : 'It waits for nobody.',
      },
    ),
    exitCodes.usage,
  );
}

/** Options and words are text; a form is JSON. */
function answerOf({ question }: OpenQuestion, text: string): Json {
  if (question.kind !== 'form') return text;
  try {
    return JSON.parse(text) as Json;
  } catch (error) {
    throw new CommandFailure(
      failure('invalid_answer', `The answer to a form is JSON: ${(error as Error).message}.`, {
        remedy: `Such as '{"name": "value"}'.`,
      }),
      exitCodes.usage,
    );
  }
}

/** Names of the secrets that a run's config asks for, as it was recorded. */
async function recordedSecretNames(client: LastingClient, { runId }: RunSummary): Promise<string[]> {
  const answer = await client.ask({ type: 'events', runId, fromSeq: 1, limit: 1 });
  const started = answer.type === 'events' ? answer.events[0] : undefined;
  if (started?.type !== 'run-started') return [];
  const { file } = started.plan;
  const text = started.sources[configFile];
  const config = text === undefined ? {} : { config: { file: configFile, text } };
  return secretNames(checkWorkflow({ file, text: started.sources[file] ?? '', ...config }));
}
