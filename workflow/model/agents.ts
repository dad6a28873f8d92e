// Agents, and what they take over from others. A draft is what one agent says of itself; `extends` puts drafts together:
// maps merge by key, all else is replaced.
import { isJsonObject, type JsonSchema, memoryTools } from '../../schemas/index.ts';
import { type Node, type Pair, valueOf } from '../syntax/tree.ts';
import type { AgentDraft, AgentKeys, NamedAgent, NamedModel, Surroundings } from './draft.ts';
import type { Agent, AgentContext, AgentLink, Toolset } from './model.ts';
import { once } from './names.ts';
import { booleanAt, defined, numberAt, schemaAt, textAt, textsAt, wordAt } from './read.ts';
import type { ReadingContext } from './reading-context.ts';

const defaultMaxIterations = 10;
const defaultMaxHandoffs = 10;

/** Reads what an agent says of itself. @param base what its instructions see */
export function readAgentDraft(context: ReadingContext, pair: Pair, base: Surroundings): AgentDraft {
  const node = pair.value;
  const extended = valueOf(node, 'extends');
  const named =
    extended?.kind === 'scalar' && extended.value !== null
      ? context.use('agent', extended, 'extends', () => context.basesOf(pair.key, extended.text))
      : undefined;
  return {
    name: pair.key,
    nameRange: pair.keyNode.range,
    range: pair.range,
    node,
    file: context.file,
    findBase: () => named && context.baseNamed(pair.key, named.name),
    own: readOwn(context, node, base),
    ...defined({ base: named }),
  };
}

function readOwn(context: ReadingContext, node: Node, base: Surroundings): AgentKeys {
  const model = valueOf(node, 'model');
  const listed = (key: string): readonly NamedModel[] | undefined =>
    valueOf(node, key) && textsAt(node, key).map(({ text, range }) => ({ model: text, range }));
  return defined({
    model: model && { model: textAt(node, 'model') ?? '', range: model.range },
    fallback: listed('fallback'),
    instructions: context.templates.template(valueOf(node, 'instructions'), base),
    description: textAt(node, 'description'),
    capabilities: valueOf(node, 'capabilities') && textsAt(node, 'capabilities').map(({ text }) => text),
    tools: namesAt(context, node, 'tool'),
    toolsets: namesAt(context, node, 'toolset'),
    subAgents: agentsAt(context, node, 'sub_agents'),
    handoffs: agentsAt(context, node, 'handoffs'),
    maxHandoffs: numberAt(node, 'max_handoffs'),
    maxIterations: numberAt(node, 'max_iterations'),
    outputSchema: schemaAt(node, 'output_schema'),
    temperature: numberAt(node, 'temperature'),
    topP: numberAt(node, 'top_p'),
    maxOutputTokens: numberAt(node, 'max_output_tokens'),
    context: readContext(valueOf(node, 'context')),
    memory: readMemory(context, valueOf(node, 'memory')),
  });
}

function agentsAt(
  context: ReadingContext,
  node: Node,
  key: 'sub_agents' | 'handoffs',
): readonly NamedAgent[] | undefined {
  const names = textsAt(node, key);
  for (const name of names) context.use('agent', name, key, () => context.namesOf('agent'));
  return (
    valueOf(node, key) && names.map(({ text, range }) => ({ name: text, range, find: () => context.draftNamed(text) }))
  );
}

function readContext(node: Node | undefined): AgentKeys['context'] {
  if (!node) return undefined;
  const overflow = wordAt(node, 'overflow', ['truncate', 'summarize', 'fail'] as const);
  return defined({ maxTokens: numberAt(node, 'max_tokens'), overflow });
}

function readMemory(context: ReadingContext, node: Node | undefined): AgentKeys['memory'] {
  const working = booleanAt(node, 'working');
  const place = valueOf(node, 'working');
  // It is given their names here, so this is where a fence without them is in the way.
  if (working && place)
    for (const { name } of memoryTools)
      context.note('tool', name, place.range, 'memory', () => context.namesOf('tool'));
  return node && defined({ window: numberAt(valueOf(node, 'short_term'), 'window'), working });
}

