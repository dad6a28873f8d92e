// `segue run FILE`: starts a run, shows it live, asks what it asks, and ends with its outputs and costs.
import { join } from 'node:path';
import { addGrant, type LastingClient } from '../client/index.ts';
import {
  type Failure,
  failure,
  type JsonObject,
  type JsonSchema,
  type StartAnswer,
  type StartRequest,
} from '../run/index.ts';
import { filesOf, isAgentFile } from '../workflow/index.ts';
import { checkFile, type CheckedFile, diagnosticLines, hasErrors, secretNames } from './check.ts';
import { type CommandContext, environmentOffer, existingFile, terminalActor, withClient } from './engine-access.ts';
import { exitCodes } from './exit-codes.ts';
import { parseInputs } from './inputs.ts';
import { askValue, askYes } from './terminal/ask.ts';
import { canAsk, CommandFailure, printJson } from './terminal/output.ts';
import { watchRun } from './watch-run.ts';

export interface RunOptions {
  readonly input?: readonly string[];
  readonly mock?: boolean;
  readonly json?: boolean;
  readonly detach?: boolean;
  /** `--no-input`: nobody is here to be asked. */
  readonly interactive?: boolean;
}

/** The command. @returns the exit code that tells how the run stands */
export async function run(context: CommandContext, file: string, options: RunOptions): Promise<number> {
  const { terminal } = context;
  const path = existingFile(context, file);
  if (isAgentFile(path)) throw notAWorkflow(file);
  const checked = await checkFile(context, path);
  if (hasErrors(checked)) throw invalid(context, checked);
  const interactive = canAsk(terminal, { input: options.interactive !== false, ...(options.json && { json: true }) });
  const schemas = inputSchemas(checked);
  const given = parseInputs(options.input ?? [], schemas, terminal.cwd);
  const inputs = interactive ? await askMissing(context, checked, given) : given;
  return withClient(context, checked.file, async (client) => {
    const request = await requestOf(context, checked, inputs, { ...options, interactive });
    const answer = await startWithGrants(context, client, request, checked);
    if (!answer.ok) throw new CommandFailure(answer.refused);
    if (options.detach) {
      if (options.json) printJson(terminal, { runId: answer.runId }, true);
      else terminal.stdout.write(`${answer.runId}\n`);
      return exitCodes.ok;
    }
    return watchRun(context, client, answer.runId, { interactive, json: options.json === true });
  });
}

function notAWorkflow(file: string): CommandFailure {
  return new CommandFailure(
    failure('not_a_workflow', `${file} is an agent, and agents do not run by themselves.`, {
      remedy: 'Run a workflow that names it as its `agent`.',
    }),
  );
}

function inputSchemas({ checked }: CheckedFile): Map<string, JsonSchema> {
  return new Map(checked.workflow.inputs.map(({ name, schema }) => [name, schema]));
}

/** Asks for required inputs that were not given. */
async function askMissing(context: CommandContext, { checked }: CheckedFile, given: JsonObject): Promise<JsonObject> {
  const inputs = { ...given };
  for (const input of checked.workflow.inputs) {
    if (!input.required || input.default !== undefined || input.name in inputs) continue;
    const value = await askValue(context.terminal, input.name, input.schema);
    if (value !== null) inputs[input.name] = value;
  }
  return inputs;
}

async function requestOf(
  context: CommandContext,
  { checked, path, workspace, sources }: CheckedFile,
  inputs: JsonObject,
  options: RunOptions & { interactive: boolean },
): Promise<StartRequest> {
  const { env } = context.terminal;
  const names = filesOf(checked.workflow).flatMap((each) => each.env);
  const listed = names.flatMap((name) => (env[name] === undefined ? [] : [[name, env[name]] as const]));
  return {
    // What was checked is what runs.
    file: join(workspace, path),
    workspace,
    sources,
    ...(await environmentOffer(context, secretNames(checked))),
    inputs,
    env: Object.fromEntries(listed),
    mock: options.mock === true,
    interactive: options.interactive,
    // Who types `segue run` has decided to run this file.
    trusted: true,
    actor: terminalActor,
  };
}

/** Starts; when a key would go to an origin that the workspace chose, the person is asked once. */
async function startWithGrants(
  context: CommandContext,
  client: LastingClient,
  request: StartRequest,
  checked: CheckedFile,
): Promise<StartAnswer> {
  const answer = await client.start(request);
  if (answer.ok || answer.refused.code !== 'origin_not_granted') return answer;
  const { secret, origin } = answer.refused.details ?? {};
  if (typeof secret !== 'string' || typeof origin !== 'string') return answer;
  if (!request.interactive) return { ok: false, refused: withGrantCommand(answer.refused, secret, origin) };
  const question = `.segue/config.yaml of this workspace wants your key ${secret} to be sent to ${origin}. Allow it?`;
  if (!(await askYes(context.terminal, question))) return answer;
  await addGrant(secret, origin, context.terminal.env);
  const renewed = { ...request, ...(await environmentOffer(context, secretNames(checked.checked))) };
  return startWithGrants(context, client, renewed, checked);
}

function withGrantCommand(refused: Failure, secret: string, origin: string): Failure {
  return { ...refused, remedy: `If you know this origin, allow it once: segue grant ${secret} ${origin}` };
}

function invalid(context: CommandContext, checked: CheckedFile): CommandFailure {
  const { terminal } = context;
  terminal.stderr.write(`${diagnosticLines(checked, terminal.cwd, terminal.notes).join('\n')}\n`);
  const errors = checked.checked.diagnostics.filter(({ severity }) => severity === 'error').length;
  return new CommandFailure(
    failure(
      'invalid_workflow',
      `The workflow has ${errors} ${errors === 1 ? 'error' : 'errors'} and was not started.`,
      {
        remedy: 'Mend what is listed above.',
      },
    ),
  );
}
