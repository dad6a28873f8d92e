// Streams that go wrong, against the small server: each call is one request, and what went wrong has a code.
import { afterEach, describe, expect, test, vi } from 'vitest';
import { priceOf } from '../../models/index.ts';
import { type Script, type SseServer, startSseServer } from '../servers/sse.ts';
import { chat, messages } from '../servers/wire.ts';
import { calculator, canaryKey, failureOf, makeCall, type ProviderName, providers, replyOf } from './make-call.ts';

let server: SseServer | undefined;
afterEach(async () => {
  await server?.close();
  vi.unstubAllEnvs();
});

async function serve(provider: ProviderName, ...scripts: Script[]) {
  server = await startSseServer(...scripts);
  const { path } = providers.find(({ name }) => name === provider) ?? providers[0];
  return { server, options: { provider, baseUrl: server.origin + path } };
}

const begun = {
  openai: [chat.text('Half an '), chat.text('answer')],
  anthropic: [messages.start(), messages.textBlock(), messages.text('Half an '), messages.text('answer')],
};
const whole = {
  openai: [...begun.openai, chat.finish('stop'), chat.usage(10, 5), chat.done],
  anthropic: [...begun.anthropic, messages.blockStop(), messages.finish('end_turn'), messages.stop()],
};
const politeEnd = {
  openai: [...begun.openai, chat.done],
  anthropic: [...begun.anthropic, messages.blockStop(), messages.stop()],
};
const halfEvent = {
  openai: [...begun.openai, 'data: {"id":"c1","choi'],
  anthropic: [...begun.anthropic, 'event: content_block_delta\ndata: {"type":"content_blo'],
};
const brokenEvent = {
  openai: [...begun.openai, 'data: {"id":"c1","choi\n\n', ...whole.openai.slice(2)],
  anthropic: [
    ...begun.anthropic,
    'event: content_block_delta\ndata: {"type":"content_blo\n\n',
    ...whole.anthropic.slice(4),
  ],
};
const withoutUsage = {
  openai: [...begun.openai, chat.finish('stop'), chat.done],
  anthropic: [
    messages.startWithoutUsage(),
    messages.textBlock(),
    messages.text('Half an answer'),
    messages.finishWithoutUsage('end_turn'),
    messages.stop(),
  ],
};

