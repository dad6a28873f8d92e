// What a call is sent of its conversation, where its agent bounds it (`context`). The conversation stays whole in the
// record; a call says what it is not sent of it. Invariants:
//   C1. Instructions and prompt stay, and so does all that the model has not seen yet.
//   C2. An exchange goes as a whole: no result of a tool without its call, no answer without its question.
//   C3. What was left out once stays left out.
import {
  type Failure,
  failure,
  type Json,
  type Message,
  type Omitted,
  sentOf,
  summaryMessage,
} from '../../run/index.ts';
import type { AgentContext } from '../../workflow/model/model.ts';
import { jsonBytes } from './json-bytes.ts';
import type { TaskNode } from './state.ts';

/** What is to become of a conversation before a call. */
export type Fitting =
  | { readonly type: 'fits'; readonly omitted: Omitted | undefined }
  /** These messages are to be summarised; what is sent then follows from the summary. */
  | { readonly type: 'summarize'; readonly request: readonly Message[]; readonly use: (summary: string) => Omitted }
  | { readonly type: 'fails'; readonly error: Failure };

/** Tells whether somebody counts what a task sends. */
export function boundsTalk({ task }: TaskNode): boolean {
  return (task.type === 'agent' || task.type === 'router') && task.agent?.context !== undefined;
}

/** True for the place of a call that summarises: it is no part of the conversation. */
export function isSummary(key: string): boolean {
  return key.endsWith('/summary');
}

/** The place of the prompt in the messages that a task begins with: the last of a user. */
export function placeOfPrompt(first: readonly Message[]): number {
  return Math.max(
    0,
    first.findLastIndex(({ role }) => role === 'user'),
  );
}

/** The bytes of messages, as JSON text in UTF-8. */
export function bytesOf(messages: readonly Message[]): number {
  return messages.reduce((sum, message) => sum + bytesOfOne(message), 0);
}

function bytesOfOne(message: Message): number {
  return jsonBytes(message as unknown as Json, Infinity);
}

/**
 * Looks at a conversation before a call.
 * @param unsent what the call adds to it
 * @param besides the bytes that go with each call: tools, schema
 */
export function fit(
  node: TaskNode,
  { maxTokens, overflow }: AgentContext,
  unsent: readonly Message[],
  besides: number,
): Fitting {
  const { sent = [], omitted, measured } = node;
  // No token is shorter than a byte, and a provider's own count is better.
  const tokensPerByte = measured ? Math.min(1, measured.tokens / (measured.bytes + besides)) : 1;
  const messages = [...sent, ...unsent];
  const tokens = Math.ceil((bytesOf(sentOf(messages, omitted)) + besides) * tokensPerByte);
  if (tokens <= maxTokens) return { type: 'fits', omitted };
  if (overflow === 'fail') return { type: 'fails', error: overflowed(node, tokens, maxTokens) };
  const talk = { messages, asked: node.sent ? node.asked : placeOfPrompt(unsent), sizes: messages.map(bytesOfOne) };
  const maxBytes = Math.floor(maxTokens / tokensPerByte) - besides;
  const before = new Set((omitted?.ranges ?? []).flatMap(([from, to]) => placesFrom(from, to)));
  // A summary needs room, and is not to be made anew at each turn.
  const { out, bytes } = leaveOut(talk, before, overflow === 'summarize' ? maxBytes / 2 : maxBytes);
  const ranges = rangesOf(out);
  if (overflow === 'truncate' && bytes <= maxBytes) return { type: 'fits', omitted: { ranges } };
  const free = maxBytes - bytes;
  const room = Math.min(Math.floor(free / 2), free - bytesOf([summaryMessage('')]));
  if (overflow === 'truncate' || room <= 0) {
    return { type: 'fails', error: tooLarge(node, Math.ceil((bytes + besides) * tokensPerByte), maxTokens) };
  }
  const dropped = [...out].flatMap((place) => (before.has(place) ? [] : (messages[place] ?? [])));
  return {
    type: 'summarize',
    request: summaryRequest(dropped, omitted?.summary, maxBytes),
    use: (summary) => ({ ranges, summary: beginning(summary, room) }),
  };
}

interface Talk {
  readonly messages: readonly Message[];
  /** The bytes of each. */
  readonly sizes: readonly number[];
  /** The place of the prompt. */
  readonly asked: number;
}

