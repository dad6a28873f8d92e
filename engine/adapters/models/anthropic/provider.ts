// Anthropic's Messages API. One call is one request: the engine decides about retries.
import type { Stream } from '@anthropic-ai/sdk/streaming';
import type { MessageCreateParamsStreaming, RawMessageStreamEvent } from '@anthropic-ai/sdk/resources/messages';
import type { ModelRequest } from '../../../../run/index.ts';
import type { ModelContext, ModelPart, ModelProvider } from '../../../ports/index.ts';
import { endpointOf } from '../failed-call.ts';
import { createGuardedFetch, silence } from '../guarded-fetch.ts';
import type { Endpoint } from '../http-failure.ts';
import { streamAnswer } from '../stream-answer.ts';
import { MessageAnswer } from './answer.ts';
import { messageRequestOf } from './request.ts';

const STANDARD_URL = 'https://api.anthropic.com';
const API_VERSION = '2023-06-01';

/** @returns the provider for `anthropic/…`, and for a server that speaks Messages at a `baseUrl` */
export function createAnthropicProvider(): ModelProvider {
  return { generate };
}

function generate(request: ModelRequest, context: ModelContext, signal: AbortSignal): AsyncIterable<ModelPart> {
  const endpoint = endpointOf(request.model, context, STANDARD_URL);
  const { body, answerTool, unwrap } = messageRequestOf(request);
  const answer = new MessageAnswer(answerTool);
  return streamAnswer({ open: () => open(endpoint, body, signal), answer, unwrap, endpoint, signal });
}

/** The SDK is loaded when first used. Whatever it would read from the environment is given. */
async function open({ baseUrl, apiKey }: Endpoint, body: MessageCreateParamsStreaming, signal: AbortSignal) {
  const { Anthropic } = await import('./sdk.ts');
  const client = new Anthropic({
    baseURL: baseUrl,
    // Without a key the SDK would look for one in files; what is sent is what the guarded fetch sends.
    apiKey: apiKey ?? 'none',
    authToken: null,
    webhookKey: null,
    maxRetries: 0,
    logLevel: 'off',
    logger: silence,
    openTelemetry: false,
    fetch: createGuardedFetch(baseUrl, {
      'anthropic-version': API_VERSION,
      ...(apiKey !== undefined && { 'x-api-key': apiKey }),
    }),
  });
  // `messages.create` would do the same, and print to the console when a model is deprecated.
  return client.post<Stream<RawMessageStreamEvent>>('/v1/messages', { body, signal, stream: true });
}