describe.each(['openai', 'anthropic'] as const)('%s', (name) => {
  test('a whole stream is a reply, with its usage and its pieces', async () => {
    const { options } = await serve(name, { chunks: whole[name] });
    const call = await makeCall({ ...options, price: await priceOf('openai/gpt-4o') });
    expect(replyOf(call)).toEqual({
      text: 'Half an answer',
      toolCalls: [],
      finishReason: 'stop',
      responseModel: 'served-model',
    });
    expect(call.texts).toEqual(['Half an ', 'answer']);
    const expected = {
      // 10 × 2500 + 5 × 10,000; 12 × 2500 + 7 × 10,000 nano-dollars
      openai: { usage: { inputTokens: 10, outputTokens: 5 }, costNanoUsd: 75_000 },
      anthropic: { usage: { inputTokens: 12, outputTokens: 7 }, costNanoUsd: 100_000 },
    };
    expect(call.result.spent).toEqual(expected[name]);
  });

  test.each([
    ['ends politely without a finish reason', politeEnd[name]],
    ['ends within an event', halfEvent[name]],
    ['has an event that is no JSON', brokenEvent[name]],
    ['is empty', []],
  ])('a stream that %s is a failed call, worth a retry', async (_, chunks) => {
    const { options, server } = await serve(name, { chunks });
    const call = await makeCall(options);
    expect(failureOf(call)).toMatchObject({ code: 'stream_incomplete', retryable: true });
    expect(call.result.spent).toMatchObject({ estimated: true });
    expect(server.received).toHaveLength(1);
  });

  test('a connection that breaks in mid-stream is a failed call, worth a retry', async () => {
    const { options, server } = await serve(name, { chunks: begun[name], end: 'cut' });
    const call = await makeCall(options);
    expect(call.texts.join('')).toBe('Half an answer');
    expect(failureOf(call)).toMatchObject({ code: 'network', retryable: true });
    expect(failureOf(call).details).toBeUndefined();
    expect(call.result.spent).toMatchObject({ estimated: true });
    expect(server.received).toHaveLength(1);
  });

  test('a connection that breaks after the reason to stop leaves a whole answer', async () => {
    const { options } = await serve(name, { chunks: whole[name].slice(0, name === 'openai' ? 3 : 6), end: 'cut' });
    expect(replyOf(await makeCall(options)).text).toBe('Half an answer');
  });

  test('a usage that is missing is estimated, as an upper bound, and says so', async () => {
    const { options } = await serve(name, { chunks: withoutUsage[name] });
    const call = await makeCall(options);
    expect(replyOf(call).text).toBe('Half an answer');
    const sent = Buffer.byteLength(JSON.stringify([[{ role: 'user', content: 'hello' }], [], null]));
    expect(call.result.spent).toEqual({
      usage: { inputTokens: sent, outputTokens: 14 },
      costNanoUsd: null,
      estimated: true,
    });
  });

  test('an answer cut for its length fails, keeps its usage and is not retried', async () => {
    const cut = {
      openai: [...begun.openai, chat.finish('length'), chat.usage(10, 5), chat.done],
      anthropic: [...begun.anthropic, messages.finish('max_tokens'), messages.stop()],
    };
    const { options } = await serve(name, { chunks: cut[name] });
    const call = await makeCall(options);
    expect(failureOf(call)).toMatchObject({ code: 'output_truncated', retryable: false });
    expect(call.result.spent?.estimated).toBeUndefined();
    expect(call.result.spent?.usage?.outputTokens).toBeGreaterThan(0);
  });

  test('an answer that the provider withholds fails with content_filtered', async () => {
    const withheld = {
      openai: [chat.finish('content_filter'), chat.usage(10, 0), chat.done],
      anthropic: [messages.start(), messages.finish('refusal'), messages.stop()],
    };
    const { options } = await serve(name, { chunks: withheld[name] });
    expect(failureOf(await makeCall(options))).toMatchObject({ code: 'content_filtered', retryable: false });
  });

  test.each([
    [400, 'invalid_request', false],
    [401, 'authentication', false],
    [402, 'permission_denied', false],
    [403, 'permission_denied', false],
    [404, 'not_found', false],
    [408, 'timeout', true],
    [422, 'invalid_request', false],
    [429, 'rate_limited', true],
    [500, 'server_error', true],
    [502, 'server_error', true],
    [503, 'overloaded', true],
    [529, 'overloaded', true],
    [302, 'invalid_request', false],
  ] as const)('status %i is %s (retry: %s), in one request, and shows no key', async (status, code, retryable) => {
    const body = JSON.stringify({ error: { type: 'some_error', message: `no good, ${canaryKey} and sk-ab***z` } });
    const headers = { location: 'http://127.0.0.1:9/' };
    const { options, server } = await serve(name, { status, chunks: [body], headers });
    const call = await makeCall(options);
    expect(failureOf(call)).toMatchObject({ code, retryable });
    expect(failureOf(call).message).toContain(name);
    expect(JSON.stringify(call)).not.toMatch(/canary|sk-ab/);
    // Even masked, what a provider says about a key may show parts of it.
    expect(failureOf(call).message.includes('no good')).toBe(status !== 401);
    expect(call.result.spent).toBeUndefined();
    expect(server.received).toHaveLength(1);
  });

  test.each([
    [{ 'retry-after': '3' }, 3000],
    [{ 'retry-after-ms': '1500.2', 'retry-after': '9' }, 1501],
    [{ 'retry-after': 'soon' }, undefined],
  ])('429 with %o asks to wait %s ms and did surely nothing', async (headers, retryAfterMs) => {
    const { options } = await serve(name, { status: 429, headers, chunks: ['{"error":{"message":"slow"}}'] });
    const failure = failureOf(await makeCall(options));
    expect(failure.retryAfterMs).toBe(retryAfterMs);
    expect(failure.details).toEqual({ status: 429, notSent: true });
  });

  test('a refused connection did surely nothing', async () => {
    const { options, server } = await serve(name);
    await server.close();
    const call = await makeCall(options);
    expect(failureOf(call)).toMatchObject({ code: 'network', retryable: true, details: { notSent: true } });
    expect(failureOf(call).message).toContain(server.origin);
    expect(call.result.spent).toBeUndefined();
  });

  test('a call that is cancelled ends its request', async () => {
    const { options, server } = await serve(name, { chunks: begun[name], end: 'never' });
    const abort = new AbortController();
    const call = await makeCall({ ...options, signal: abort.signal, onText: () => abort.abort() });
    expect(call.result.outcome).toEqual({ status: 'cancelled' });
    expect(call.result.spent).toMatchObject({ estimated: true });
    await server.hungUp;
  });

  test('nothing comes from the environment, and nothing is sent that was not asked for', async () => {
    for (const [variable, value] of Object.entries({
      OPENAI_API_KEY: 'sk-from-environment',
      OPENAI_BASE_URL: 'http://127.0.0.1:9/v1',
      OPENAI_ORG_ID: 'org-from-environment',
      OPENAI_CUSTOM_HEADERS: 'authorization: from-environment\nx-mine: from-environment',
      OPENAI_LOG: 'debug',
      ANTHROPIC_API_KEY: 'sk-from-environment',
      ANTHROPIC_AUTH_TOKEN: 'from-environment',
      ANTHROPIC_BASE_URL: 'http://127.0.0.1:9',
      ANTHROPIC_CUSTOM_HEADERS: 'x-api-key: from-environment\nx-mine: from-environment',
      ANTHROPIC_LOG: 'debug',
    }))
      vi.stubEnv(variable, value);
    const printed = (['log', 'info', 'warn', 'error', 'debug'] as const).map((level) => vi.spyOn(console, level));
    const { options, server } = await serve(
      name,
      { chunks: whole[name] },
      { chunks: whole[name] },
      { chunks: halfEvent[name] },
    );
    replyOf(await makeCall(options));
    replyOf(await makeCall({ ...options, apiKey: null }));
    failureOf(await makeCall(options));
    expect(printed.map((spy) => spy.mock.calls.length)).toEqual([0, 0, 0, 0, 0]);
    const [withKey, withoutKey] = server.received.map(({ headers }) => headers);
    expect(JSON.stringify(server.received)).not.toContain('from-environment');
    expect(Object.keys(withKey ?? {}).filter((header) => header.startsWith('x-stainless'))).toEqual([]);
    expect(withKey?.[name === 'openai' ? 'authorization' : 'x-api-key']).toContain(canaryKey);
    expect(withoutKey).not.toHaveProperty('authorization');
    expect(withoutKey).not.toHaveProperty('x-api-key');
  });
});

