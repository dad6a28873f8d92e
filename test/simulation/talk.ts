// Agents that work together, as a part of a scenario: what they are asked to do, and what they do with the tools that the
// engine answers. In a strict scenario only one chain of tasks says and writes something, so that what it gives is certain.
import type { Json, JsonObject, ToolDescriptor } from '../../run/index.ts';
import { builtinTools } from '../../workflow/index.ts';
import { type Dice, roll } from './random.ts';

/** The tools that the engine answers itself. */
export const engineTools: readonly ToolDescriptor[] = builtinTools.filter(({ answeredBy }) => answeredBy === 'engine');

export function isEngineTool(name: string): boolean {
  return engineTools.some((tool) => tool.name === name);
}

/** What others hear or see; the other tools only look, or note something for their agent alone. */
const heard = new Set(['send_message', 'set_shared']);

/** How many messages the flooder sends in one turn: more than a topic holds. */
const flood = 1_040;

/** A document with agents that work together in it, and the files that it calls with them. */
export function withTalk(
  { doc, files }: { readonly doc: JsonObject; readonly files: { readonly [name: string]: JsonObject } },
  dice: Dice,
  strict: boolean,
): { readonly doc: JsonObject; readonly files: { readonly [name: string]: JsonObject } } {
  if (!dice.chance(0.35)) return { doc, files };
  const tasks = { ...chain(dice, strict), ...mates(dice) };
  if (strict || !dice.chance(0.3)) return { doc: talkative(doc, tasks, dice, strict), files };
  const inner = talkative(
    { segue: '1', name: 'inner', tasks: {} },
    { ...chain(dice, false), ...mates(dice) },
    dice,
    false,
  );
  const call = { type: 'workflow', workflow: './talk.segue.yaml', on_error: 'continue' };
  const calls = { call1: call, call2: call };
  return {
    doc: talkative(doc, { ...tasks, ...calls }, dice, strict),
    files: { ...files, 'talk.segue.yaml': inner },
  };
}

function talkative(doc: JsonObject, tasks: JsonObject, dice: Dice, strict: boolean): JsonObject {
  const others = doc['tasks'] as JsonObject;
  const stop = others['stop'] as JsonObject | undefined;
  // A topic that runs over takes a thousand messages: a few such runs tell as much as many.
  const isFlooded = !strict && dice.chance(0.04);
  const more = isFlooded ? { ...tasks, flood: { agent: 'flooder', with: { prompt: 'Flood.' } } } : tasks;
  const names = engineTools.map(({ name }) => name).filter((name) => !strict || !heard.has(name));
  return {
    ...doc,
    agents: {
      ...(doc['agents'] as JsonObject | undefined),
      mate: {
        model: 'mock/mate',
        capabilities: ['talk'],
        tools: ['calc', ...names.filter((name) => !['remember', 'recall', 'forget'].includes(name))],
        memory: { working: true },
        max_iterations: dice.whole(2, 4),
      },
      other: { model: 'mock/other', capabilities: ['talk'], tools: names, max_iterations: 2 },
      ...(isFlooded && { flooder: { model: 'mock/flooder', tools: ['send_message'], max_iterations: 2 } }),
    },
    shared: {
      ...(doc['shared'] as JsonObject | undefined),
      count: { type: 'integer', default: 0 },
      board: { type: 'object', additionalProperties: { type: 'string' }, default: {} },
    },
    tasks: {
      ...more,
      ...others,
      // In a strict scenario it comes after all others.
      ...(stop && { stop: { ...stop, needs: [...(stop['needs'] as string[]), ...Object.keys(more)] } }),
    },
  };
}

/** Agents that talk side by side. */
function mates(dice: Dice): JsonObject {
  const task = (): JsonObject => ({ agent: dice.pick(['mate', 'mate', 'other']), with: { prompt: 'Talk.' } });
  const members = Array.from({ length: dice.whole(0, 3) }, (_, index) => [`m${index}`, task()] as const);
  const each = { type: 'for_each', items: ['a', 'b', 'c'], on_item_error: 'continue', do: task() };
  return { ...Object.fromEntries(members), ...(dice.chance(0.4) && { mates: each }) };
}

/** Tasks that follow one another, each a use of a tool or a write of a `set`. */
function chain(dice: Dice, strict: boolean): JsonObject {
  const names = Array.from({ length: dice.whole(1, 7) }, (_, index) => `k${index}`);
  return Object.fromEntries(
    names.map((name, index) => [
      name,
      {
        ...link(dice, strict),
        needs: names.slice(index - 1, index),
        trigger_rule: 'all_done',
        ...(dice.chance(0.4) && { on_error: 'continue' }),
      },
    ]),
  );
}

