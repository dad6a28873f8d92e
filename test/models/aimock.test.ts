// Both SDKs over HTTP against @copilotkit/aimock, which speaks the two APIs as they are documented.
import { LLMock } from '@copilotkit/aimock';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { callTool } from '../../engine/adapters/tools/index.ts';
import type { Tool } from '../../engine/ports/index.ts';
import { priceOf } from '../../models/index.ts';
import type { Message, ModelReply } from '../../run/index.ts';
import { type ConnectionLog, watchConnections } from '../servers/connections.ts';
import { calculator, canaryKey, failureOf, makeCall, providers, replyOf } from './make-call.ts';

let mock: LLMock;
let log: ConnectionLog;
beforeEach(async () => {
  mock = await LLMock.create({ port: 0, host: '127.0.0.1' });
  log = watchConnections();
});
afterEach(async () => {
  log.stop();
  await mock.stop();
});

describe.each(providers)('$name', ({ name, path, model }) => {
  const options = () => ({ provider: name, baseUrl: mock.url + path });

  test('a text streams in pieces, with its usage and its cost, to that server and to no other', async () => {
    const content = 'Solid electrolytes do not burn, and they are thinner.';
    mock.onMessage(
      'hello',
      { content, usage: { prompt_tokens: 20, completion_tokens: 9, input_tokens: 20, output_tokens: 9 } },
      { chunkSize: 5 },
    );
    const price = await priceOf(model);
    const call = await makeCall({ ...options(), price });
    expect(replyOf(call)).toMatchObject({ text: content, finishReason: 'stop', toolCalls: [] });
    expect(call.texts.join('')).toBe(content);
    expect(call.texts.length).toBeGreaterThan(5);
    // 20 × 250 + 9 × 2000; 20 × 3000 + 9 × 15,000 nano-dollars
    expect(call.result.spent).toEqual({
      usage: expect.objectContaining({ inputTokens: 20, outputTokens: 9 }),
      costNanoUsd: name === 'openai' ? 23_000 : 195_000,
    });
    expect(log.places()).toEqual([new URL(mock.url).host]);
  });

  test('tools are called over several turns, and the answer comes at the end', async () => {
    const first = {
      toolCalls: [
        { name: 'calculator', arguments: '{"expression":"6*7"}', id: 'call_one' },
        { name: 'calculator', arguments: '{"expression":"1+1"}', id: 'call_two' },
      ],
    };
    mock.on({ userMessage: 'hello', hasToolResult: false }, first);
    mock.on(
      { toolCallId: 'call_two' },
      { toolCalls: [{ name: 'calculator', arguments: '{"expression":"42+2"}', id: 'call_three' }] },
    );
    mock.on({ toolCallId: 'call_three' }, { content: 'It is 44.' });
    const { replies, conversation } = await converse(options());
    expect(replies.map(({ toolCalls }) => toolCalls.map(({ arguments: input }) => input))).toEqual([
      [{ expression: '6*7' }, { expression: '1+1' }],
      [{ expression: '42+2' }],
      [],
    ]);
    expect(replies.map(({ finishReason }) => finishReason)).toEqual(['tool_calls', 'tool_calls', 'stop']);
    expect(replies.at(-1)?.text).toBe('It is 44.');
    expect(conversation.filter(({ role }) => role === 'tool').map(({ content }) => content)).toEqual(['42', '2', '44']);
    expect(mock.getRequests()).toHaveLength(3);
  });

  test('a structured answer', async () => {
    mock.onMessage('hello', { content: '{"score":7}' });
    const outputSchema = { type: 'object', properties: { score: { type: 'number' } }, required: ['score'] };
    expect(replyOf(await makeCall({ ...options(), request: { outputSchema } })).text).toBe('{"score":7}');
  });

  test('429 is not tried again here, and says how long to wait', async () => {
    mock.onMessage('hello', {
      error: { message: `slow down, ${canaryKey}`, type: 'rate_limit_error' },
      status: 429,
      retryAfter: 7,
    });
    const call = await makeCall(options());
    expect(failureOf(call)).toMatchObject({
      code: 'rate_limited',
      retryable: true,
      retryAfterMs: 7000,
      details: { notSent: true },
    });
    expect(JSON.stringify(call)).not.toContain('canary');
    expect(mock.getRequests()).toHaveLength(1);
  });

  test('500, then success: two calls of one request each', async () => {
    mock.onMessage('hello', { content: 'Now it works.' });
    mock.nextRequestError(500, { message: 'internal' });
    expect(failureOf(await makeCall(options()))).toMatchObject({ code: 'server_error', retryable: true });
    expect(replyOf(await makeCall(options())).text).toBe('Now it works.');
    expect(mock.getRequests()).toHaveLength(2);
  });

  test('an answer that takes its time is waited for', async () => {
    mock.onMessage('hello', { content: 'At last.' }, { latency: 40, chunkSize: 2 });
    expect(replyOf(await makeCall(options())).text).toBe('At last.');
  });

  test('an answer that takes too long can be cancelled', async () => {
    mock.onMessage('hello', { content: 'Never seen.' }, { chaos: { latencyMs: 30_000 } });
    const abort = new AbortController();
    const call = makeCall({ ...options(), signal: abort.signal });
    setTimeout(() => abort.abort(), 50);
    expect((await call).result.outcome).toEqual({ status: 'cancelled' });
  });

  test('a connection cut in mid-stream is a failed call, worth a retry', async () => {
    mock.onMessage(
      'hello',
      { content: 'This will never be whole, whatever happens.' },
      { chunkSize: 4, latency: 10, truncateAfterChunks: 5 },
    );
    const call = await makeCall(options());
    expect(failureOf(call)).toMatchObject({ code: 'network', retryable: true });
    expect(call.texts.length).toBeGreaterThan(0);
    expect(call.result.spent).toMatchObject({ estimated: true });
    expect(mock.getRequests()).toHaveLength(1);
  });
});

/** Lets a model call tools until it answers, as an agent's turns do. */
async function converse(options: Pick<Parameters<typeof makeCall>[0], 'provider' | 'baseUrl'>) {
  const conversation: Message[] = [{ role: 'user', content: 'hello' }];
  const replies: ModelReply[] = [];
  for (let turn = 0; turn < 5; turn++) {
    const reply = replyOf(await makeCall({ ...options, request: { messages: conversation, tools: [calculator] } }));
    replies.push(reply);
    conversation.push({ role: 'assistant', content: reply.text, toolCalls: reply.toolCalls });
    if (reply.toolCalls.length === 0) break;
    for (const { id, name, arguments: input } of reply.toolCalls) {
      const outcome = await callTool({ name, tool: adder, input, context: toolContext, validate: () => [] });
      const content = outcome.status === 'completed' && 'output' in outcome ? JSON.stringify(outcome.output) : 'failed';
      conversation.push({ role: 'tool', toolCallId: id, content });
    }
  }
  return { replies, conversation };
}

/** By the text of the input: what a calculator would say. */
const results: { readonly [input: string]: number } = {
  '{"expression":"6*7"}': 42,
  '{"expression":"1+1"}': 2,
  '{"expression":"42+2"}': 44,
};
const adder: Tool = {
  descriptor: calculator,
  call: (input) => Promise.resolve({ status: 'completed', output: results[JSON.stringify(input)] ?? null }),
};
const nothing = { error: { code: 'no_files', message: '', retryable: false } };
const toolContext = {
  runId: 'run',
  call: 'draft/turn[1]/tool[1]#1',
  files: { read: () => Promise.resolve(nothing), write: () => Promise.resolve(nothing) },
  signal: new AbortController().signal,
  trusted: true,
};