function namesAt(context: ReadingContext, node: Node, kind: 'tool' | 'toolset'): readonly string[] | undefined {
  const names = textsAt(node, `${kind}s`);
  for (const name of names) context.use(kind, name, `${kind}s`, () => context.namesOf(kind));
  return valueOf(node, `${kind}s`) && names.map((name) => name.text);
}

/** How many agents may stand in a line, each extending the next. */
export const maxLine = 50;

/** An agent and those it takes over from, itself first, at most `maxLine`. A circle is gone round once. */
export function lineOf(draft: AgentDraft): readonly [AgentDraft, ...AgentDraft[]] {
  const line: [AgentDraft, ...AgentDraft[]] = [draft];
  for (let next = draft.findBase(); next && line.length < maxLine && !line.includes(next); next = next.findBase()) {
    line.push(next);
  }
  return line;
}

/** Puts an agent together. @param line as `lineOf` gives it @param made gives the agent that a draft stands for */
export function agentOf(
  line: readonly [AgentDraft, ...AgentDraft[]],
  toolsets: readonly Toolset[],
  made: (draft: AgentDraft) => Agent | undefined,
): Agent {
  const [{ name, nameRange, range, file }] = line;
  const said = <K extends keyof AgentKeys>(key: K): AgentKeys[K] | undefined =>
    line.find(({ own }) => own[key] !== undefined)?.own[key];
  const notes = merged(line, 'memory').working ? memoryTools.map((tool) => tool.name) : [];
  const sets = (said('toolsets') ?? []).flatMap((set) => toolsets.find((one) => one.name === set)?.tools ?? []);
  return {
    name,
    nameRange,
    range,
    file,
    model: said('model')?.model ?? '',
    fallback: (said('fallback') ?? []).map(({ model }) => model),
    capabilities: [...new Set(said('capabilities') ?? [])],
    tools: [...new Set([...(said('tools') ?? []), ...sets, ...notes])],
    subAgents: linksTo(said('subAgents'), made),
    handoffs: linksTo(said('handoffs'), made),
    maxHandoffs: said('maxHandoffs') ?? defaultMaxHandoffs,
    maxIterations: said('maxIterations') ?? defaultMaxIterations,
    ...defined({
      instructions: said('instructions'),
      description: said('description'),
      outputSchema: line.map(({ own }) => own.outputSchema).reduceRight(mergedSchema, undefined),
      temperature: said('temperature'),
      topP: said('topP'),
      maxOutputTokens: said('maxOutputTokens'),
      context: contextOf(line),
      memory: line.some(({ own }) => own.memory) ? merged(line, 'memory') : undefined,
    }),
  };
}

function linksTo(
  named: AgentKeys['subAgents'] = [],
  made: (draft: AgentDraft) => Agent | undefined,
): readonly AgentLink[] {
  const distinct = new Map(named.map((one) => [one.name, one]));
  return [...distinct.values()].map(({ name, find }) => ({
    name,
    agent: once(() => {
      const draft = find();
      return draft && made(draft);
    }),
  }));
}

/** Undefined if nobody says how much is too much: a diagnostic says so. */
function contextOf(line: readonly AgentDraft[]): AgentContext | undefined {
  const { maxTokens, overflow = 'truncate' } = merged(line, 'context');
  return maxTokens === undefined ? undefined : { maxTokens, overflow };
}

function merged<K extends 'context' | 'memory'>(line: readonly AgentDraft[], key: K): NonNullable<AgentKeys[K]> {
  return Object.assign({}, ...line.map(({ own }) => own[key]).toReversed()) as NonNullable<AgentKeys[K]>;
}

/** Maps merge by key, at every depth; all else is replaced. */
function mergedSchema(below: JsonSchema | undefined, above: JsonSchema | undefined): JsonSchema | undefined {
  if (!below || !above) return above ?? below;
  const merged: { [key: string]: JsonSchema[string] } = { ...below };
  for (const [key, value] of Object.entries(above)) {
    const before = below[key];
    merged[key] = isJsonObject(before) && isJsonObject(value) ? (mergedSchema(before, value) ?? value) : value;
  }
  return merged;
}
