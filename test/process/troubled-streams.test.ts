// A whole run over HTTP through every trouble a provider can make: the engine tries again where it should, records each
// try, and ends with the same answer as if nothing had happened.
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { RunEvent } from '../../run/index.ts';
import { chat, messages } from '../servers/wire.ts';
import { type Script, type SseServer, startSseServer } from '../servers/sse.ts';
import { attach, newDataDir, newFolder, scripts } from './engines.ts';
import { startRequest, startRun } from './workflows.ts';

let server: SseServer;
beforeEach(async () => {
  server = await startSseServer();
});
afterEach(() => server.close());

const key = 'canary-key-0123456789';

const formats = [
  {
    provider: 'openai',
    secret: 'OPENAI_API_KEY',
    path: '/v1',
    whole: [chat.text('All is well.'), chat.finish('stop'), chat.usage(12, 4), chat.done],
    withoutReason: [chat.text('All is'), chat.done],
    cut: [chat.text('All is')],
  },
  {
    provider: 'anthropic',
    secret: 'ANTHROPIC_API_KEY',
    path: '',
    whole: [
      messages.start(),
      messages.textBlock(),
      messages.text('All is well.'),
      messages.blockStop(),
      messages.finish('end_turn'),
      messages.stop(),
    ],
    withoutReason: [
      messages.start(),
      messages.textBlock(),
      messages.text('All is'),
      messages.blockStop(),
      messages.stop(),
    ],
    cut: [messages.start(), messages.textBlock(), messages.text('All is')],
  },
] as const;

const error = '{"error":{"type":"api_error","message":"trouble"}}';

test.each(formats)('$provider: five troubles, then the answer', async (format) => {
  const troubles: Script[] = [
    { status: 429, headers: { 'retry-after': '1' }, chunks: [error] },
    { status: 500, chunks: [error] },
    { chunks: format.withoutReason },
    { chunks: format.cut, end: 'cut' },
    { chunks: [] },
  ];
  server.scripts.push(...troubles, { chunks: format.whole, delayMs: 50 });
  const events = await runToEnd(format);
  expect(failureCodes(events)).toEqual([
    'rate_limited',
    'server_error',
    'stream_incomplete',
    expect.stringMatching(/^(network|stream_incomplete)$/),
    'stream_incomplete',
  ]);
  expect(events.at(-1)).toMatchObject({ type: 'run-ended', status: 'completed', outputs: { text: 'All is well.' } });
  expect(server.received).toHaveLength(troubles.length + 1);
  expect(waitAfterFirst(events)).toBeGreaterThanOrEqual(1000);
  expect(JSON.stringify(events)).not.toContain(key);
});

test.each(formats)('$provider: a wrong key is not tried again', async (format) => {
  server.scripts.push({ status: 401, chunks: [error] });
  const events = await runToEnd(format);
  expect(failureCodes(events)).toEqual(['authentication']);
  expect(events.at(-1)).toMatchObject({ type: 'run-ended', status: 'failed' });
  expect(server.received).toHaveLength(1);
});

async function runToEnd({ provider, secret, path }: (typeof formats)[number]): Promise<RunEvent[]> {
  const workspace = newFolder();
  const engine = await attach(newDataDir(workspace), { engineScript: scripts.product, version: '0.0.1' });
  const text = `segue: "1"
name: troubled
agents:
  writer: { model: ${provider}/some-model, instructions: You write. }
tasks:
  draft:
    agent: writer
    with: { prompt: How is it? }
    retry: { strategy: constant, max_attempts: 6, delay: 10ms, max_delay: 30s, jitter: false }
outputs:
  text: \${{ tasks.draft.output }}
`;
  const request = await startRequest(
    workspace,
    { 'a.segue.yaml': text },
    {
      baseUrls: { [provider]: server.origin + path },
      offer: { secrets: [{ name: secret, value: key, grantedOrigins: [] }] },
    },
  );
  const runId = await startRun(engine, request);
  const events: RunEvent[] = [];
  for await (const message of engine.follow(runId, 1, AbortSignal.timeout(50_000))) {
    if (message.type === 'event') events.push(message.event);
  }
  return events;
}

function failureCodes(events: readonly RunEvent[]): string[] {
  return events.flatMap((event) =>
    event.type === 'call-ended' && event.outcome.status === 'failed' ? [event.outcome.error.code] : [],
  );
}

/** How long the engine had recorded to wait after the first failed try, in ms: never less than `retry-after` said. */
function waitAfterFirst(events: readonly RunEvent[]): number {
  const timer = events.find((event) => event.type === 'timer-set' && event.purpose === 'retry');
  return timer?.type === 'timer-set' ? timer.dueAt - timer.at : 0;
}
