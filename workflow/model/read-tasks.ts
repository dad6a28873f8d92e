// Reads tasks, bodies and scopes into drafts. Names are resolved later, when all of them have been read.
import type { JsonSchema } from '../../schemas/index.ts';
import { writtenTaskType } from '../shape/shape.ts';
import { itemsOf, type MapNode, type Node, type Pair, pairsOf, type ScalarNode, valueOf } from '../syntax/tree.ts';
import type {
  BodyDraft,
  BranchDraft,
  OnErrorDraft,
  ReadTask,
  ScopeDraft,
  Surroundings,
  TaskDraft,
  TaskPlace,
  Variable,
} from './draft.ts';
import { noteNamesFor } from './engine-tool-names.ts';
import type { Called, Condition, NamedThing, NameTypes, NameUse, Retry, Template } from './model.ts';
import { within } from './names.ts';
import { booleanAt, defined, durationAt, numberAt, scalarAt, schemaAt, textAt, textsAt, wordAt } from './read.ts';
import { fileNamed, lettersIn, type ReadingContext } from './reading-context.ts';
import { modelRetry } from './agent-part.ts';
import { insideGate, readGate } from './read-gate.ts';
import { readParallel } from './read-parallel.ts';
import { readRoutes } from './read-router.ts';
import { readReflect } from './read-reflect.ts';
import { readSupervisor } from './read-supervisor.ts';
import { readPlanner } from './read-planner.ts';
import { type EndView, errorSchema } from './resolution.ts';

const triggerRules = ['all_success', 'none_failed', 'one_success', 'all_done'] as const;

/** Reads the tasks under `node`. @param outer what the scope stands in @param path its static path, empty for the file's own */
export function readScope(
  context: ReadingContext,
  node: Node | undefined,
  outer: Surroundings,
  path: string,
): ScopeDraft {
  const scope: ScopeDraft = { path, tasks: [], byId: new Map(), outer };
  context.scopes.push(scope);
  for (const pair of pairsOf(node)) {
    const task = readScopeTask(context, scope, pair);
    scope.tasks.push(task);
    scope.byId.set(task.id, task);
  }
  return scope;
}

/** The surroundings of an output that ends a scope. */
export function atEndOf(context: ReadingContext, scope: ScopeDraft, view: EndView): Surroundings {
  return { outer: scope.outer, level: { scope }, names: () => context.resolution.namesIn(scope, view) };
}

function readScopeTask(context: ReadingContext, scope: ScopeDraft, pair: Pair, isStage = false): TaskDraft {
  const id = pair.key;
  const surroundings: Surroundings = {
    outer: scope.outer,
    level: { scope, owner: { id } },
    names: () => {
      const task = scope.byId.get(id);
      return task ? context.resolution.namesIn(scope, task) : scope.outer.names();
    },
  };
  const path = scope.path === '' ? id : `${scope.path}/${id}`;
  return readTask(context, {
    id,
    path,
    node: pair.value,
    nameRange: pair.keyNode.range,
    range: pair.range,
    surroundings,
    scope,
    isStage,
  });
}

/** What reading a task by its type gives. */
interface ReadParts {
  readonly read?: ReadTask;
  readonly body?: BodyDraft;
  readonly stages?: ScopeDraft;
  readonly branches?: readonly BranchDraft[];
}

/** Reads a task, whatever it is. */
export function readTask(context: ReadingContext, place: TaskPlace): TaskDraft {
  const { node, surroundings, scope, isStage = false } = place;
  const common = readCommon(context, place);
  const gate = readGate(context, place, () => (draft ? context.resolution.outputOf(draft) : {}));
  const inside = gate || isStage ? insideGate(place) : place;
  const parts = readByType(context, inside, common);
  const draft: TaskDraft = {
    id: place.id,
    path: place.path,
    node,
    nameRange: place.nameRange,
    isStage,
    onError: readOnError(context, place),
    explicitNeeds: scope ? useTasks(context, textsAt(node, 'needs'), 'needs', scope) : [],
    choices: scope ? readChoices(context, node, parts.read, scope) : [],
    implied: new Map(),
    ...parts,
    ...defined({ scope, gate }),
  };
  context.tasks.push(draft);
  context.taskSurroundings.set(draft, surroundings);
  return draft;
}

