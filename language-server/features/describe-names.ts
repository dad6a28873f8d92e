// What a name stands for, as Markdown: what it is, its docs, its type, where it is declared, how often it is used.
import {
  type Agent,
  allTasks,
  builtinTools,
  describeSchema,
  type Json,
  type JsonSchema,
  libraryText,
  locateTask,
  modelsOf,
  positionAt,
  type Task,
  type Workflow,
} from '../../workflow/index.ts';
import type { TaskHistory } from '../protocol/index.ts';
import { fenced, lines, listed } from './markdown.ts';
import { modelInMarkdown, modelInOneLine } from './model-facts-text.ts';
import { effectInWords } from './named-choices.ts';
import { impliedNeeds, listedNeeds } from './needs.ts';
import { occurrencesIn, type Thing } from './occurrences.ts';
import type { OpenDocument } from './open-document.ts';
import { relativePath } from './relative-path.ts';
import { pastInMarkdown } from './task-history-text.ts';

/** @param past what past runs say of the document's tasks, if that is known */
export function describeThing(document: OpenDocument, thing: Thing, past: TaskHistory | undefined): string | undefined {
  const about = aboutThing(document, thing, past);
  return about === undefined ? undefined : lines(about, placesOf(document, thing));
}

function aboutThing(document: OpenDocument, { kind, name, declared }: Thing, past: TaskHistory | undefined) {
  const { workflow } = document.checked;
  const isNamed = (named: { readonly name: string }) => named.name === name;
  switch (kind) {
    case 'agent': {
      const agent = workflow.agents.find(isNamed);
      return agent ? describeAgent(document, agent) : describeLibraryAgent(name);
    }
    case 'tool':
      return describeTool(workflow, name);
    case 'toolset': {
      const toolset = workflow.toolsets.find(isNamed);
      return toolset && lines(`**${name}** · toolset`, listed('Tools', toolset.tools));
    }
    case 'task': {
      const task =
        declared && allTasks(workflow.root.tasks).find((one) => one.nameRange.start === declared.range.start);
      return task && declared.file === document.file ? describeTask(document, task, past) : undefined;
    }
    case 'input': {
      const file = declared?.file ?? document.file;
      const input = workflowAt(document, file)?.inputs.find(isNamed);
      return input && describeValue(name, 'input', input.schema, input.required ? 'Must be given.' : undefined);
    }
    case 'shared': {
      const shared = workflow.shared.find(isNamed);
      return shared && describeValue(name, 'shared value', shared.schema);
    }
    case 'env':
      return `**${name}** · environment variable`;
    case 'branch':
      return `**${name}** · branch`;
    case 'output':
      return `**${name}** · output`;
    case 'variable':
      return `**${name}** · element of the list`;
    case 'task-path':
    case 'workflow-file':
      return undefined;
  }
}

/** A path as `mock` names tasks. */
export function describePath(document: OpenDocument, path: string, past: TaskHistory | undefined): string | undefined {
  const task = locateTask(document.checked.workflow, path)?.task;
  return task && describeTask(document, task, past);
}

/** A workflow that is called. @param reference as a task names it */
export function describeFile({ checked: { workflow } }: OpenDocument, reference: string): string | undefined {
  const task = allTasks(workflow.root.tasks).find((one) => one.type === 'workflow' && one.reference === reference);
  const called = task?.type === 'workflow' ? task.called?.workflow : undefined;
  if (!called) return undefined;
  const inputs = called.inputs.map(({ name, schema, required }) => `\`${name}\` ${shortType(schema, required)}`);
  const takes = inputs.length > 0 ? `Inputs: ${inputs.join(', ')}` : undefined;
  const outputs = listed(
    'Outputs',
    called.outputs.map(({ name }) => name),
  );
  return lines(`**${called.name}** · workflow`, called.description, takes, outputs);
}

/** A model, with what it costs and who offers it. */
export function describeModel(document: OpenDocument, model: string): string {
  const [provider = ''] = model.split('/');
  const facts = document.facts.models?.()?.factsOf(model);
  const declared = document.checked.config.providers.find(({ name }) => name === provider);
  const where = declared?.baseUrl === undefined ? '' : ` · \`${declared.baseUrl}\``;
  const from = provider === 'mock' ? undefined : `Provider: \`${provider}\`${where}`;
  return lines(`**${model}** · model`, ...(facts ? modelInMarkdown(facts) : []), from);
}

function describeAgent(document: OpenDocument, agent: Agent): string {
  const book = document.facts.models?.();
  const models = modelsOf(agent);
  const prices = models.map((model) => `\`${model}\`${book ? `: ${modelInOneLine(book.factsOf(model))}` : ''}`);
  const isElsewhere = agent.file !== document.file;
  return lines(
    `**${agent.name}** · agent · ${models.map((model) => `\`${model}\``).join(', else ')}`,
    agent.description,
    listed('Capabilities', agent.capabilities),
    listed('Tools', agent.tools),
    listed(
      'Asks',
      agent.subAgents.map(({ name }) => name),
    ),
    listed(
      'Hands over to',
      agent.handoffs.map(({ name }) => name),
    ),
    agent.outputSchema && `Gives: \`${describeSchema(agent.outputSchema)}\``,
    prices.join('  \n'),
    isElsewhere ? `In \`${relativePath(document.file, agent.file)}\`` : undefined,
  );
}

