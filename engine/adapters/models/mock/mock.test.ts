import { describe, expect, test } from 'vitest';
import type { Json, ModelRequest } from '../../../../run/index.ts';
import { sampleFromSchema, validateJson } from '../../../../workflow/index.ts';
import type { Clock } from '../../../ports/index.ts';
import { callModel } from '../call-model.ts';
import {
  chooseMock,
  createMockProvider,
  type MockAnswer,
  type MockQuery,
  type MockRule,
  mockToolOutcome,
} from './index.ts';

const tool = {
  name: 'calculator',
  description: '',
  input: { type: 'object' },
  effect: 'none',
  asks: 'never',
} as const;

interface Options {
  readonly request?: Partial<ModelRequest>;
  readonly strict?: boolean;
  readonly onSleep?: () => void;
  readonly signal?: AbortSignal;
}

async function ask(answer: MockAnswer | undefined, { request, strict = false, onSleep, signal }: Options = {}) {
  const sleeps: number[] = [];
  const texts: string[] = [];
  const clock: Clock = {
    nowMs: () => 0,
    sleep: (ms) => {
      sleeps.push(ms);
      onSleep?.();
      return Promise.resolve();
    },
  };
  const provider = createMockProvider({
    clock,
    answerTo: () => answer,
    isStrict: () => strict,
    sample: sampleFromSchema,
  });
  const result = await callModel({
    provider,
    request: {
      model: 'mock/small',
      messages: [{ role: 'user', content: 'Write about lithium.' }],
      tools: [],
      toolChoice: 'auto',
      ...request,
    },
    context: { runId: 'run', call: 'draft/turn[1]#1', task: 'draft', agent: 'writer' },
    price: { source: 'mock', model: 'mock/small', input: { base: 0, tiers: [] }, output: { base: 0, tiers: [] } },
    report: ({ text }) => texts.push(text),
    signal: signal ?? new AbortController().signal,
  });
  return { ...result, sleeps, texts };
}

describe('a mock model', () => {
  test('streams its reply in words, the delay spread over them, and costs a known nothing', async () => {
    const { outcome, spent, sleeps, texts } = await ask({ reply: 'Solid electrolytes do not burn.', delayMs: 600 });
    expect(outcome).toMatchObject({
      status: 'completed',
      reply: { text: 'Solid electrolytes do not burn.', finishReason: 'stop' },
    });
    expect(texts).toEqual(['Solid ', 'electrolytes ', 'do ', 'not ', 'burn.']);
    expect(sleeps).toEqual([100, 100, 100, 100, 100, 100]);
    expect(spent).toEqual({ usage: { inputTokens: expect.any(Number), outputTokens: 8 }, costNanoUsd: 0 });
  });

  test('streams a long reply in a bounded number of pieces', async () => {
    const reply = 'word '.repeat(5000);
    const { texts } = await ask({ reply });
    expect(texts.join('')).toBe(reply);
    expect(texts.length).toBeLessThanOrEqual(60);
  });

  test('without an answer says something about the prompt, the same each time', async () => {
    const { outcome } = await ask(undefined);
    expect(outcome).toMatchObject({ reply: { text: 'This is a mock answer of writer to: Write about lithium.' } });
    expect((await ask(undefined)).outcome).toEqual(outcome);
  });

  test.each<[string, Json]>([
    [
      'an object',
      {
        type: 'object',
        required: ['facts'],
        properties: { facts: { type: 'array', minItems: 1, items: { type: 'string' } } },
      },
    ],
    ['a text', { type: 'string', minLength: 3 }],
    ['a number', { type: 'number', minimum: 5 }],
  ])('without an answer makes %s from the schema, as JSON text', async (_, schema) => {
    const outputSchema = schema as ModelRequest['outputSchema'] & object;
    const { outcome } = await ask(undefined, { request: { outputSchema } });
    if (outcome.status !== 'completed' || !('reply' in outcome)) throw new Error(JSON.stringify(outcome));
    expect(validateJson(outputSchema, JSON.parse(outcome.reply.text))).toEqual([]);
  });

  test.each<[Json, Json, string]>([
    [{ a: 1 }, { type: 'object' }, '{"a":1}'],
    ['plain', { type: 'string' }, '"plain"'],
    ['{"broken": ', { type: 'object' }, '{"broken": '],
    [3, { type: 'number' }, '3'],
  ])('with the reply %j and the schema %j says %s', async (reply, schema, text) => {
    const { outcome } = await ask(
      { reply },
      { request: { outputSchema: schema as ModelRequest['outputSchema'] & object } },
    );
    expect(outcome).toMatchObject({ reply: { text } });
  });

  test('asks for tools while it may, each call with an id of its own', async () => {
    const toolCalls = [
      { name: 'calculator', arguments: { expression: '6 * 7' } },
      { name: 'calculator', arguments: {} },
    ];
    const { outcome } = await ask({ toolCalls }, { request: { tools: [tool] } });
    expect(outcome).toMatchObject({
      reply: {
        text: '',
        finishReason: 'tool_calls',
        toolCalls: [
          { id: 'draft/turn[1]#1/1', name: 'calculator', arguments: { expression: '6 * 7' } },
          { id: 'draft/turn[1]#1/2', name: 'calculator', arguments: {} },
        ],
      },
    });
    const last = await ask({ toolCalls }, { request: { tools: [tool], toolChoice: 'none' } });
    expect(last.outcome).toMatchObject({ reply: { finishReason: 'stop', toolCalls: [] } });
  });

  test.each([
    [{ code: 'rate_limited', status: 429 }, true],
    [{ code: 'server_error' }, true],
    [{ code: 'odd', status: 502 }, true],
    [{ code: 'invalid_request', status: 400 }, false],
  ])('fails with %o (retry: %s)', async (error, retryable) => {
    const { outcome, spent, sleeps } = await ask({ error, delayMs: 50 });
    expect(outcome).toMatchObject({ status: 'failed', error: { code: error.code, retryable } });
    expect(spent).toBeUndefined();
    expect(sleeps).toEqual([50]);
  });

  test('that is strict fails without an answer', async () => {
    expect((await ask(undefined, { strict: true })).outcome).toMatchObject({ error: { code: 'no_mock_answer' } });
    expect((await ask({ reply: 'x' }, { strict: true })).outcome).toMatchObject({ status: 'completed' });
  });

  test('stops when it is cancelled', async () => {
    const abort = new AbortController();
    const { outcome, texts } = await ask(
      { reply: 'a b c', delayMs: 90 },
      { signal: abort.signal, onSleep: () => abort.abort() },
    );
    expect(outcome).toEqual({ status: 'cancelled' });
    expect(texts).toEqual([]);
  });
});