/** Leaves out one exchange after the other, the oldest first, until the rest fits or nothing more may go. */
function leaveOut(
  talk: Talk,
  before: ReadonlySet<number>,
  maxBytes: number,
): { readonly out: ReadonlySet<number>; readonly bytes: number } {
  const out = new Set(before);
  let bytes = talk.sizes.reduce((sum, size, place) => (out.has(place) ? sum : sum + size), 0);
  for (const exchange of exchangesOf(talk)) {
    if (bytes <= maxBytes) break;
    for (const place of exchange) {
      if (!out.has(place)) bytes -= talk.sizes[place] ?? 0;
      out.add(place);
    }
  }
  return { out, bytes };
}

/** What may go, the oldest first: each with what belongs to it. Before the prompt a question begins one, after it an answer. */
function exchangesOf({ messages, asked }: Omit<Talk, 'sizes'>): readonly (readonly number[])[] {
  const first = messages.findIndex(({ role }) => role !== 'system');
  const begins = (place: number): boolean => messages[place]?.role === (place < asked ? 'user' : 'assistant');
  const before = grouped(placesFrom(first, asked), begins);
  const after = grouped(placesFrom(asked + 1, messages.length), begins);
  return [...before, ...after.slice(0, -1)];
}

function grouped(places: readonly number[], begins: (place: number) => boolean): readonly (readonly number[])[] {
  const groups: number[][] = [];
  for (const place of places) {
    const last = groups.at(-1);
    if (!last || begins(place)) groups.push([place]);
    else last.push(place);
  }
  return groups;
}

function placesFrom(from: number, to: number): readonly number[] {
  return Array.from({ length: Math.max(0, to - from) }, (_, index) => from + index);
}

function rangesOf(places: ReadonlySet<number>): Omitted['ranges'] {
  const ranges: [number, number][] = [];
  for (const place of [...places].sort((a, b) => a - b)) {
    const last = ranges.at(-1);
    if (last?.[1] === place) last[1] = place + 1;
    else ranges.push([place, place + 1]);
  }
  return ranges;
}

const instructions = `You shorten conversations. You are given the older part of one, and whoever goes on with it will see your words in its place. Keep what is needed to go on: what was asked, what was decided, names, figures, results of tools, what is still open. Leave out the rest. Answer with the summary alone, in at most 300 words.`;

/** @param maxBytes what does not fit is left out, the oldest first */
function summaryRequest(
  dropped: readonly Message[],
  earlier: string | undefined,
  maxBytes: number,
): readonly Message[] {
  const before = earlier === undefined ? [] : [summaryMessage(earlier).content];
  const all = [...before, ...dropped.map(inWords)].join('\n\n');
  const system: Message = { role: 'system', content: instructions };
  return [system, { role: 'user', content: end(all, maxBytes - bytesOf([system, { role: 'user', content: '' }])) }];
}

function inWords(message: Message): string {
  const calls = message.role === 'assistant' ? (message.toolCalls ?? []) : [];
  const called = calls.map(({ name, arguments: input }) => `calls ${name} with ${JSON.stringify(input)}`);
  return [`${message.role}: ${message.content}`, ...called].join('\n');
}

/** As much of the beginning of a text as takes so many bytes as JSON text. */
function beginning(text: string, maxBytes: number): string {
  return text.slice(
    0,
    fittingLength(maxBytes, (length) => text.slice(0, length), text.length),
  );
}

/** As much of the end of a text as takes so many bytes as JSON text. */
function end(text: string, maxBytes: number): string {
  return text.slice(text.length - fittingLength(maxBytes, (length) => text.slice(text.length - length), text.length));
}

/** The greatest length at which a piece of text is not too large. */
function fittingLength(maxBytes: number, pieceOf: (length: number) => string, most: number): number {
  let low = 0;
  let high = most;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (jsonBytes(pieceOf(middle), maxBytes) <= maxBytes) low = middle;
    else high = middle - 1;
  }
  return low;
}

function overflowed({ path }: TaskNode, tokens: number, maxTokens: number): Failure {
  const message = `The conversation in ${path} takes ${tokens} tokens, as far as they can be counted, and its agent's \`context\` allows ${maxTokens}.`;
  return failure('context_overflow', message, {
    remedy: 'Raise `max_tokens` of its `context`, or let `overflow` be `truncate` or `summarize`.',
  });
}

function tooLarge({ path }: TaskNode, tokens: number, maxTokens: number): Failure {
  const message = `What must be sent in ${path} – instructions, tools, prompt and the newest messages – takes ${tokens} tokens, as far as they can be counted, and its agent's \`context\` allows ${maxTokens}.`;
  return failure('context_overflow', message, {
    remedy: 'Raise `max_tokens` of its `context`, or make the prompt or the results of its tools shorter.',
  });
}