/** The ids that a condition or a router may choose. */
function readChoices(
  context: ReadingContext,
  node: Node,
  read: ReadTask | undefined,
  scope: ScopeDraft,
): readonly NameUse[] {
  if (read?.type !== 'condition' && read?.type !== 'router') return [];
  const entries = valueOf(node, read.type === 'router' ? 'routes' : 'cases');
  const targets = itemsOf(entries).flatMap((entry) => textsAt(entry, 'to'));
  const others = read.type === 'condition' ? textsAt(node, 'else') : [];
  return [...useTasks(context, targets, 'to', scope), ...useTasks(context, others, 'else', scope)];
}

function useTasks(
  context: ReadingContext,
  names: readonly ScalarNode[],
  by: string,
  scope: ScopeDraft,
): readonly NameUse[] {
  return names.map((name) => context.use('task', name, by, () => scope.byId));
}

function readByType(context: ReadingContext, place: TaskPlace, common: Common): ReadParts {
  switch (writtenTaskType(place.node)) {
    case 'loop':
      return readLoop(context, place, common);
    case 'planner':
      return { read: { ...common, ...readPlanner(context, place) } };
    case 'pipeline':
      return { read: { ...common, type: 'pipeline' }, stages: readStages(context, place) };
    case 'reflect':
      return { read: { ...common, type: 'reflect', ...readReflect(context, place) } };
    case 'parallel':
      return readBranches(context, place, common);
    case 'graph':
      return place.isStage ? readStageGraph(context, place, common) : {};
    default: {
      const read = readPlain(context, place, common);
      return defined({ read, body: read?.type === 'for_each' ? readForEachBody(context, place, read) : undefined });
    }
  }
}

/** The stages of a pipeline: tasks or small graphs, each of which comes after the one before it. */
function readStages(context: ReadingContext, place: TaskPlace): ScopeDraft {
  const scope: ScopeDraft = { path: place.path, tasks: [], byId: new Map(), outer: place.surroundings };
  context.scopes.push(scope);
  for (const pair of pairsOf(valueOf(place.node, 'stages'))) {
    const before = scope.tasks.at(-1);
    const stage = readScopeTask(context, scope, pair, true);
    if (before) stage.implied.set(before.id, stage.nameRange);
    scope.tasks.push(stage);
    scope.byId.set(stage.id, stage);
  }
  return scope;
}

/** The branches of a `parallel`: bodies that see outwards, and nothing of each other. */
function readBranches(context: ReadingContext, place: TaskPlace, common: Common): ReadParts {
  const branches = pairsOf(valueOf(place.node, 'branches')).map((pair) => ({
    name: pair.key,
    nameRange: pair.keyNode.range,
    range: pair.range,
    // A place of its own, so that what stands in it can be told from what stands in the others.
    body: readBody(context, pair, `${place.path}/${pair.key}`, { ...place.surroundings }),
  }));
  const names = branches.map(({ name }) => name);
  return { read: { ...common, type: 'parallel', ...readParallel(context, place, names) }, branches };
}

function readStageGraph(context: ReadingContext, place: TaskPlace, common: Common): ReadParts {
  const scope = readInnerScope(context, place.node as MapNode, place.path, place.surroundings);
  return { read: { ...common, type: 'gated' }, body: { kind: 'graph', node: place.node, scope } };
}

