// From a tree to a workflow. Two steps: read everything (drafts), then resolve names and put the finished model together.
import type { JsonSchema, ToolSchema } from '../../schemas/index.ts';
import type { SyntaxDocument } from '../syntax/document.ts';
import { itemsOf, type Node, type Pair, pairsOf, valueOf } from '../syntax/tree.ts';
import { AgentFiles } from './agent-files.ts';
import { agentOf, lineOf, readAgentDraft } from './agents.ts';
import type { ExpressionUse, ScopeDraft, Surroundings, TaskDraft } from './draft.ts';
import { outputOf } from './engine-tool-names.ts';
import { finishScope } from './finish.ts';
import { linkMock } from './link-mock.ts';
import { linkReferences } from './link.ts';
import type {
  Input,
  Mock,
  MockEntry,
  NameTypes,
  SharedValue,
  Template,
  Toolset,
  ValueType,
  Workflow,
} from './model.ts';
import type { Steps } from '../steps.ts';
import { surroundedBy } from './names.ts';
import { dependencyOrder } from './order.ts';
import { booleanAt, defined, durationAt, jsonAt, numberAt, textAt, textsAt } from './read.ts';
import { atEndOf, readScope } from './read-tasks.ts';
import { taskPaths } from './task-paths.ts';
import { type AroundFile, type Declared, joined, ReadingContext } from './reading-context.ts';
import { declaredTools, readToolsets } from './read-toolsets.ts';
import { Resolution } from './resolution.ts';
import { jsonOf } from './templates.ts';

/** A workflow, and what only the rules need to know about how it was read. */
export interface Built {
  readonly workflow: Workflow;
  readonly scope: ScopeDraft;
  readonly scopes: readonly ScopeDraft[];
  readonly tasks: readonly TaskDraft[];
  readonly expressions: readonly ExpressionUse[];
  readonly context: ReadingContext;
  /** Agents in files of their own. */
  readonly agentFiles: AgentFiles;
  readonly resolution: Resolution;
  /** Every tool of the engine, and those that the file declares. */
  readonly tools: readonly ToolSchema[];
}

/**
 * Builds the model of a file, however much of it is missing; a step at a time.
 * @param tools every tool that the engine has
 * @param around what it can reach beyond itself
 */
export function* buildSteps(document: SyntaxDocument, tools: readonly ToolSchema[], around: AroundFile): Steps<Built> {
  const { root, file } = document;
  const resolution = new Resolution((task) => {
    const tool = all.find(({ name }) => name === task.tool);
    return tool ? outputOf(tool, task, shared) : {};
  });
  const context = new ReadingContext(file, resolution, around);
  const toolsets = readToolsets(context, root, tools);
  const all = [...tools, ...declaredTools(toolsets)];
  const inputs = pairsOf(valueOf(root, 'inputs')).map(readInput);
  const shared = pairsOf(valueOf(root, 'shared')).map(readSharedValue);
  const env = textsAt(root, 'env').map((name) => name.text);
  const base = surroundedBy(() => baseNames(inputs, env));
  const inTasks = surroundedBy(() => ({ ...base.names(), shared: sharedType(shared) }));
  context.sharedNames = declared(shared);
  const available = readTools(context, root, tools, toolsets);
  context.declare('toolset', declared(toolsets));
  const agentFiles = readAgents(context, root, toolsets, base);
  const scope = readScope(context, valueOf(root, 'tasks'), inTasks, '');
  yield;
  const allowPartial = booleanAt(valueOf(root, 'on_failure'), 'allow_partial') ?? false;
  const outputs = readOutputs(context, root, scope, base, allowPartial);
  context.declare('task-path', taskPaths(context.tasks));
  const mock = readMock(context, valueOf(root, 'mock'));
  yield;
  linkReferences(context, { inputs, shared, env: textsAt(root, 'env') });
  linkMock(context, mockEntries(valueOf(root, 'mock')));
  yield;
  for (const each of context.scopes) prime(each, resolution);
  yield;
  const limits = defined({ maxParallel: numberAt(valueOf(root, 'limits'), 'max_parallel') });
  const workflow: Workflow = {
    file,
    segue: textAt(root, 'segue') ?? '',
    name: textAt(root, 'name') ?? nameOfFile(file),
    ...defined({ version: textAt(root, 'version'), description: textAt(root, 'description') }),
    inputs,
    outputs,
    env,
    shared,
    agents: context.agents,
    toolsets,
    tools: toolsInUse(available, context, toolsets),
    mock,
    limits,
    onFailure: { allowPartial, maxFailureRate: numberAt(valueOf(root, 'on_failure'), 'max_failure_rate') ?? 0.5 },
    root: finishScope(scope, resolution),
  };
  return {
    workflow,
    scope,
    scopes: context.scopes,
    tasks: context.tasks,
    expressions: context.templates.expressions,
    context,
    agentFiles,
    resolution,
    tools: all,
  };
}

