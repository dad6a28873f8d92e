// From a request to a run that may begin: the text is checked, inputs are resolved, keys and trust are there; or the
// request is refused with all that is wrong.
import { priceOf, splitModel } from '../../models/index.ts';
import {
  type Failure,
  failure,
  isJsonObject,
  type Json,
  type Offer,
  type RunStarted,
  type StartRequest,
  type ToolDescriptor,
} from '../../run/index.ts';
import {
  builtinTools,
  type Checked,
  checkWorkflow,
  type Diagnostic,
  filesOf,
  lineMap,
  modelsOf,
  modulesOf,
  type OtherFile,
  planOf,
  positionAt,
  type Workflow,
  type WorkspaceConfig,
} from '../../workflow/index.ts';
import { resolveInputs } from '../tasks/index.ts';
import { endpointOf, type EndpointRules, whyNotTo } from './endpoints.ts';

export const configFile = '.segue/config.yaml';
const maxDiagnostics = 50;

/** What a run is made of. */
export interface RunMaterial {
  readonly workflow: Workflow;
  readonly config: WorkspaceConfig;
  readonly started: RunStarted;
}

export type Prepared =
  | { readonly ok: true; readonly material: RunMaterial }
  | { readonly ok: false; readonly refused: Failure };

/**
 * Prepares a run. Reads no file and asks nobody.
 * @param tools all tools of this engine
 */
export async function prepareStart(request: StartRequest, tools: readonly ToolDescriptor[]): Promise<Prepared> {
  const file = sourcePathOf(request);
  const text = file === undefined ? undefined : request.sources[file];
  if (file === undefined || text === undefined) return refuse(notAmongSources(request));
  const checked = checkSources(file, request.sources, tools);
  const { workflow, config } = checked;
  const errors = checked.diagnostics.filter((diagnostic) => diagnostic.severity === 'error');
  if (errors.length > 0) return refuse(invalidWorkflow(errors, request.sources));
  const resolved = resolveInputs(workflow.inputs, request.inputs);
  if (!resolved.ok) return refuse(resolved.refused);
  const names = new Set(filesOf(workflow).flatMap((each) => each.tools));
  const used = [...tools.filter((tool) => names.has(tool.name)), ...moduleToolsOf(workflow)];
  const reason =
    whyNotModulesOf(workflow, request.trusted) ??
    whyNotToolsOf(used, request.trusted) ??
    whyNotModelsOf(workflow, { ...request, config });
  if (reason) return refuse(reason);
  const started: RunStarted = {
    type: 'run-started',
    actor: request.actor,
    semantics: 1,
    plan: planOf(workflow, text),
    sources: {
      ...onlyOwn([file, configFile, ...checked.files], request.sources),
      ...Object.fromEntries(checked.library),
    },
    workspace: request.workspace,
    inputs: resolved.inputs,
    env: envOf(workflow, request.env),
    mock: request.mock,
    interactive: request.interactive,
    trusted: request.trusted,
    ...(Object.keys(request.baseUrls).length > 0 && { baseUrls: request.baseUrls }),
    tools: used,
    prices: await pricesOf(workflow, request.mock),
  };
  return { ok: true, material: { workflow, config, started } };
}

/** Reads the sources of a run again, as they were recorded. What newer rules say of them does not matter any more. */
export function materialOf(started: RunStarted): RunMaterial {
  const { workflow, config } = checkSources(started.plan.file, started.sources, started.tools);
  return { workflow, config, started };
}

function checkSources(file: string, sources: StartRequest['sources'], tools: readonly ToolDescriptor[]): Checked {
  const config = sources[configFile];
  return checkWorkflow({
    file,
    text: sources[file] ?? '',
    ...(config !== undefined && { config: { file: configFile, text: config } }),
    // Those of modules stand in the file itself.
    tools: tools.filter((tool) => !tool.module && !builtinTools.some((builtin) => builtin.name === tool.name)),
    files: { get: (path) => otherFile(sources[path]) },
  });
}

/** What did not come with the request is not there: an engine reads no files. */
function otherFile(text: string | undefined): OtherFile {
  return text === undefined ? { problem: 'missing' } : { text };
}

/** The closed set of a run's files: the workflow, the config and what they name, whatever else a client sent. */
function onlyOwn(paths: readonly string[], sources: StartRequest['sources']): StartRequest['sources'] {
  const own = paths.filter((path) => sources[path] !== undefined);
  return Object.fromEntries(own.map((path) => [path, sources[path] ?? '']));
}

/** The name of the workflow file among the sources. */
function sourcePathOf(request: StartRequest): string | undefined {
  const [file, workspace] = [request.file, request.workspace].map((path) => path.replaceAll('\\', '/'));
  if (file === undefined || workspace === undefined) return undefined;
  const prefix = workspace.endsWith('/') ? workspace : `${workspace}/`;
  return file.startsWith(prefix) ? file.slice(prefix.length) : undefined;
}