function link(dice: Dice, strict: boolean): JsonObject {
  const use = (tool: string, input: JsonObject): JsonObject => ({ type: 'tool', tool, with: input });
  const priority = dice.chance(0.6) ? { priority: dice.whole(0, 9) } : {};
  return dice.pick<JsonObject>([
    { type: 'set', shared: { count: '${{ shared.count + 1 }}' } },
    { type: 'set', shared: { board: "${{ {'a': json(shared.count)} }}" } },
    use('set_shared', { name: 'count', value: '${{ shared.count + 10 }}' }),
    use('set_shared', { name: 'count', value: 0, if_version: 99 }),
    use('set_shared', { name: dice.pick(['board.a', 'board.b']), value: 'x' }),
    use('set_shared', { name: 'board.c', value: 'first', expected: null }),
    use('get_shared', { name: dice.pick(['count', 'board', 'board.a', 'board.b']), history: dice.chance(0.5) }),
    use('get_shared', { name: 'count', newer_than: 50, wait: dice.pick(['2s', '500ms']) }),
    use('send_message', { topic: 'log', text: dice.pick(['low', 'high']), ...priority }),
    use('send_message', { topic: 'log', data: { n: 1 }, ...priority }),
    use('send_message', { text: 'hear', ...priority }),
    use('send_message', { to: "${{ 'nob' + 'ody' }}", text: 'lost' }),
    use('send_message', { to: 'mate', text: 'you', ...priority }),
    use('read_messages', { topic: 'log', ...(dice.chance(0.5) && { max: dice.whole(1, 3) }) }),
    use('read_messages', dice.chance(0.5) ? { wait: '1s' } : {}),
    use(strict ? 'recall' : 'find_agents', {}),
  ]);
}

/** What an agent gives one of these tools. It depends on the place of the call alone. */
export function talkInput(tool: string, ...place: readonly (string | number)[]): Json {
  const chance = (what: string): number => roll(...place, what);
  const pick = <T>(what: string, choices: readonly T[]): T =>
    choices[Math.floor(chance(what) * choices.length)] ?? (choices[0] as T);
  const wait = chance('waits') < 0.4 ? { wait: pick('wait', ['300ms', '2s', '9s']) } : {};
  switch (tool) {
    case 'send_message':
      return {
        ...pick<JsonObject>('to', [
          { to: 'mate' },
          { to: 'other' },
          { to: 'nobody' },
          { topic: 'chat' },
          { topic: 'news' },
          {},
        ]),
        ...pick<JsonObject>('what', [{ text: 'hello' }, { text: 'well' }, { data: [1, 2] }, { text: 'both', data: 1 }]),
        ...(chance('urgent') < 0.5 && { priority: Math.floor(chance('priority') * 10) }),
      };
    case 'read_messages':
      return {
        ...pick<JsonObject>('topic', [{}, {}, { topic: 'chat' }, { topic: 'news' }, { topic: 'flood' }]),
        ...(chance('few') < 0.5 && { max: 1 + Math.floor(chance('max') * 3) }),
        ...wait,
      };
    case 'find_agents':
      return pick<JsonObject>('who', [{}, { idle: true }, { capability: 'talk' }, { capability: 'none' }]);
    case 'get_shared':
      return {
        name: pick('name', ['count', 'board', 'board.a', 'count.a', 'none']),
        ...(chance('new') < 0.4 && { newer_than: Math.floor(chance('than') * 4) }),
        ...wait,
      };
    case 'set_shared':
      return {
        ...pick<JsonObject>('value', [
          { name: 'count', value: 7 },
          { name: 'count', value: 'x' },
          { name: 'board.a', value: 'y' },
        ]),
        ...pick<JsonObject>('compare', [{}, {}, { if_version: Math.floor(chance('version') * 4) }, { expected: 7 }]),
      };
    case 'remember':
      return { key: pick('key', ['a', 'b', 'c']), value: Math.floor(chance('value') * 9) };
    default:
      return tool === 'recall' && chance('all') < 0.5 ? {} : { key: pick('key', ['a', 'b', 'c']) };
  }
}

/** What the flooder sends in a turn. */
export function floodInputs(): readonly Json[] {
  return Array.from({ length: flood }, (_, index) => ({
    topic: 'flood',
    text: 'f',
    priority: index % 10 === 0 ? 2 : 7,
  }));
}