test('a mocked tool gives its reply, or its error', async () => {
  const { signal } = new AbortController();
  const clock: Clock = { nowMs: () => 0, sleep: () => Promise.resolve() };
  expect(await mockToolOutcome({ reply: { sent: true }, delayMs: 5 }, 'send', clock, signal)).toEqual({
    status: 'completed',
    output: { sent: true },
  });
  expect(await mockToolOutcome({ error: { code: 'timeout' } }, 'send', clock, signal)).toMatchObject({
    error: { code: 'timeout', retryable: true, message: 'The tool send failed with timeout, as its mock says.' },
  });
});

describe('the entry that answers', () => {
  const rules: readonly (MockRule & { readonly id: string })[] = [
    { id: 'first', agent: 'writer', nth: 1 },
    { id: 'third', agent: 'writer', nth: 3 },
    { id: 'lithium', when: ({ prompt }) => prompt?.includes('lithium') === true },
    { id: 'task', task: 'paragraphs[]' },
    { id: 'tool', tool: 'read_file', nth: 2 },
    { id: 'any tool call of that task', tool: 'read_file', task: 'load' },
  ];
  const writer: MockQuery = { task: 'draft', agent: 'writer', prompt: 'x' };
  const tool: MockQuery = { task: 'load', tool: 'read_file', input: {} };

  test.each<[string, MockQuery, readonly MockQuery[], string | undefined]>([
    ['an nth one, at its turn', writer, [], 'first'],
    ['none, when it is nobody’s turn', writer, [writer], undefined],
    ['an nth one counts calls whoever answered them', writer, [writer, writer], 'third'],
    ['an nth one does not count calls of others', writer, [{ ...writer, agent: 'critic' }], 'first'],
    ['one that looks at the prompt', { ...writer, prompt: 'on lithium' }, [writer], 'lithium'],
    ['one for a task, again and again', { task: 'paragraphs[]' }, [{ task: 'paragraphs[]' }], 'task'],
    ['one for a tool, which answers no model', tool, [], 'any tool call of that task'],
    ['an nth one for a tool', tool, [tool], 'tool'],
    ['one without a tool answers no tool', { task: 'paragraphs[]', tool: 'write_file' }, [], undefined],
  ])('%s', (_, query, earlier, id) => {
    expect(chooseMock(rules, query, earlier)?.id).toBe(id);
  });
});