function refuse(refused: Failure): Prepared {
  return { ok: false, refused };
}

function notAmongSources(request: StartRequest): Failure {
  return failure('file_not_found', `${request.file} is not among the files that came with the request.`, {
    remedy: 'The file must lie in the workspace folder and be saved.',
  });
}

/** Refuses a run for what is wrong in its files, each thing with its place. */
export function invalidWorkflow(errors: readonly Diagnostic[], sources: StartRequest['sources']): Failure {
  const located = errors.slice(0, maxDiagnostics).map((error) => locate(error, sources));
  const first = located[0];
  const more = errors.length > 1 ? ` (and ${errors.length - 1} more)` : '';
  const place = first ? `${first.file}:${first.line}:${first.column}: ${first.message}` : '';
  return failure('invalid_workflow', `The workflow has errors. ${place}${more}`, {
    remedy: 'Mend what `segue check` or the Problems view lists.',
    details: { diagnostics: located.map((one) => ({ ...one })) },
  });
}

/** A diagnostic with lines and columns from 1, as people count. */
function locate(diagnostic: Diagnostic, sources: StartRequest['sources']) {
  const lines = lineMap(sources[diagnostic.file] ?? '');
  const start = positionAt(lines, diagnostic.range.start);
  return {
    file: diagnostic.file,
    line: start.line + 1,
    column: start.column + 1,
    code: diagnostic.code,
    message: diagnostic.message,
  };
}

/** The tools that the file declares, as a record keeps them. */
function moduleToolsOf(workflow: Workflow): readonly ToolDescriptor[] {
  const declared = modulesOf(workflow).flatMap((module) => module.tools);
  // Where several files declare a name, it is the same tool: a rule sees to that.
  const distinct = new Map(declared.map((tool) => [tool.name, tool]));
  return [...distinct.values()].map(({ name, description, input, output, effect, asks }) => ({
    ...{ name, description, input, effect, asks },
    ...(output && { output }),
  }));
}

function whyNotModulesOf(workflow: Workflow, trusted: boolean): Failure | undefined {
  const [module] = modulesOf(workflow);
  if (trusted || !module) return undefined;
  return failure('not_trusted', `The workflow runs the module ${module.path}, and the workspace is not trusted.`, {
    remedy: 'Trust the workspace, or take the toolset out of the workflow.',
    details: { module: module.path },
  });
}

function whyNotToolsOf(tools: readonly ToolDescriptor[], trusted: boolean): Failure | undefined {
  const acting = tools.find((tool) => tool.effect === 'once' || tool.asks === 'first');
  if (trusted || !acting) return undefined;
  return failure('not_trusted', `The workflow uses the tool "${acting.name}", and the workspace is not trusted.`, {
    remedy: 'Trust the workspace, or take the tool out of the workflow.',
    details: { tool: acting.name },
  });
}

/** Looks at every model that the run's files name: a run does not begin when one of its calls can not leave. */
function whyNotModelsOf(
  workflow: Workflow,
  request: EndpointRules & { readonly trusted: boolean; readonly offer: Offer },
): Failure | undefined {
  for (const model of filesOf(workflow).flatMap(({ agents }) => agents.flatMap(modelsOf))) {
    const endpoint = endpointOf(splitModel(model).provider, request);
    if ('code' in endpoint) return endpoint;
    const key = request.offer.secrets.find((secret) => secret.name === endpoint.secret);
    const reason = whyNotTo(endpoint, key, request.trusted);
    if (reason) return { ...reason, details: { ...reason.details, model } };
  }
  return undefined;
}

const secretLike = /KEY|TOKEN|SECRET|PASSWORD/i;

/** Only names that the run's files list, and none that looks like a secret, whatever a client sends. */
function envOf(workflow: Workflow, env: StartRequest['env']): StartRequest['env'] {
  const names = new Set(filesOf(workflow).flatMap((file) => file.env));
  const listed = [...names].filter((name) => !secretLike.test(name));
  return Object.fromEntries(listed.flatMap((name) => (env[name] === undefined ? [] : [[name, env[name]]])));
}

async function pricesOf(workflow: Workflow, mock: boolean): Promise<RunStarted['prices']> {
  const models = [...new Set(filesOf(workflow).flatMap(({ agents }) => agents.flatMap(modelsOf)))];
  const priced = models.map(async (model) => {
    const price: Json = (await priceOf(mock ? `mock/${splitModel(model).name}` : model)) satisfies Json;
    return [model, isJsonObject(price) ? price : null] as const;
  });
  return Object.fromEntries(await Promise.all(priced));
}
