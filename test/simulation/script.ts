// What each call of a scenario comes to. It depends on the place of the call and on its attempt alone, so a run that was
// cut and resumed meets the same world, and an oracle can know it.
import type { Failure, Json, JsonObject, JsonSchema, Message, ModelReply, ToolCall } from '../../run/index.ts';
import { failure, isJsonObject } from '../../run/index.ts';
import { sampleFromSchema } from '../../workflow/index.ts';
import { isPlannerSchema, planEssence, planFor } from './plans.ts';
import { fingerprint, roll } from './random.ts';
import { tools } from './scenario.ts';
import { floodInputs, isEngineTool, talkInput } from './talk.ts';

/** How one attempt goes. `hang` never answers. `unclear` fails so that nobody can tell whether it took effect. */
export type Fate =
  | { readonly type: 'answer' }
  | { readonly type: 'fail'; readonly error: Failure }
  | { readonly type: 'hang' }
  | { readonly type: 'unclear' };

/** A place where calls are made. */
export interface CallPlace {
  readonly seed: number;
  readonly task: string;
  /** Such as `turn[1]`. */
  readonly key: string;
  /** Whom a model call asks; empty for tools. */
  readonly model: string;
  readonly hasTimeout: boolean;
  /** Nothing fails any more. */
  readonly healed: boolean;
}

/** The fate of an attempt (from 1) of a model call. */
export function fateOfModel(place: CallPlace, attempt: number): Fate {
  const { seed, task, key, model } = place;
  if (place.healed) return { type: 'answer' };
  const luck = roll(seed, task, key, model, 'permanent');
  // A refusal that no other model would mend.
  if (luck < 0.01) return failed('denied', false);
  if (luck < 0.06) return failed('bad_request', false);
  return attempt <= troubles(place) ? trouble(place, attempt) : { type: 'answer' };
}

/** The fate of an attempt of a tool call. `once` tools may also end unclearly, the first time. */
export function fateOfTool(place: CallPlace, attempt: number, once: boolean): Fate {
  const { seed, task, key } = place;
  if (place.healed) return { type: 'answer' };
  if (roll(seed, task, key, 'permanent') < 0.06) return failed('bad_request', false);
  if (once) {
    if (attempt <= troubles(place)) return failed('network', true, { notSent: true });
    return roll(seed, task, key, 'unclear') < 0.2 ? { type: 'unclear' } : { type: 'answer' };
  }
  return attempt <= troubles(place) ? trouble(place, attempt) : { type: 'answer' };
}

/** How an unclear call ends: it hangs, or its connection breaks; in either case it may have taken effect. */
export function unclearEnd(place: CallPlace): { readonly hangs: boolean; readonly tookEffect: boolean } {
  const { seed, task, key } = place;
  return {
    hangs: place.hasTimeout && roll(seed, task, key, 'hangs') < 0.5,
    tookEffect: roll(seed, task, key, 'effect') < 0.5,
  };
}

function troubles({ seed, task, key, model }: CallPlace): number {
  const luck = roll(seed, task, key, model, 'troubles');
  return luck < 0.75 ? 0 : luck < 0.88 ? 1 : luck < 0.95 ? 2 : 9;
}

function trouble(place: CallPlace, attempt: number): Fate {
  const kind = roll(place.seed, place.task, place.key, place.model, attempt, 'kind');
  if (kind < 0.2 && place.hasTimeout) return { type: 'hang' };
  if (kind < 0.5)
    return { type: 'fail', error: { ...failure('rate_limited', 'slow down'), retryable: true, retryAfterMs: 3000 } };
  return kind < 0.75 ? failed('server_error', true, { status: 500 }) : failed('network', true);
}

function failed(code: string, retryable: boolean, details?: JsonObject): Fate {
  return { type: 'fail', error: failure(code, `scripted ${code}`, { retryable, ...(details && { details }) }) };
}

/** What a tool gives: now and then more than an event holds. */
export function toolOutput(task: string, tool: string, input: Json): Json {
  const of = fingerprint(`${task} ${JSON.stringify(input)}`);
  return { tool, of, ...(roll(of, 'large') < 0.02 && { pages: 'all of it '.repeat(7000) }) };
}

