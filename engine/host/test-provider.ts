// Makes one small call to a provider, outside any run and recorded nowhere: so that a person knows whether key, address
// and model work before a run depends on them.
import {
  callModel,
  createAnthropicProvider,
  createMockProvider,
  createOpenAiProvider,
} from '../adapters/models/index.ts';
import { priceOf, splitModel } from '../../models/index.ts';
import {
  type Failure,
  failure,
  type ModelRequest,
  type Outcome,
  type ProviderTest,
  type ProviderTestAnswer,
} from '../../run/index.ts';
import { checkWorkflow, sampleFromSchema } from '../../workflow/index.ts';
import type { Clock, ModelProvider } from '../ports/index.ts';
import { type Endpoint, endpointOf, ownOriginOf, whyNotTo } from './endpoints.ts';
import { configFile } from './prepare-start.ts';
import type { SecretSeal } from './secret-seal.ts';

const withinMs = 30_000;
/** Room for models that think before they answer. */
const maxOutputTokens = 512;

/** Asks a provider for one word. Never rejects for what the provider does: that is an answer. */
export async function testProvider(test: ProviderTest, clock: Clock, seal: SecretSeal): Promise<ProviderTestAnswer> {
  const config = test.sources[configFile];
  const checked = checkWorkflow({
    file: 'test',
    text: '',
    ...(config !== undefined && { config: { file: configFile, text: config } }),
  });
  const { provider } = splitModel(test.model);
  const endpoint = endpointOf(provider, { config: checked.config, baseUrls: test.baseUrls, mock: false });
  if ('code' in endpoint) return { ok: false, refused: endpoint };
  const key = test.offer.secrets.find(({ name }) => name === endpoint.secret);
  const reason = whyNotTo(endpoint, key, test.trusted);
  if (reason) return { ok: false, refused: reason };
  if (key) seal.add(key.value);
  const startedAt = clock.nowMs();
  const price = await priceOf(test.model);
  const { outcome, spent } = await callModel({
    provider: providerFor(endpoint.format, clock),
    request: requestTo(test.model),
    context: {
      runId: 'test',
      call: 'test',
      task: 'test',
      ...(key && { apiKey: key.value }),
      ...(endpoint.baseUrl !== undefined && { baseUrl: endpoint.baseUrl }),
    },
    price,
    report: () => undefined,
    signal: AbortSignal.timeout(withinMs),
  });
  const refused = whyNoAnswer(outcome, test.model);
  if (refused) return { ok: false, refused: seal.seal(refused) };
  const responseModel = outcome.status === 'completed' && 'reply' in outcome ? outcome.reply.responseModel : undefined;
  return {
    ok: true,
    origin: originOf(endpoint),
    ...(responseModel !== undefined && { responseModel }),
    durationMs: clock.nowMs() - startedAt,
    ...(spent?.usage && { usage: spent.usage }),
    costNanoUsd: spent?.costNanoUsd ?? null,
  };
}

function requestTo(model: string): ModelRequest {
  return {
    model,
    messages: [{ role: 'user', content: 'Reply with the word OK.' }],
    tools: [],
    toolChoice: 'none',
    maxOutputTokens,
  };
}

function providerFor(format: Endpoint['format'], clock: Clock): ModelProvider {
  switch (format) {
    case 'openai':
      return createOpenAiProvider();
    case 'anthropic':
      return createAnthropicProvider();
    case 'mock':
      return createMockProvider({
        clock,
        answerTo: () => undefined,
        isStrict: () => false,
        sample: sampleFromSchema,
      });
  }
}

/** An answer that was cut for its length is one: provider, key and model work. */
function whyNoAnswer(outcome: Outcome, model: string): Failure | undefined {
  switch (outcome.status) {
    case 'completed':
      return undefined;
    case 'failed':
      return outcome.error.code === 'output_truncated' ? undefined : outcome.error;
    case 'cancelled':
    case 'lost':
      return failure('timeout', `${model} did not answer within ${withinMs / 1000} s.`, { retryable: true });
  }
}

function originOf(endpoint: Endpoint): string {
  if (endpoint.baseUrl !== undefined) return new URL(endpoint.baseUrl).origin;
  return ownOriginOf(endpoint.provider) ?? endpoint.provider;
}