/** Where agents are looked at alone: they may name any input, variable, tool and toolset. @param built of an empty file */
export function openAgents({ context }: Built): AgentFiles {
  const anything: ValueType = { kind: 'json', schema: {} };
  const base = surroundedBy(() => ({ ...baseNames([], []), inputs: anything, env: anything }));
  const tools = [...context.namesOf('tool').keys()];
  context.declare('tool', { has: () => true, get: () => undefined, keys: () => tools });
  context.declare('toolset', { has: () => true, get: () => undefined, keys: () => [] });
  return new AgentFiles(context, base);
}

/** Resolves tasks after what they depend on, so that no chain of tasks, however long, becomes a tower of calls. */
function prime(scope: ScopeDraft, resolution: Resolution): void {
  const { order, cycles } = dependencyOrder(scope);
  for (const { tasks } of cycles) if (tasks[0]) resolution.cutCycleAt(tasks[0]);
  for (const task of order) {
    resolution.canBeSkipped(task);
    resolution.outputOf(task);
  }
}

/** `flows/report.segue.yaml` → `report`. */
function nameOfFile(file: string): string {
  return file.slice(file.lastIndexOf('/') + 1).replace(/(\.segue)?\.(ya?ml|json)$/, '') || 'workflow';
}

function declared(
  names: readonly { readonly name: string; readonly nameRange: { start: number; end: number } }[],
): Declared {
  return new Map([...names].reverse().map((named) => [named.name, named]));
}

function readInput(pair: Pair): Input {
  const schema = schemaOf(pair);
  const fallback = schema['default'];
  return {
    ...namedBy(pair),
    schema,
    required: fallback === undefined,
    ...(fallback === undefined ? {} : { default: fallback }),
  };
}

function readSharedValue(pair: Pair): SharedValue {
  const schema = schemaOf(pair);
  return { ...namedBy(pair), schema, default: schema['default'] ?? null };
}

function schemaOf(pair: Pair): JsonSchema {
  const value = jsonOf(pair.value);
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : {};
}

function namedBy(pair: Pair): { name: string; nameRange: Pair['range']; range: Pair['range'] } {
  return { name: pair.key, nameRange: pair.keyNode.range, range: pair.range };
}

/** What every expression of a file sees. */
function baseNames(inputs: readonly Input[], env: readonly string[]): NameTypes {
  const text: ValueType = { kind: 'json', schema: { type: 'string' } };
  return {
    inputs: {
      kind: 'object',
      fields: Object.fromEntries(inputs.map((input) => [input.name, typeOfInput(input)])),
      description: 'What the run was started with.',
    },
    env: {
      kind: 'object',
      fields: Object.fromEntries(env.map((name) => [name, text])),
      description: 'Environment variables that this file lists in `env`.',
    },
    config: { kind: 'object', fields: {}, description: 'Values of the workspace configuration.' },
    run: {
      kind: 'object',
      fields: {
        id: { ...text, description: 'The id of the run.' },
        started_at: {
          kind: 'json',
          schema: { type: 'string', format: 'date-time' },
          description: 'When the run began (RFC 3339).',
        },
        cost: {
          kind: 'json',
          schema: { type: 'number' },
          optional: true,
          absentBecause: 'the price of a model may be unknown',
          description: 'What the run has cost so far, in US dollars.',
        },
      },
      description: 'The run itself.',
    },
  };
}

function typeOfInput({ schema }: Input): ValueType {
  const description = schema['description'];
  return { kind: 'json', schema, ...(typeof description === 'string' ? { description } : {}) };
}

function sharedType(shared: readonly SharedValue[]): ValueType {
  const fields = Object.fromEntries(
    shared.map((value) => [value.name, { kind: 'json' as const, schema: value.schema }]),
  );
  return { kind: 'object', fields, description: 'Values that `set` tasks write.' };
}

/** Notes the tools that may be named; @returns those that the file lists, or undefined if it lists none. */
function readTools(
  context: ReadingContext,
  root: Node | undefined,
  tools: readonly ToolSchema[],
  toolsets: readonly Toolset[],
): readonly string[] | undefined {
  const own: Declared = declared(declaredTools(toolsets));
  const all: Declared = new Map(tools.map((tool) => [tool.name, undefined]));
  const fence = valueOf(root, 'tools');
  const listed = textsAt(fence, 'builtin');
  for (const name of listed) context.use('tool', name, 'builtin', () => all);
  const inSets = toolsets.flatMap((set) => set.tools);
  const fenced: Declared = new Map([...listed.map((name) => name.text), ...inSets].map((name) => [name, undefined]));
  const names = joined([own, fence?.kind === 'map' ? fenced : all]);
  context.declare('tool', names);
  return fence?.kind === 'map' ? [...names.keys()] : undefined;
}

