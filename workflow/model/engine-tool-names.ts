// What the tools that the engine answers take and give depends on the file: they name its agents and shared values.
import { isJsonObject, type JsonSchema, type ToolSchema } from '../../schemas/index.ts';
import type { Node } from '../syntax/tree.ts';
import type { Range, SharedValue, ToolTask } from './model.ts';
import { scalarAt } from './read.ts';
import type { Declared, ReadingContext } from './reading-context.ts';

/** Notes the agent or the shared value that the `with` of a tool task names, where that is written out. */
export function noteNamesFor(context: ReadingContext, tool: string, input: Node | undefined): void {
  if (tool === 'send_message') {
    const to = scalarAt(input, 'to');
    if (to && !to.text.includes('${{')) context.use('agent', to, 'with', () => agentsOfRun(context));
  }
  if (tool !== 'get_shared' && tool !== 'set_shared') return;
  const name = scalarAt(input, 'name');
  if (!name || name.text.includes('${{')) return;
  const base = baseOf(name.text);
  context.note('shared', base, rangeOfStart(name.range, name.text, base), 'with', () => context.sharedNames);
}

/** Those that take part in a run: the file's own, and those in files of their own that tasks name. */
function agentsOfRun(context: ReadingContext): Declared {
  return new Map(context.agents.map((agent) => [agent.name, agent]));
}

function baseOf(name: string): string {
  return name.split('.', 1)[0] ?? name;
}

/** The place of the beginning of a text; the whole of one that is not written as it reads. */
function rangeOfStart(range: Range, text: string, beginning: string): Range {
  if (text === beginning) return range;
  const quotes = (range.end - range.start - text.length) / 2;
  if (quotes !== 0 && quotes !== 1) return range;
  const start = range.start + quotes;
  return { start, end: start + beginning.length };
}

/** The input of a tool, as far as the file says more of it than the tool does. */
export function inputOf(tool: ToolSchema, task: Pick<ToolTask, 'with'>, shared: readonly SharedValue[]): JsonSchema {
  const value = tool.name === 'set_shared' ? schemaOfShared(task, shared) : undefined;
  const { properties } = tool.input;
  return value && isJsonObject(properties) ? { ...tool.input, properties: { ...properties, value } } : tool.input;
}

/** The output of a tool, as far as the file says more of it than the tool does. */
export function outputOf(tool: ToolSchema, task: Pick<ToolTask, 'with'>, shared: readonly SharedValue[]): JsonSchema {
  const output = tool.output ?? {};
  const value = tool.name === 'get_shared' ? schemaOfShared(task, shared) : undefined;
  // An entry may not be there: null stands for it.
  const isEntry = nameIn(task)?.includes('.') ?? false;
  if (!value || isEntry || !isJsonObject(output['properties'])) return output;
  return { ...output, properties: { ...output['properties'], value } };
}

/** The schema of the value that a task names, or of the entry of a map; undefined where that is not known before a run. */
function schemaOfShared(task: Pick<ToolTask, 'with'>, shared: readonly SharedValue[]): JsonSchema | undefined {
  const name = nameIn(task);
  if (name === undefined) return undefined;
  const base = baseOf(name);
  const schema = shared.find((value) => value.name === base)?.schema;
  if (!schema || name === base) return schema;
  const { properties, additionalProperties } = schema;
  const entry = isJsonObject(properties) ? properties[name.slice(base.length + 1)] : undefined;
  if (isJsonObject(entry)) return entry;
  return isJsonObject(additionalProperties) ? additionalProperties : undefined;
}

function nameIn({ with: given }: Pick<ToolTask, 'with'>): string | undefined {
  const entry = given?.kind === 'map' ? given.entries.find(([key]) => key === 'name')?.[1] : undefined;
  const literal = entry?.kind === 'literal' ? entry.value : undefined;
  const whole = given?.kind === 'literal' && isJsonObject(given.value) ? given.value['name'] : literal;
  return typeof whole === 'string' ? whole : undefined;
}