test.each([
  ['overloaded_error', 'overloaded', true],
  ['rate_limit_error', 'rate_limited', true],
  ['api_error', 'server_error', true],
  ['invalid_request_error', 'invalid_request', false],
] as const)('an error event %s in an Anthropic stream is %s', async (type, code, retryable) => {
  const { options } = await serve('anthropic', { chunks: [messages.start(), messages.error(type, 'sorry')] });
  expect(failureOf(await makeCall(options))).toMatchObject({
    code,
    retryable,
    message: expect.stringContaining('sorry'),
  });
});

test('a used up quota of OpenAI is not worth a retry', async () => {
  const body = '{"error":{"code":"insufficient_quota","message":"pay"}}';
  const { options } = await serve('openai', { status: 429, chunks: [body] });
  expect(failureOf(await makeCall(options))).toMatchObject({ code: 'rate_limited', retryable: false });
});

describe('tool calls and structured answers in pieces', () => {
  const tools = [calculator];

  test('OpenAI: by place, also where a server leaves places and ids out', async () => {
    const call = (delta: object) => chat.delta({ tool_calls: [delta] });
    const chunks = [
      call({ index: 0, id: 'one', type: 'function', function: { name: 'calculator', arguments: '' } }),
      call({ index: 0, function: { arguments: '{"expression":' } }),
      call({ index: 1, id: 'two', type: 'function', function: { name: 'calculator', arguments: '{"expr' } }),
      call({ index: 0, function: { arguments: '"1+1"}' } }),
      chat.finish('stop'),
      chat.usage(10, 5, {
        prompt_tokens_details: { cached_tokens: 4 },
        completion_tokens_details: { reasoning_tokens: 2 },
      }),
      chat.done,
    ];
    const { options, server } = await serve('openai', { chunks });
    const made = await makeCall({ ...options, request: { tools } });
    expect(replyOf(made)).toMatchObject({
      finishReason: 'tool_calls',
      toolCalls: [
        { id: 'one', name: 'calculator', arguments: { expression: '1+1' } },
        { id: 'two', name: 'calculator', arguments: '{"expr', invalid: expect.any(String) },
      ],
    });
    expect(made.result.spent?.usage).toEqual({
      inputTokens: 10,
      outputTokens: 5,
      cachedInputTokens: 4,
      reasoningTokens: 2,
    });
    const loose = [
      call({ id: 'a', function: { name: 'calculator', arguments: '{}' } }),
      call({ id: 'b', function: { name: 'calculator', arguments: '{"expression"' } }),
      call({ function: { arguments: ':"2"}' } }),
      chat.finish('tool_calls'),
    ];
    server.scripts.push({ chunks: loose });
    const { toolCalls } = replyOf(await makeCall({ ...options, request: { tools } }));
    expect(toolCalls.map(({ id, arguments: input }) => [id, input])).toEqual([
      ['a', {}],
      ['b', { expression: '2' }],
    ]);
  });

  test('OpenAI: a refusal is content that was withheld; thoughts of other servers are shown apart', async () => {
    const { options, server } = await serve('openai', {
      chunks: [chat.delta({ refusal: 'I will not.' }), chat.finish('stop'), chat.done],
    });
    const refused = failureOf(await makeCall(options));
    expect(refused).toMatchObject({
      code: 'content_filtered',
      message: 'openai/gpt-5-mini withheld its answer: I will not.',
    });
    server.scripts.push({
      chunks: [chat.delta({ refusal: `${'x'.repeat(290)}${canaryKey}` }), chat.finish('stop'), chat.done],
    });
    // Half a key is not known to who seals the record.
    expect(failureOf(await makeCall(options)).message).not.toContain(canaryKey.slice(0, 6));
    server.scripts.push({
      chunks: [chat.delta({ reasoning_content: 'Hm.' }), chat.text('Yes.'), chat.finish('stop'), chat.done],
    });
    const thought = await makeCall(options);
    expect([thought.reasoning, replyOf(thought).text]).toEqual(['Hm.', 'Yes.']);
  });

  test('Anthropic: blocks, thoughts, and counts of the cache', async () => {
    const chunks = [
      messages.start({
        input_tokens: 10,
        cache_read_input_tokens: 100,
        cache_creation_input_tokens: 20,
        output_tokens: 1,
      }),
      messages.thinking('Hm.'),
      messages.textBlock(1),
      messages.text('Let me see.', 1),
      messages.toolBlock('one', 'calculator', 2),
      messages.json('{"expression":', 2),
      messages.json('"1+1"}', 2),
      messages.toolBlock('two', 'calculator', 3),
      messages.finish('tool_use', { output_tokens: 30, output_tokens_details: { thinking_tokens: 8 } }),
      messages.stop(),
    ];
    const { options } = await serve('anthropic', { chunks });
    const made = await makeCall({ ...options, request: { tools } });
    expect(replyOf(made)).toMatchObject({
      text: 'Let me see.',
      finishReason: 'tool_calls',
      toolCalls: [
        { id: 'one', arguments: { expression: '1+1' } },
        { id: 'two', arguments: {} },
      ],
    });
    expect(made.reasoning).toBe('Hm.');
    expect(made.result.spent?.usage).toEqual({
      inputTokens: 130,
      outputTokens: 30,
      cachedInputTokens: 100,
      cacheWriteTokens: 20,
      reasoningTokens: 8,
    });
  });

  test('Anthropic: the final_answer tool is the answer, unless other tools were called beside it', async () => {
    const outputSchema = { type: 'array', items: { type: 'number', minimum: 0 } };
    const final = [
      messages.start(),
      messages.toolBlock('f', 'final_answer', 0),
      messages.json('{"value":[1,', 0),
      messages.json('2]}', 0),
    ];
    const end = [messages.finish('tool_use'), messages.stop()];
    const { options, server } = await serve('anthropic', { chunks: [...final, ...end] });
    const made = await makeCall({ ...options, request: { tools, outputSchema } });
    expect(replyOf(made)).toMatchObject({ text: '[1,2]', finishReason: 'stop', toolCalls: [] });
    expect(made.texts).toEqual(['{"value":[1,', '2]}']);
    server.scripts.push({
      chunks: [...final, messages.toolBlock('c', 'calculator', 1), messages.json('{}', 1), ...end],
    });
    const both = replyOf(await makeCall({ ...options, request: { tools, outputSchema } }));
    expect(both).toMatchObject({ finishReason: 'tool_calls', toolCalls: [{ id: 'c' }] });
  });
});