function readPlain(context: ReadingContext, place: TaskPlace, common: Common): ReadTask | undefined {
  const { node, surroundings } = place;
  const template = (key: string): Template | undefined => context.templates.template(valueOf(node, key), surroundings);
  switch (writtenTaskType(node)) {
    case 'agent':
      return readAgentTask(context, place, common);
    case 'tool': {
      const tool = useNamed(context, node, 'tool', 'tool');
      noteNamesFor(context, tool, valueOf(node, 'with'));
      return {
        ...common,
        type: 'tool',
        tool,
        retry: readRetry(node, 1),
        ...defined({ with: template('with'), outputSchema: schemaAt(node, 'output_schema') }),
      };
    }
    case 'workflow':
      return readWorkflowTask(context, place, common);
    case 'condition':
      return {
        ...common,
        type: 'condition',
        cases: readCases(context, place),
        otherwise: textsAt(node, 'else').map((id) => id.text),
      };
    case 'router':
      return readRouterTask(context, place, common);
    case 'for_each': {
      const as = textAt(node, 'as') ?? 'item';
      return {
        ...common,
        type: 'for_each',
        items: template('items') ?? {
          kind: 'literal',
          value: [],
          place: { file: context.file, range: place.nameRange },
        },
        as,
        indexName: as === 'item' ? 'index' : `${as}_index`,
        onItemError: wordAt(node, 'on_item_error', ['stop', 'finish', 'continue'] as const) ?? 'stop',
        ...defined({ maxParallel: numberAt(node, 'max_parallel') }),
      };
    }
    case 'supervisor':
      return { ...common, ...readSupervisor(context, place) };
    case 'set':
      return { ...common, type: 'set', shared: readShared(context, place), ...defined({ values: template('values') }) };
    case 'human':
      return readHumanTask(context, place, common);
    case 'wait':
      return {
        ...common,
        type: 'wait',
        ...defined({ durationMs: durationAt(node, 'duration'), until: template('until') }),
      };
    case 'terminate':
      return {
        ...common,
        type: 'terminate',
        status: wordAt(node, 'status', ['completed', 'failed', 'cancelled'] as const) ?? 'failed',
        ...defined({ message: template('message') }),
      };
    default:
      return undefined;
  }
}

type Common = ReturnType<typeof readCommon>;

function readCommon(
  context: ReadingContext,
  { id, path, node, nameRange, range, surroundings, isStage = false }: TaskPlace,
) {
  return {
    name: id,
    nameRange,
    range,
    path,
    disabled: booleanAt(node, 'disabled') ?? false,
    // A stage that was skipped is passed over.
    triggerRule: isStage ? 'none_failed' : (wordAt(node, 'trigger_rule', triggerRules) ?? 'all_success'),
    priority: numberAt(node, 'priority') ?? 5,
    critical: booleanAt(node, 'critical') ?? false,
    ...defined({
      description: textAt(node, 'description'),
      when: context.templates.condition(valueOf(node, 'when'), surroundings),
      timeoutMs: durationAt(node, 'timeout'),
    }),
  };
}

function readAgentTask(context: ReadingContext, place: TaskPlace, common: Common): ReadTask {
  const { node, surroundings } = place;
  const agentName = useNamed(context, node, 'agent', 'agent');
  const input = valueOf(node, 'with');
  return {
    ...common,
    type: 'agent',
    agentName,
    retry: readRetry(node, modelRetry.maxAttempts),
    ...defined({
      agent: context.agentNamed(agentName),
      prompt: context.templates.template(valueOf(input, 'prompt'), surroundings),
      messages: context.templates.template(valueOf(input, 'messages'), surroundings),
      cacheMaxAgeMs: durationAt(valueOf(node, 'cache'), 'max_age'),
      outputSchema: schemaAt(node, 'output_schema'),
    }),
  };
}

function readRouterTask(context: ReadingContext, { node, surroundings }: TaskPlace, common: Common): ReadTask {
  const agentName = useNamed(context, node, 'agent', 'agent');
  return {
    ...common,
    type: 'router',
    agentName,
    retry: readRetry(node, modelRetry.maxAttempts),
    ...readRoutes(node),
    ...defined({
      agent: context.agentNamed(agentName),
      prompt: context.templates.template(valueOf(valueOf(node, 'with'), 'prompt'), surroundings),
    }),
  };
}

function readWorkflowTask(context: ReadingContext, { node, surroundings }: TaskPlace, common: Common): ReadTask {
  const file = scalarAt(node, 'workflow');
  if (file) context.use('workflow-file', file, 'workflow', () => fileNamed(context.file, file.text));
  const called = file && context.around.call(file.text, file.range);
  const given = pairsOf(valueOf(node, 'with')).flatMap((pair) => {
    if (called) mentionInput(context, pair, called);
    const template = context.templates.template(pair.value, surroundings);
    return template ? [[pair.key, template] as const] : [];
  });
  return {
    ...common,
    type: 'workflow',
    reference: file?.text ?? '',
    with: given,
    retry: readRetry(node, 1),
    ...defined({ called }),
  };
}

