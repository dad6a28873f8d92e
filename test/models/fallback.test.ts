// A list of models over HTTP: what one provider refuses, the other is asked, in its own wire format and for its own price.
import { LLMock } from '@copilotkit/aimock';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { canaryKey } from './make-call.ts';
import { HttpEngine } from './run-over-http.ts';

let mock: LLMock;
let engine: HttpEngine;
beforeEach(async () => {
  mock = await LLMock.create({ port: 0, host: '127.0.0.1' });
  engine = new HttpEngine(mock.url);
});
afterEach(async () => {
  await engine.close();
  await mock.stop();
});

const workflow = `
agents:
  writer: { model: openai/gpt-5-mini, fallback: [anthropic/claude-sonnet-4-5], instructions: Be brief. }
tasks:
  draft: { agent: writer, with: { prompt: hello }, retry: { strategy: immediate, max_attempts: 2 } }
outputs: { text: "\${{ tasks.draft.output }}", attempts: "\${{ tasks.draft.attempts }}" }
`;

test.each([
  ['does not know the model', 404, 'not_found', 1],
  ['does not accept the key', 401, 'authentication', 1],
  ['is overloaded', 503, 'overloaded', 2],
])('a provider that %s: the other one answers', async (_, status, code, attempts) => {
  mock.on({ model: 'gpt-5-mini' }, { error: { message: 'no', type: 'error' }, status });
  const usage = { prompt_tokens: 20, completion_tokens: 9, input_tokens: 20, output_tokens: 9 };
  mock.on({ model: 'claude-sonnet-4-5' }, { content: 'Hi.', usage });
  const events = await engine.run(workflow);
  expect(events.at(-1)).toMatchObject({ status: 'completed', outputs: { text: 'Hi.', attempts: 1 } });
  const ends = events.filter((event) => event.type === 'call-ended');
  expect(ends.slice(0, -1).map(({ outcome }) => outcome)).toEqual(
    Array(attempts).fill({ status: 'failed', error: expect.objectContaining({ code }) }),
  );
  // 20 × 3000 + 9 × 15,000 nano-dollars: the price of the model that answered.
  expect(ends.at(-1)?.spent?.costNanoUsd).toBe(195_000);
  expect(mock.getRequests().map(({ path }) => path)).toEqual([
    ...Array(attempts).fill('/v1/chat/completions'),
    '/v1/messages',
  ]);
  expect(JSON.stringify(events)).not.toContain(canaryKey);
});

test('a provider that is unknown for any of them refuses the start', async () => {
  const other = workflow.replace('[anthropic/claude-sonnet-4-5]', '[anthropic/claude-sonnet-4-5, nowhere/llama]');
  await expect(engine.run(other)).rejects.toThrow(/nowhere/);
  expect(mock.getRequests()).toEqual([]);
});
