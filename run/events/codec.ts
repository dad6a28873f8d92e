// Large values leave their event before it is recorded and come back when it is read. Invariants:
//   C1. `fill(spill(event))` equals the event, whatever the values are.
//   C2. A value that looks like a reference is spilled whatever its size, so nobody can forge one.
import type { Json, JsonObject } from '../json.ts';
import type { CallAnswered, CallEnded, CallStarted, RunEvent } from './events.ts';
import { type LargeValue, largeOf, largeReference } from './large.ts';
import { longestText } from './longest-text.ts';
import type { Message, ModelReply } from './model-call.ts';

/** Values whose JSON text is longer than this many UTF-16 units are kept by hash. */
const spillAbove = 64 * 1024;
const previewLength = 1000;

/** Bytes to keep beside the events: JSON text in UTF-8, named by its hash. */
export interface Blob {
  readonly hash: string;
  readonly bytes: Uint8Array;
}

/** Gives the SHA-256 of bytes in lower-case hex. Passed in, since this part imports nothing. */
export type HashBytes = (bytes: Uint8Array) => string;

/** Loads kept bytes by hash; undefined if they are missing. */
export type LoadBytes = (hash: string) => Promise<Uint8Array | undefined>;

/** Replaces the large values of an event by references; returns the event as it is recorded, and what to keep. */
export function spill(event: RunEvent, hash: HashBytes): { event: RunEvent; blobs: readonly Blob[] } {
  const blobs: Blob[] = [];
  const keep = (value: unknown): LargeValue | undefined => {
    if (longestText(value) <= spillAbove) return undefined;
    const text = JSON.stringify(value);
    if (text === undefined || text.length <= spillAbove) return undefined;
    return keepText(text, hash, blobs);
  };
  const json = <T extends Json | undefined>(value: T): T => {
    if (value === undefined) return value;
    const large = largeOf(value) ? keepText(JSON.stringify(value), hash, blobs) : keep(value);
    return large ? (largeReference(large) as T) : value;
  };
  return { event: mapLargeParts(event, json, keep), blobs };
}

/** Puts the large values back. Throws if one is missing: the record is then damaged. */
export async function fill(event: RunEvent, load: LoadBytes): Promise<RunEvent> {
  const wanted = new Map<string, Json>();
  mapLargeParts(
    event,
    (value) => note(value, wanted),
    () => undefined,
  );
  const inner = innerLarge(event);
  if (inner) wanted.set(inner.hash, null);
  if (wanted.size === 0) return event;
  for (const hash of wanted.keys()) wanted.set(hash, await loadJson(hash, load));
  const whole = mapLargeParts(
    event,
    (value) => {
      const large = largeOf(value);
      return large ? (wanted.get(large.hash) as typeof value) : value;
    },
    () => undefined,
  );
  return inner ? fillInner(whole, wanted.get(inner.hash) ?? null) : whole;
}

/** The values that an event, as it is recorded, names by their hash. */
export function largeValuesOf(event: RunEvent): readonly LargeValue[] {
  const found: LargeValue[] = [];
  mapLargeParts(
    event,
    (value) => {
      const large = largeOf(value);
      if (large) found.push(large);
      return value;
    },
    () => undefined,
  );
  const inner = innerLarge(event);
  return inner ? [...found, inner] : found;
}

function keepText(text: string, hash: HashBytes, blobs: Blob[]): LargeValue {
  const bytes = new TextEncoder().encode(text);
  const blob = { hash: hash(bytes), bytes };
  blobs.push(blob);
  return { hash: blob.hash, bytes: bytes.length, preview: text.slice(0, previewLength) };
}

function note<T extends Json | undefined>(value: T, wanted: Map<string, Json>): T {
  const large = largeOf(value);
  if (large) wanted.set(large.hash, null);
  return value;
}

async function loadJson(hash: string, load: LoadBytes): Promise<Json> {
  const bytes = await load(hash);
  if (!bytes) throw new Error(`The record is damaged: the large value ${hash} is missing.`);
  return JSON.parse(new TextDecoder().decode(bytes)) as Json;
}