/** What a model answers. It depends on the conversation and the model, so a message lost or doubled is seen. */
export function replyOf(
  place: CallPlace,
  messages: readonly Message[],
  agent: { readonly tools: readonly string[]; readonly schema: JsonSchema | undefined; readonly isRepair: boolean },
): ModelReply {
  const { seed, task, key, healed } = place;
  const luck = healed ? 1 : roll(seed, task, key, 'reply');
  if (luck < 0.02) return { text: 'cut', toolCalls: [], finishReason: 'length' };
  if (luck < 0.03) return { text: '', toolCalls: [], finishReason: 'content_filter' };
  const said = fingerprint([place.model, ...messages.map(essence)].join('\n'));
  if (place.model === 'mock/flooder' && key === 'turn[1]') {
    const toolCalls = floodInputs().map((input, index) => ({
      id: `e${index}`,
      name: 'send_message',
      arguments: input,
    }));
    return { text: '', toolCalls, finishReason: 'tool_calls' };
  }
  if (agent.tools.length > 0 && !agent.isRepair && roll(seed, task, key, 'tools') < 0.55) {
    const count = 1 + Math.floor(roll(seed, task, key, 'count') * 3);
    const toolCalls = Array.from({ length: count }, (_, index) => toolCallOf(place, agent.tools, index, said));
    return { text: roll(seed, task, key, 'talks') < 0.5 ? said : '', toolCalls, finishReason: 'tool_calls' };
  }
  if (!agent.schema) return { text: said, toolCalls: [], finishReason: 'stop' };
  const isValid = healed || roll(seed, task, key, 'valid') < 0.6;
  const value = valueFor(agent.schema, said, healed);
  const text = isValid ? JSON.stringify(value) : `["${said}"]`;
  return { text, toolCalls: [], finishReason: 'stop' };
}

function valueFor(schema: JsonSchema, said: string, healed: boolean): Json {
  if (isPlannerSchema(schema)) return planFor(schema, said);
  return isPlanSchema(schema) ? planOf(schema, said, healed) : sampleFromSchema(schema, said);
}

function toolCallOf(place: CallPlace, tools: readonly string[], index: number, said: string): ToolCall {
  const { seed, task, key } = place;
  const id = `c${index}`;
  const odd = roll(seed, task, key, index, 'odd');
  if (odd < 0.05) return { id, name: 'nothing', arguments: {} };
  const name = tools[Math.floor(roll(seed, task, key, index, 'which') * tools.length)] ?? 'calc';
  if (odd < 0.1) return { id, name, arguments: '{oops', invalid: 'unexpected end' };
  if (isEngineTool(name)) return { id: `e${index}`, name, arguments: talkInput(name, seed, task, key, index) };
  return { id, name, arguments: odd < 0.13 ? { said, index } : inputOf(name, said, index) };
}

/** Agents are given a text, tools anything. */
function inputOf(name: string, said: string, index: number): JsonObject {
  const text = `${said} ${index}`;
  if (name.startsWith('handoff_to_')) return { message: text };
  return tools.some((tool) => tool.name === name) ? { said, index } : { prompt: text };
}

function isPlanSchema({ properties }: JsonSchema): boolean {
  return isJsonObject(properties) && isJsonObject(properties['subtasks']);
}

/**
 * How a supervisor divides its work: often well, sometimes not at all, sometimes so that it can not be carried out. Only
 * the last subtask needs others, so that the order in which they begin does not depend on who is faster.
 */
function planOf(schema: JsonSchema, said: string, healed: boolean): Json {
  if (roll(said, 'done') < 0.3) return { done: true, subtasks: [] };
  const target = targetIn(schema);
  const count = 1 + Math.floor(roll(said, 'subtasks') * 3);
  const subtasks = Array.from({ length: count }, (_, index) => ({
    id: 'abc'[index] ?? 'z',
    instructions: `do ${fingerprint(`${said} ${index}`)}`,
    ...(target && { [target.key]: target.names[Math.floor(roll(said, index, 'who') * target.names.length)] ?? '' }),
    needs: index > 0 && index === count - 1 && roll(said, 'needs') < 0.6 ? ['a'] : [],
  }));
  return { done: false, subtasks: healed ? subtasks : spoilt(subtasks, said) };
}

