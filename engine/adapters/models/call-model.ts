// One model call: the parts of its stream become progress, its end an outcome with what it cost.
import { costNanoUsd, tokensWithin } from '../../../models/index.ts';
import {
  type Failure,
  failure,
  type ModelReply,
  type ModelRequest,
  type Outcome,
  type Progress,
  type Spent,
  type Usage,
} from '../../../run/index.ts';
import type { CallResult, ModelContext, ModelProvider } from '../../ports/index.ts';
import { ModelError } from './model-error.ts';

/** Above this an answer is refused, as every output is. */
const LONGEST_ANSWER_BYTES = 16 * 1024 * 1024;

/** All that one call needs. */
export interface ModelCallParts {
  readonly provider: ModelProvider;
  readonly request: ModelRequest;
  readonly context: ModelContext;
  /** The price that the run recorded for this model; null: not known. */
  readonly price: object | null;
  readonly report: (progress: Progress) => void;
  readonly signal: AbortSignal;
}

/**
 * Makes one call; never rejects. An answer that was cut for its length fails with `output_truncated`, one that the
 * provider withheld with `content_filtered`, both with their usage. A usage that the provider does not tell is
 * estimated: see `estimate`.
 */
export async function callModel(parts: ModelCallParts): Promise<CallResult> {
  if (parts.signal.aborted) return { outcome: { status: 'cancelled' } };
  let received = 0;
  try {
    for await (const part of parts.provider.generate(parts.request, parts.context, parts.signal)) {
      if (part.type === 'end') return ended(parts, part.reply, part.usage);
      parts.report({ type: part.type, call: parts.context.call, text: part.text });
      received += part.text.length;
      if (received > LONGEST_ANSWER_BYTES) throw new ModelError(tooLarge(parts.request.model));
    }
    throw new ModelError(
      failure('stream_incomplete', `${parts.request.model} ended without an answer.`, { retryable: true }),
    );
  } catch (thrown) {
    return failed(parts, thrown);
  }
}

function ended(parts: ModelCallParts, reply: ModelReply, usage: Usage | undefined): CallResult {
  const spent = usage ? spentOn(parts.price, usage) : estimate(parts, undefined, written(reply));
  return { outcome: outcomeOf(parts, reply), spent };
}

function written(reply: ModelReply): string {
  return reply.text + (reply.toolCalls.length > 0 ? JSON.stringify(reply.toolCalls) : '');
}

function outcomeOf({ request, context }: ModelCallParts, reply: ModelReply): Outcome {
  const { model, maxOutputTokens } = request;
  switch (reply.finishReason) {
    case 'length':
      return { status: 'failed', error: truncated(model, maxOutputTokens) };
    case 'content_filter':
      return { status: 'failed', error: filtered(model, reply.text, context.apiKey) };
    case 'stop':
    case 'tool_calls':
      return { status: 'completed', reply };
  }
}

function truncated(model: string, maxOutputTokens: number | undefined): Failure {
  const limit = maxOutputTokens === undefined ? 'its limit of output tokens' : `max_output_tokens (${maxOutputTokens})`;
  return failure('output_truncated', `The answer of ${model} reached ${limit} and is cut.`, {
    remedy: 'Raise max_output_tokens, or ask for less.',
  });
}

function filtered(model: string, text: string, apiKey: string | undefined): Failure {
  // Masked before it is cut: who seals the record does not know half a key.
  const masked = apiKey ? text.replaceAll(apiKey, '***') : text;
  const words = masked.length > 300 ? `${masked.slice(0, 300)}…` : masked;
  return failure('content_filtered', `${model} withheld its answer${words ? `: ${words}` : '.'}`, {
    remedy: 'Change the prompt, or use another model.',
  });
}

function tooLarge(model: string): Failure {
  return failure('output_too_large', `The answer of ${model} is larger than 16 MB.`, { remedy: 'Ask for less.' });
}

function failed(parts: ModelCallParts, thrown: unknown): CallResult {
  const error = thrown instanceof ModelError ? thrown.failure : unexpected(parts.request.model, thrown);
  const outcome: Outcome = parts.signal.aborted ? { status: 'cancelled' } : { status: 'failed', error };
  const { usage, received } = thrown instanceof ModelError ? thrown : { usage: undefined, received: '' };
  const mayHaveWorked = workedUnseen.includes(error.code) && !isAnswered(error);
  const isBilled = parts.signal.aborted || usage !== undefined || received !== '' || mayHaveWorked;
  return isBilled ? { outcome, spent: estimate(parts, usage, received) } : { outcome };
}

/** Failures after which the provider may have worked, and billed, without our seeing it. */
const workedUnseen = ['stream_incomplete', 'timeout', 'network', 'output_too_large'];

/** An error that came as an answer, or a request that never left, is not billed. */
function isAnswered({ details }: Failure): boolean {
  return details?.['notSent'] === true || details?.['status'] !== undefined;
}

function unexpected(model: string, thrown: unknown): Failure {
  const words = thrown instanceof Error ? thrown.message : String(thrown);
  return failure('provider_error', `The provider of ${model} failed in an unexpected way: ${words}`);
}

function spentOn(price: object | null, usage: Usage): Spent {
  return { usage, costNanoUsd: costNanoUsd(price, usage) };
}

/**
 * The most a call can have cost, as far as it is not known: a token for each byte that was sent, as far as the window of
 * the model is known no more than it holds, and for the answer what was allowed, or else a token for each byte that came.
 */
export function estimate(
  parts: Pick<ModelCallParts, 'request' | 'price'>,
  known: Usage | undefined,
  received: string,
): Spent {
  const { price, request } = parts;
  const { messages, tools, outputSchema, maxOutputTokens } = request;
  const sent = JSON.stringify([messages, tools, outputSchema ?? null]);
  const output = maxOutputTokens ?? Math.max(tokensWithin(price, received), known?.outputTokens ?? 0);
  const usage: Usage = { ...(known ?? { inputTokens: tokensWithin(price, sent) }), outputTokens: output };
  return { ...spentOn(price, usage), estimated: true };
}