/** There is no file to go to, so its text is shown. */
function describeLibraryAgent(name: string): string | undefined {
  const text = libraryText(name);
  return text && lines(`**${name}** · agent that comes with Segue`, fenced(text.trimEnd(), 'yaml'));
}

function describeTool(workflow: Workflow, name: string): string | undefined {
  const isNamed = (named: { readonly name: string }) => named.name === name;
  const module = workflow.toolsets.find((toolset) => toolset.module?.tools.some(isNamed))?.module;
  const tool = module?.tools.find(isNamed) ?? builtinTools.find(isNamed);
  if (!tool) return undefined;
  const from = module ? ` · \`${module.path}\`` : '';
  return lines(
    `**${name}** · tool · ${effectInWords(tool.effect, 'never')}${from}`,
    tool.description,
    fieldsOf(tool.input),
    tool.output && `Gives: \`${describeSchema(tool.output)}\``,
    tool.asks === 'first' ? 'Asks a person, until they allow it for the whole run.' : undefined,
  );
}

function fieldsOf({ properties, required }: JsonSchema): string | undefined {
  if (!isJsonObject(properties) || Object.keys(properties).length === 0) return undefined;
  const isRequired = (key: string) => Array.isArray(required) && required.includes(key);
  const fields = Object.entries(properties).map(([key, schema]) => {
    return `\`${key}\` ${shortType(isJsonObject(schema) ? schema : {}, isRequired(key))}`;
  });
  return `Takes: ${fields.join(', ')}`;
}

function shortType(schema: JsonSchema, required: boolean): string {
  return required ? describeSchema(schema) : `${describeSchema(schema)} (optional)`;
}

function describeTask(document: OpenDocument, task: Task, past: TaskHistory | undefined): string {
  const work = task.type === 'gated' && task.body.kind === 'task' ? task.body.task : task;
  const by =
    work.type === 'agent' || work.type === 'router' ? work.agentName : work.type === 'tool' ? work.tool : undefined;
  const type = describeSchema(task.outputType);
  const implied = new Set(impliedNeeds(listedNeeds(document), task));
  const needs = task.needs.map((id) => (implied.has(id) ? `\`${id}\` (named in it)` : `\`${id}\``));
  const spent = past?.tasks[task.path];
  return lines(
    `**${task.name}** · ${work.type === 'gated' ? 'graph' : work.type} task${by === undefined ? '' : ` · \`${by}\``}`,
    task.description,
    type === 'null' || type === 'any' ? undefined : `Gives: \`${task.canBeSkipped ? `optional<${type}>` : type}\``,
    needs.length > 0 ? `Waits for: ${needs.join(', ')}` : undefined,
    task.type === 'gated' && task.gate ? 'Has a gate.' : undefined,
    spent && pastInMarkdown(spent),
  );
}

function describeValue(name: string, what: string, schema: JsonSchema, more?: string): string {
  const { description, default: fallback } = schema;
  return lines(
    `**${name}** · ${what} · \`${describeSchema(schema)}\``,
    typeof description === 'string' ? description : undefined,
    fallback === undefined ? more : `Default: \`${shownJson(fallback)}\``,
    boundsOf(schema),
  );
}

const bounds = ['minimum', 'maximum', 'minLength', 'maxLength', 'minItems', 'maxItems', 'pattern', 'format'] as const;

function boundsOf(schema: JsonSchema): string | undefined {
  const said = bounds.flatMap((key) => (schema[key] === undefined ? [] : [`${key} \`${shownJson(schema[key])}\``]));
  return said.length > 0 ? said.join(' · ') : undefined;
}

const maxShown = 200;

function shownJson(value: Json): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  const line = text.replaceAll(/\s+/g, ' ').replaceAll('`', "'");
  return line.length > maxShown ? `${line.slice(0, maxShown)}…` : line;
}

function workflowAt({ file, checked: { workflow } }: OpenDocument, path: string): Workflow | undefined {
  if (path === file) return workflow;
  const calls = allTasks(workflow.root.tasks).flatMap((task) =>
    task.type === 'workflow' && task.called ? [task.called] : [],
  );
  return calls.find((called) => called.workflow.file === path)?.workflow;
}

/** Where it is declared, and how often it is used in this file. */
function placesOf(document: OpenDocument, thing: Thing): string | undefined {
  const { declared } = thing;
  const uses = occurrencesIn(document, thing).filter(({ access }) => access !== 'declares').length;
  const isForOthers = thing.kind === 'output' || thing.kind === 'branch';
  const used =
    uses === 0
      ? isForOthers
        ? undefined
        : 'not used in this file'
      : `${uses} ${uses === 1 ? 'use' : 'uses'} in this file`;
  if (declared?.file !== document.file || declared.range.end === 0) return used;
  const line = `Line ${positionAt(document.lines, declared.range.start).line + 1}`;
  return used === undefined ? line : `${line} · ${used}`;
}

function isJsonObject(value: Json | undefined): value is JsonSchema {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
