// OpenAI's Chat Completions, which many servers speak. One call is one request: the engine decides about retries.
import type { ChatCompletionCreateParamsStreaming } from 'openai/resources/chat/completions';
import type { ModelRequest } from '../../../../run/index.ts';
import type { ModelContext, ModelPart, ModelProvider } from '../../../ports/index.ts';
import { endpointOf, modelErrorOf } from '../failed-call.ts';
import { createGuardedFetch, silence } from '../guarded-fetch.ts';
import type { Endpoint } from '../http-failure.ts';
import { ModelError, streamIncomplete } from '../model-error.ts';
import { ChatAnswer } from './answer.ts';
import { chatRequestOf } from './request.ts';

const STANDARD_URL = 'https://api.openai.com/v1';

/** @returns the provider for `openai/…` and for every server that speaks Chat Completions at a `baseUrl` */
export function createOpenAiProvider(): ModelProvider {
  return { generate };
}

async function* generate(request: ModelRequest, context: ModelContext, signal: AbortSignal): AsyncIterable<ModelPart> {
  const endpoint = endpointOf(request.model, context, STANDARD_URL);
  const { body, unwrap } = chatRequestOf(request);
  const answer = new ChatAnswer();
  try {
    for await (const chunk of await open(endpoint, body, signal)) yield* answer.take(chunk);
    signal.throwIfAborted();
  } catch (thrown) {
    // After its reason to stop, an answer is whole: a connection that breaks then takes only the usage along.
    if (signal.aborted || !answer.isWhole) throw modelErrorOf(thrown, endpoint, signal, answer);
  }
  const reply = answer.reply(unwrap);
  if (!reply)
    throw new ModelError(streamIncomplete(request.model, answer.whyIncomplete), {
      usage: answer.usage,
      received: answer.text,
    });
  yield { type: 'end', reply, ...(answer.usage && { usage: answer.usage }) };
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