function targetIn(schema: JsonSchema): { readonly key: string; readonly names: readonly string[] } | undefined {
  const { subtasks } = schema['properties'] as { readonly subtasks: { readonly items: JsonSchema } };
  const properties = subtasks.items['properties'] as { readonly [key: string]: JsonSchema };
  return ['specialist', 'capability'].flatMap((key) => {
    const names = properties[key]?.['enum'];
    return Array.isArray(names) ? [{ key, names: names.map(String) }] : [];
  })[0];
}

function spoilt<T extends { readonly id: string }>(subtasks: readonly T[], said: string): Json[] {
  const luck = roll(said, 'spoilt');
  const spoil = (more: JsonObject): Json[] => subtasks.map((one) => ({ ...one, ...more }) as unknown as Json);
  if (luck < 0.04) return [];
  if (luck < 0.08) return spoil({ needs: ['z'] });
  if (luck < 0.12) return spoil({ needs: ['a'] });
  if (luck < 0.16) return [...spoil({}), ...spoil({})];
  return luck < 0.18 ? spoil({ specialist: 'nobody', capability: 'nothing' }) : spoil({});
}

/** A message without the engine's own wording. */
export function essence(message: Message): string {
  if (message.role === 'tool') {
    // What the engine answers depends on what others do meanwhile.
    if (message.toolCallId.startsWith('e')) return `tool ${message.toolCallId}`;
    const content = message.isError ? message.content.split(':')[0] : message.content;
    return `tool ${message.toolCallId} ${content}`;
  }
  if (message.role === 'user' && message.content.startsWith('Your answer does not fit')) return 'repair';
  if (message.role === 'user') {
    const [, told] = /^(\(\S+ failed: \w+)/.exec(message.content) ?? [];
    if (told !== undefined) return told;
  }
  const asked = message.role === 'user' ? askedByPattern(message.content) : undefined;
  if (asked !== undefined) return asked;
  if (message.role === 'user') return `user ${essenceOfTeam(message.content)}`;
  if (message.role === 'assistant') {
    const calls = (message.toolCalls ?? []).map(({ id, name }) => `${id}:${name}`).join(',');
    return `assistant ${message.content} ${calls}`;
  }
  return `${message.role} ${message.content}`;
}

/** What a pattern asks an agent about. */
function askedByPattern(content: string): string | undefined {
  const plan = planEssence(content);
  if (plan !== undefined) return plan;
  const [, word, about] =
    /^(Judge|Choose|Make|Write a better) .*?(?:What (?:it gave|it is about|the critic says of the last one)|The answers):\n\n(.*)$/s.exec(
      content,
    ) ?? [];
  return about === undefined ? undefined : `${word} ${about}`;
}

/** What a supervisor and its specialists are told: of marked texts, these alone, and what stands before results. */
function essenceOfTeam(content: string): string {
  const marked = [...content.matchAll(/<(goal|subtask)\b[^>]*>.*?<\/\1>/gs)].map(([text]) =>
    text.replace(/<failure>\n(?:(\w+): )?.*?\n<\/failure>/s, '<failure>$1</failure>'),
  );
  if (content.includes('<goal>')) return [...marked, content.includes('<problem>') ? 'mend' : ''].join(' ');
  const instructions = /^(.*?)\n\n[^\n]*\n\n<subtask /s.exec(content)?.[1];
  return instructions === undefined ? content : [instructions, ...marked].join(' ');
}

/** What a person answers to a human task; undefined: never. */
export function answerOf(
  seed: number,
  task: string,
  hasTimeout: boolean,
): { readonly answer: string; readonly afterMs: number } | undefined {
  if (hasTimeout && roll(seed, task, 'silent') < 0.4) return undefined;
  return {
    answer: roll(seed, task, 'answer') < 0.5 ? 'yes' : 'no',
    afterMs: 1000 + Math.floor(roll(seed, task, 'delay') * 30_000),
  };
}