function mentionInput(context: ReadingContext, { key, keyNode }: Pair, { workflow: { file, inputs } }: Called): void {
  const input = inputs.find(({ name }) => name === key);
  if (input) context.mention('input', key, lettersIn(keyNode), 'with', { file, range: input.nameRange });
}

function readHumanTask(context: ReadingContext, place: TaskPlace, common: Common): ReadTask {
  const { node, surroundings } = place;
  const onTimeout = valueOf(node, 'on_timeout');
  const value = context.templates.template(valueOf(onTimeout, 'default'), surroundings);
  const options =
    valueOf(node, 'options')?.kind === 'list' ? textsAt(node, 'options').map((option) => option.text) : undefined;
  const word = wordAt(node, 'on_timeout', ['fail', 'skip'] as const) ?? 'fail';
  return {
    ...common,
    type: 'human',
    message: context.templates.template(valueOf(node, 'message'), surroundings) ?? {
      kind: 'literal',
      value: '',
      place: { file: context.file, range: place.nameRange },
    },
    onTimeout: value ? { kind: 'default', value } : { kind: word },
    ...defined({ options, form: schemaAt(node, 'form') }),
  };
}

function readCases(
  context: ReadingContext,
  { node, surroundings }: TaskPlace,
): readonly { when: Condition; to: readonly string[] }[] {
  return itemsOf(valueOf(node, 'cases')).map((entry) => ({
    when: context.templates.condition(valueOf(entry, 'when'), surroundings) ?? { kind: 'constant', value: false },
    to: textsAt(entry, 'to').map((id) => id.text),
  }));
}

function readShared(
  context: ReadingContext,
  { node, surroundings }: TaskPlace,
): readonly (readonly [string, Template])[] {
  return pairsOf(valueOf(node, 'shared')).flatMap((pair) => {
    context.useKey('shared', pair, 'shared', () => context.sharedNames);
    const template = context.templates.template(pair.value, surroundings);
    return template ? [[pair.key, template] as const] : [];
  });
}

function useNamed(context: ReadingContext, node: Node, key: string, kind: NamedThing): string {
  const value = valueOf(node, key);
  if (value?.kind !== 'scalar' || value.value === null) return '';
  context.use(kind, value, key, () => context.namesOf(kind));
  return value.text;
}

/** Without `retry` an agent's call has three attempts, a tool's one; what a `retry` leaves out is the same for both. */
function readRetry(node: Node, attempts: number): Retry {
  const retry = valueOf(node, 'retry');
  if (retry?.kind !== 'map') return { ...modelRetry, maxAttempts: attempts };
  const delayMs = durationAt(retry, 'delay') ?? modelRetry.delayMs;
  const on = valueOf(retry, 'on')?.kind === 'list' ? textsAt(retry, 'on').map((code) => code.text) : undefined;
  return {
    strategy:
      wordAt(retry, 'strategy', ['immediate', 'constant', 'linear', 'exponential'] as const) ?? modelRetry.strategy,
    maxAttempts: numberAt(retry, 'max_attempts') ?? modelRetry.maxAttempts,
    delayMs,
    // A long `delay` alone is meant.
    maxDelayMs: durationAt(retry, 'max_delay') ?? Math.max(delayMs, modelRetry.maxDelayMs),
    base: numberAt(retry, 'base') ?? modelRetry.base,
    jitter: booleanAt(retry, 'jitter') ?? modelRetry.jitter,
    ...defined({ on }),
  };
}

function readOnError(context: ReadingContext, place: TaskPlace): OnErrorDraft {
  const node = valueOf(place.node, 'on_error');
  const surroundings = within(place.surroundings, () => ({
    error: { kind: 'json', schema: errorSchema(), description: 'Why the task failed.' },
  }));
  if (node?.kind === 'map') {
    const value = context.templates.template(valueOf(node, 'default'), surroundings);
    if (value) return { kind: 'default', value };
    const fallback = pairsOf(node).find((pair) => pair.key === 'fallback');
    if (fallback)
      return { kind: 'fallback', body: readBody(context, fallback, `${place.path}/fallback`, surroundings) };
  }
  return { kind: wordAt(place.node, 'on_error', ['fail', 'continue', 'fail_run'] as const) ?? 'fail' };
}

