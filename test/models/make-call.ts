import { callModel, createAnthropicProvider, createOpenAiProvider } from '../../engine/adapters/models/index.ts';
import type { CallResult } from '../../engine/ports/index.ts';
import type { Failure, ModelReply, ModelRequest, Progress, ToolDescriptor } from '../../run/index.ts';

/** A key that must show up nowhere but in a request's head. */
export const canaryKey = 'canary-key-0123456789';

export const calculator: ToolDescriptor = {
  name: 'calculator',
  description: 'Evaluates an expression.',
  input: { type: 'object', properties: { expression: { type: 'string' } }, required: ['expression'] },
  effect: 'none',
  asks: 'never',
};

/** The two providers that speak HTTP, and a model of each. */
export const providers = [
  { name: 'openai', model: 'openai/gpt-5-mini', path: '/v1' },
  { name: 'anthropic', model: 'anthropic/claude-sonnet-4-5', path: '' },
] as const;

export type ProviderName = (typeof providers)[number]['name'];

/** What a test says about a call; the rest is ordinary. */
export interface CallOptions {
  readonly provider: ProviderName;
  readonly baseUrl: string;
  readonly request?: Partial<ModelRequest>;
  readonly signal?: AbortSignal;
  /** Null: none. */
  readonly apiKey?: string | null;
  readonly price?: object | null;
  /** Called with each piece of text as it streams. */
  readonly onText?: (text: string) => void;
}

/** A call that was made: its end and what had streamed. */
export interface MadeCall {
  readonly result: CallResult;
  readonly texts: readonly string[];
  readonly reasoning: string;
}

/** Makes one call as the engine would. */
export async function makeCall(options: CallOptions): Promise<MadeCall> {
  const progress: Progress[] = [];
  const apiKey = options.apiKey === undefined ? canaryKey : options.apiKey;
  const result = await callModel({
    provider: options.provider === 'openai' ? createOpenAiProvider() : createAnthropicProvider(),
    request: requestFor(options.provider, options.request),
    context: {
      runId: 'run',
      call: 'draft/turn[1]#1',
      task: 'draft',
      baseUrl: options.baseUrl,
      ...(apiKey !== null && { apiKey }),
    },
    price: options.price ?? null,
    report: (part) => {
      progress.push(part);
      if (part.type === 'text') options.onText?.(part.text);
    },
    signal: options.signal ?? new AbortController().signal,
  });
  const ofType = (type: Progress['type']) => progress.filter((part) => part.type === type).map(({ text }) => text);
  return { result, texts: ofType('text'), reasoning: ofType('reasoning').join('') };
}

/** An ordinary request: one question. */
export function requestFor(provider: ProviderName, more: Partial<ModelRequest> = {}): ModelRequest {
  const model = providers.find(({ name }) => name === provider)?.model ?? provider;
  return { model, messages: [{ role: 'user', content: 'hello' }], tools: [], toolChoice: 'auto', ...more };
}

/** @returns the reply of a call that completed; fails the test when it did not */
export function replyOf({ result }: MadeCall): ModelReply {
  if (result.outcome.status === 'completed' && 'reply' in result.outcome) return result.outcome.reply;
  throw new Error(`expected a reply, got ${JSON.stringify(result)}`);
}

/** @returns the failure of a call that failed; fails the test when it did not */
export function failureOf({ result }: MadeCall): Failure {
  if (result.outcome.status === 'failed') return result.outcome.error;
  throw new Error(`expected a failure, got ${JSON.stringify(result)}`);
}
