// OpenAI's Chat Completions, which many servers speak. One call is one request: the engine decides about retries.
import type { ChatCompletionCreateParamsStreaming } from 'openai/resources/chat/completions';
import type { ModelRequest } from '../../../../run/index.ts';
import type { ModelContext, ModelPart, ModelProvider } from '../../../ports/index.ts';
import { endpointOf } from '../failed-call.ts';
import { createGuardedFetch, silence } from '../guarded-fetch.ts';
import type { Endpoint } from '../http-failure.ts';
import { streamAnswer } from '../stream-answer.ts';
import { ChatAnswer } from './answer.ts';
import { chatRequestOf } from './request.ts';

const STANDARD_URL = 'https://api.openai.com/v1';

/** @returns the provider for `openai/…` and for every server that speaks Chat Completions at a `baseUrl` */
export function createOpenAiProvider(): ModelProvider {
  return { generate };
}

function generate(request: ModelRequest, context: ModelContext, signal: AbortSignal): AsyncIterable<ModelPart> {
  const endpoint = endpointOf(request.model, context, STANDARD_URL);
  const { body, unwrap } = chatRequestOf(request);
  const answer = new ChatAnswer();
  return streamAnswer({ open: () => open(endpoint, body, signal), answer, unwrap, endpoint, signal });
}

/** The SDK is loaded when first used: it takes 20 MB. Whatever it would read from the environment is given. */
async function open({ baseUrl, apiKey }: Endpoint, body: ChatCompletionCreateParamsStreaming, signal: AbortSignal) {
  const { OpenAI } = await import('./sdk.ts');
  const client = new OpenAI({
    baseURL: baseUrl,
    // The SDK wants a key; what is sent is what the guarded fetch sends.
    apiKey: apiKey ?? 'none',
    adminAPIKey: null,
    organization: null,
    project: null,
    webhookSecret: null,
    maxRetries: 0,
    logLevel: 'off',
    logger: silence,
    fetch: createGuardedFetch(baseUrl, apiKey === undefined ? {} : { authorization: `Bearer ${apiKey}` }),
  });
  return client.chat.completions.create(body, { signal });
}