/** Applies `json` to every place where any JSON may stand, and `keep` to the typed parts that may be large. */
function mapLargeParts(
  event: RunEvent,
  json: <T extends Json | undefined>(value: T) => T,
  keep: (value: unknown) => LargeValue | undefined,
): RunEvent {
  switch (event.type) {
    case 'run-started':
      return { ...event, inputs: json(event.inputs) };
    case 'task-started':
      return {
        ...event,
        ...(event.input !== undefined && { input: json(event.input) }),
        ...(event.item && { item: { ...event.item, value: json(event.item.value) } }),
      };
    case 'task-ended':
      return {
        ...event,
        ...(event.output !== undefined && { output: json(event.output) }),
        ...(event.partial !== undefined && { partial: json(event.partial) }),
        ...(event.shared !== undefined && { shared: eachValue(event.shared, json) }),
        ...(event.details !== undefined && { details: json(event.details) }),
      };
    case 'plan-made':
      return { ...event, document: json(event.document) };
    case 'call-started':
      return { ...event, request: mapRequest(event.request, json, keep) };
    case 'call-ended':
      return { ...event, outcome: mapOutcome(event.outcome, json, keep) };
    case 'call-answered':
      return { ...event, input: json(event.input), outcome: mapAnswer(event.outcome, json) };
    case 'question-answered':
      return { ...event, answer: json(event.answer) };
    case 'run-ended':
      return event.outputs === undefined ? event : { ...event, outputs: json(event.outputs) };
    default:
      return event;
  }
}

/** Value by value, so that readers see the names of large ones. Older records kept all of them as one value. */
function eachValue(values: JsonObject, json: <T extends Json | undefined>(value: T) => T): JsonObject {
  if (largeOf(values)) return json(values);
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, json(value)]));
}

function mapRequest(
  request: CallStarted['request'],
  json: <T extends Json>(value: T) => T,
  keep: (value: unknown) => LargeValue | undefined,
): CallStarted['request'] {
  if (request.kind === 'tool') return { ...request, input: json(request.input) };
  const large = keep(request.messages);
  return large ? { ...request, messages: request.messages.map(beginning), large } : request;
}

function mapAnswer(outcome: CallAnswered['outcome'], json: <T extends Json>(value: T) => T): CallAnswered['outcome'] {
  return 'output' in outcome ? { ...outcome, output: json(outcome.output) } : outcome;
}

function mapOutcome(
  outcome: CallEnded['outcome'],
  json: <T extends Json>(value: T) => T,
  keep: (value: unknown) => LargeValue | undefined,
): CallEnded['outcome'] {
  if (outcome.status !== 'completed') return outcome;
  if ('output' in outcome) return { ...outcome, output: json(outcome.output) };
  const large = keep(outcome.reply);
  if (!large) return outcome;
  return {
    ...outcome,
    reply: { ...outcome.reply, text: outcome.reply.text.slice(0, previewLength), toolCalls: [], large },
  };
}

function beginning(message: Message): Message {
  const content = message.content.slice(0, previewLength);
  return message.role === 'assistant' ? { role: 'assistant', content } : { ...message, content };
}

/** The large value inside a typed part of an event. */
function innerLarge(event: RunEvent): LargeValue | undefined {
  if (event.type === 'call-started' && event.request.kind === 'model') return event.request.large;
  if (event.type === 'call-ended' && event.outcome.status === 'completed' && 'reply' in event.outcome) {
    return event.outcome.reply.large;
  }
  return undefined;
}

function fillInner(event: RunEvent, whole: Json): RunEvent {
  if (event.type === 'call-started' && event.request.kind === 'model') {
    const { large: _, ...request } = event.request;
    return { ...event, request: { ...request, messages: whole as unknown as Message[] } };
  }
  if (event.type === 'call-ended') {
    return { ...event, outcome: { status: 'completed', reply: whole as unknown as ModelReply } };
  }
  return event;
}
