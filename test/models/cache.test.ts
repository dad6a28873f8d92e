// `cache` over HTTP: the second run of the same request sends nothing.
import { LLMock } from '@copilotkit/aimock';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { HttpEngine } from './run-over-http.ts';

let mock: LLMock;
let engine: HttpEngine;
beforeEach(async () => {
  mock = await LLMock.create({ port: 0, host: '127.0.0.1' });
  engine = new HttpEngine(mock.url);
  const usage = { prompt_tokens: 20, completion_tokens: 9, input_tokens: 20, output_tokens: 9 };
  mock.onMessage('hello', { content: `Hi.${' Large.'.repeat(20_000)}`, usage }, { chunkSize: 10_000 });
});
afterEach(async () => {
  await engine.close();
  await mock.stop();
});

const workflow = `
agents: { writer: { model: openai/gpt-5-mini } }
tasks: { draft: { agent: writer, with: { prompt: hello }, cache: { max_age: 1h } } }
outputs: { size: "\${{ size(tasks.draft.output) }}", cost: "\${{ run.cost }}" }
`;

test('an answer that was given once is given again, whole, for nothing', async () => {
  const first = await engine.run(workflow);
  const second = await engine.run(workflow);
  expect(mock.getRequests()).toHaveLength(1);
  expect(first.at(-1)).toMatchObject({ status: 'completed', outputs: { size: 140_003, cost: expect.any(Number) } });
  expect(second.at(-1)).toMatchObject({ status: 'completed', outputs: { size: 140_003, cost: 0 } });
  const end = first.find(({ type }) => type === 'call-ended');
  expect(second.find(({ type }) => type === 'call-started')).toMatchObject({
    cached: { call: 'draft/turn[1]#1', at: end?.at },
  });
});

test.each([
  ['other instructions', 'openai/gpt-5-mini', 'openai/gpt-5-mini, instructions: Be brief.'],
  ['another setting', 'openai/gpt-5-mini', 'openai/gpt-5-mini, max_output_tokens: 99'],
  ['another model', 'openai/gpt-5-mini', 'openai/gpt-5'],
])('%s: it is asked anew', async (_, from, to) => {
  await engine.run(workflow);
  await engine.run(workflow.replace(from, to));
  expect(mock.getRequests()).toHaveLength(2);
});