function readForEachBody(
  context: ReadingContext,
  place: TaskPlace,
  read: ReadTask & { type: 'for_each' },
): BodyDraft | undefined {
  const surroundings = within(place.surroundings, () => ({
    [read.as]: {
      kind: 'json',
      schema: context.elementType(read.items),
      description: 'The element that the body works on.',
    },
    [read.indexName]: {
      kind: 'json',
      schema: { type: 'integer', minimum: 0 },
      description: 'Its place in the list, from 0.',
    },
  }));
  return readDo(context, place, { ...surroundings, variables: variablesOf(place, read) });
}

function variablesOf({ node }: TaskPlace, { as, indexName }: ReadTask & { type: 'for_each' }): readonly Variable[] {
  const declared = scalarAt(node, 'as');
  if (!declared) return [];
  return [as, indexName].map((name) => ({ name, length: as.length, declared: declared.range }));
}

/** The body of a loop sees what the round before it gave; `while` sees the same, and `until` what its round gave. */
function readLoop(context: ReadingContext, place: TaskPlace, common: Common): ReadParts {
  const { node } = place;
  // What a round gives is known when its body has been read.
  const given = (): JsonSchema => (body ? context.resolution.roundOutput(body) : {});
  const before = within(place.surroundings, () => roundNames(given, 'the first round has none before it'));
  const after = within(place.surroundings, () => roundNames(given));
  const body = readDo(context, place, before);
  const read: ReadTask = {
    ...common,
    type: 'loop',
    maxIterations: numberAt(node, 'max_iterations') ?? 1,
    onExhausted: wordAt(node, 'on_exhausted', ['fail', 'continue'] as const) ?? 'fail',
    ...defined({
      while: context.templates.condition(valueOf(node, 'while'), before),
      until: context.templates.condition(valueOf(node, 'until'), after),
    }),
  };
  return defined({ read, body });
}

function roundNames(given: () => JsonSchema, absentBecause?: string): NameTypes {
  return {
    output: {
      kind: 'json',
      get schema() {
        return given();
      },
      description: absentBecause === undefined ? 'What the round gave.' : 'What the round before gave.',
      ...(absentBecause === undefined ? {} : { optional: true, absentBecause }),
    },
    round: {
      kind: 'json',
      schema: { type: 'integer', minimum: 1 },
      description: 'The number of the round, from 1.',
    },
  };
}

/** Reads the body under `do`, which is worked on again and again. */
function readDo(context: ReadingContext, place: TaskPlace, surroundings: Surroundings): BodyDraft | undefined {
  const pair = pairsOf(place.node).find(({ key }) => key === 'do');
  return pair && readBody(context, pair, `${place.path}[]`, surroundings);
}

/** @param pair the key that holds the body, and the body */
function readBody(context: ReadingContext, pair: Pair, path: string, surroundings: Surroundings): BodyDraft {
  if (writtenTaskType(pair.value) === 'graph') return readGraph(context, pair.value as MapNode, path, surroundings);
  const id = path.slice(path.lastIndexOf('/') + 1);
  const task = readTask(context, {
    id,
    path,
    node: pair.value,
    nameRange: pair.keyNode.range,
    range: pair.range,
    surroundings,
  });
  return { kind: 'task', task };
}

function readGraph(context: ReadingContext, node: MapNode, path: string, surroundings: Surroundings): BodyDraft {
  const scope = readInnerScope(context, node, path, surroundings);
  const when = context.templates.condition(valueOf(node, 'when'), surroundings);
  return { kind: 'graph', node, scope, ...(when ? { when } : {}) };
}

/** `tasks` with an `output`. */
function readInnerScope(context: ReadingContext, node: MapNode, path: string, surroundings: Surroundings): ScopeDraft {
  const scope = readScope(context, valueOf(node, 'tasks'), surroundings, path);
  const output = context.templates.template(valueOf(node, 'output'), atEndOf(context, scope, 'output'));
  if (output) scope.output = output;
  return scope;
}
