// A model that answers from what the file says, or from the schema it is asked to meet: without a key, without a
// network, without cost, and the same each time.
import {
  type Failure,
  failure,
  type Json,
  type JsonSchema,
  type ModelReply,
  type ModelRequest,
  type Usage,
} from '../../../../run/index.ts';
import type { Clock, ModelContext, ModelPart, ModelProvider } from '../../../ports/index.ts';
import { cancelled } from '../failed-call.ts';
import { ModelError } from '../model-error.ts';
import type { MockAnswer } from './choose.ts';
import { mockFailure } from './failure.ts';
import { inChunks } from './words.ts';

/** What the mock provider is given: it knows neither workflows nor records. */
export interface MockParts {
  readonly clock: Clock;
  /** The answer that the run's file has for a call (see `chooseMock`); undefined: none. */
  readonly answerTo: (request: ModelRequest, context: ModelContext) => MockAnswer | undefined;
  /** True when a call of this run that has no answer fails. */
  readonly isStrict: (context: ModelContext) => boolean;
  /** Makes a value that meets a schema; the same seed gives the same value. */
  readonly sample: (schema: JsonSchema, seed: string) => Json;
}

/** @returns the provider for `mock/…` */
export function createMockProvider(parts: MockParts): ModelProvider {
  return { generate: (request, context, signal) => generate(parts, request, context, signal) };
}

async function* generate(
  parts: MockParts,
  request: ModelRequest,
  context: ModelContext,
  signal: AbortSignal,
): AsyncIterable<ModelPart> {
  const answer = parts.answerTo(request, context);
  if (!answer && parts.isStrict(context)) throw new ModelError(noAnswer(request, context));
  const delayMs = answer?.delayMs ?? 0;
  if (answer?.error) {
    await pause(parts.clock, delayMs, request, signal);
    throw new ModelError(mockFailure(answer.error, request.model));
  }
  const reply = replyOf(parts, answer ?? {}, request, context);
  yield* stream(parts.clock, reply.text, delayMs, request, signal);
  yield { type: 'end', reply, usage: usageOf(request, reply) };
}

/** The delay is spread over the words, the first part of it standing for the time until a model begins. */
async function* stream(clock: Clock, text: string, delayMs: number, request: ModelRequest, signal: AbortSignal) {
  const chunks = inChunks(text);
  const partMs = delayMs / (chunks.length + 1);
  await pause(clock, partMs, request, signal);
  for (const chunk of chunks) {
    yield { type: 'text' as const, text: chunk };
    await pause(clock, partMs, request, signal);
  }
}

async function pause(clock: Clock, ms: number, request: ModelRequest, signal: AbortSignal): Promise<void> {
  if (ms > 0) await clock.sleep(ms, signal);
  if (signal.aborted) throw new ModelError(cancelled(request.model));
}

function replyOf(parts: MockParts, answer: MockAnswer, request: ModelRequest, context: ModelContext): ModelReply {
  const mayCall = request.tools.length > 0 && request.toolChoice === 'auto';
  const calls = mayCall ? (answer.toolCalls ?? []) : [];
  const toolCalls = calls.map((call, place) => ({ id: `${context.call}/${place + 1}`, ...call }));
  const isSilent = answer.reply === undefined && toolCalls.length > 0;
  const text = isSilent ? '' : textOf(answer.reply ?? sampled(parts, request, context), request.outputSchema);
  return { text, toolCalls, finishReason: toolCalls.length > 0 ? 'tool_calls' : 'stop', responseModel: request.model };
}

function sampled(parts: MockParts, request: ModelRequest, context: ModelContext): Json {
  if (request.outputSchema) return parts.sample(request.outputSchema, context.task);
  const prompt = lastMessage(request);
  const beginning = prompt.length > 120 ? `${prompt.slice(0, 120).trimEnd()}…` : prompt;
  return `This is a mock answer${context.agent ? ` of ${context.agent}` : ''} to: ${beginning}`;
}

/** A structured answer is JSON text. A written text stays as it is, also one that breaks the schema: that is its point. */
function textOf(reply: Json, schema: JsonSchema | undefined): string {
  const isText = typeof reply === 'string' && schema?.['type'] !== 'string';
  return isText ? reply : JSON.stringify(reply);
}

function usageOf(request: ModelRequest, reply: ModelReply): Usage {
  const sent = [request.messages, request.tools];
  const answered = reply.toolCalls.length > 0 ? reply.text + JSON.stringify(reply.toolCalls) : reply.text;
  return { inputTokens: likelyTokens(JSON.stringify(sent)), outputTokens: likelyTokens(answered) };
}

/** About four bytes make a token of English prose. */
function likelyTokens(text: string): number {
  return Math.ceil(Buffer.byteLength(text) / 4);
}

function lastMessage(request: ModelRequest): string {
  return request.messages.at(-1)?.content ?? '';
}

function noAnswer(request: ModelRequest, context: ModelContext): Failure {
  return failure('no_mock_answer', `No entry of the mock list answers the call ${context.call} of ${request.model}.`, {
    remedy: 'Add an entry that matches it, or take away `strict`.',
  });
}