/** The agents of the file, and the way to those in files of their own. */
function readAgents(
  context: ReadingContext,
  root: Node | undefined,
  toolsets: readonly Toolset[],
  base: Surroundings,
): AgentFiles {
  const drafts = pairsOf(valueOf(root, 'agents')).map((pair) => readAgentDraft(context, pair, base));
  // The first of a name is meant; a diagnostic tells of the others.
  const own = new Map(drafts.toReversed().map((draft) => [draft.name, draft]));
  const files = new AgentFiles(context, base);
  context.agentDrafts = drafts;
  context.draftNamed = (name) => own.get(name) ?? context.draftElsewhere(name);
  context.agentsElsewhere = files.declaredFrom(context.file);
  context.draftElsewhere = (name) => files.draft(name, context.file);
  context.declare('agent', joined([declared(drafts), context.agentsElsewhere]));
  context.makeAgent = (draft) => agentOf(lineOf(draft), toolsets, (other) => context.agentOf(other));
  return files;
}

function readOutputs(
  context: ReadingContext,
  root: Node | undefined,
  scope: ScopeDraft,
  base: Surroundings,
  allowPartial: boolean,
): Workflow['outputs'] {
  const endsEarly = context.tasks.some(({ read }) => read?.type === 'terminate' && read.status === 'completed');
  const view = allowPartial ? 'partial-output' : endsEarly ? 'early-output' : 'output';
  const inside = atEndOf(context, scope, view);
  // Outputs see what tasks see, but not `shared`.
  const surroundings: Surroundings = {
    ...inside,
    names: () => ({ ...base.names(), tasks: inside.names()['tasks'] ?? { kind: 'object', fields: {} } }),
  };
  return pairsOf(valueOf(root, 'outputs')).flatMap((pair) => {
    const value: Template | undefined = context.templates.template(pair.value, surroundings);
    return value ? [{ ...namedBy(pair), value }] : [];
  });
}

function toolsInUse(
  available: readonly string[] | undefined,
  context: ReadingContext,
  toolsets: readonly Toolset[],
): readonly string[] {
  const used = [
    ...context.agents.flatMap((agent) => agent.tools),
    ...toolsets.flatMap((set) => set.tools),
    ...context.tasks.flatMap(({ read }) => toolsOf(read)),
  ];
  return [...new Set(available ?? used)].filter((name) => name !== '');
}

function toolsOf(read: TaskDraft['read']): readonly string[] {
  if (read?.type === 'planner') return read.mayUse.tools;
  return read?.type === 'tool' ? [read.tool] : [];
}

/** What a mock entry's `when` sees. */
const mockNames: NameTypes = {
  prompt: { kind: 'json', schema: { type: 'string' }, description: 'The last message that the model got.' },
  input: { kind: 'json', schema: {}, description: 'The input of the tool that is called.' },
};

function readMock(context: ReadingContext, node: Node | undefined): Mock {
  const surroundings = surroundedBy(() => mockNames);
  return {
    strict: booleanAt(node, 'strict') ?? false,
    entries: mockEntries(node).map((entry) => readMockEntry(context, entry, surroundings)),
  };
}

function mockEntries(node: Node | undefined): readonly Node[] {
  return itemsOf(node?.kind === 'list' ? node : valueOf(node, 'entries'));
}

function readMockEntry(context: ReadingContext, node: Node, surroundings: Surroundings): MockEntry {
  for (const kind of ['task', 'agent', 'tool'] as const) {
    const name = valueOf(node, kind);
    const thing = kind === 'task' ? 'task-path' : kind;
    if (name?.kind === 'scalar' && name.value !== null) context.use(thing, name, 'mock', () => context.namesOf(thing));
  }
  const condition = context.templates.condition(valueOf(node, 'when'), surroundings);
  const error = valueOf(node, 'error');
  const calls = itemsOf(valueOf(node, 'tool_calls'));
  return defined({
    task: textAt(node, 'task'),
    agent: textAt(node, 'agent'),
    tool: textAt(node, 'tool'),
    nth: numberAt(node, 'nth'),
    // `when: true` says no more than leaving it out; `when: false` is an expression that is never true.
    when: condition?.kind === 'expression' ? condition.expression : undefined,
    reply: jsonAt(node, 'reply'),
    toolCalls:
      calls.length === 0
        ? undefined
        : calls.map((call) => ({ name: textAt(call, 'name') ?? '', arguments: jsonAt(call, 'arguments') ?? {} })),
    error:
      error?.kind === 'map'
        ? {
            code: textAt(error, 'code') ?? 'error',
            ...defined({ message: textAt(error, 'message'), status: numberAt(error, 'status') }),
          }
        : undefined,
    delayMs: durationAt(node, 'delay'),
  });
}
