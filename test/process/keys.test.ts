// Where a key goes when a run is taken up again: what the record says of addresses is no word of the person who offers it.
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type CountingServer, startCountingServer } from './counting-server.ts';
import { attach, newDataDir, newFolder, scripts, until } from './engines.ts';
import { startRequest, startRun, summaryOf, untilStatus } from './workflows.ts';

const actor = { kind: 'program', via: 'test' } as const;
const product = { engineScript: scripts.product, version: '0.0.1' };
let server: CountingServer;

beforeEach(async () => {
  server = await startCountingServer();
});
afterEach(() => server.close());

const workflow = `segue: "1"
name: asks-first
agents:
  writer: { model: openai/gpt-5-mini, instructions: You write. }
tasks:
  ok: { type: human, message: Go?, options: [go, stop] }
  draft: { agent: writer, needs: [ok], with: { prompt: Begin. } }
`;

const key = (grantedOrigins: readonly string[]) => ({
  secrets: [{ name: 'OPENAI_API_KEY', value: 'sk-canary-of-the-victim', grantedOrigins }],
});

test('a key offered to a resumed run goes to an address of the record only with a grant', async () => {
  const workspace = newFolder();
  const client = await attach(newDataDir(workspace), product);
  // As a record that came with a downloaded folder could say.
  const planted = {
    offer: { secrets: [{ name: 'OPENAI_API_KEY', value: 'sk-of-the-attacker', grantedOrigins: [] }] },
    baseUrls: { openai: `${server.url}/v1` },
  };
  const runId = await startRun(client, await startRequest(workspace, { 'a.segue.yaml': workflow }, planted));
  await untilStatus(client, runId, 'waiting');
  expect(await client.send(runId, { type: 'cancel', actor })).toEqual({ ok: true });
  await untilStatus(client, runId, 'cancelled');

  const resume = { type: 'resume', actor, interactive: true, baseUrls: {} } as const;
  expect(await client.send(runId, { ...resume, offer: key([]) })).toEqual({ ok: true });
  await until(async () => (await summaryOf(client, runId)).questions.length === 1);
  const [question] = (await summaryOf(client, runId)).questions;
  await client.send(runId, { type: 'answer', actor, question: question?.id ?? '', answer: 'go', offer: key([]) });
  await until(async () => {
    const answer = await client.ask({ type: 'events', runId, fromSeq: 1, limit: 100 });
    return (
      answer.type === 'events' && answer.events.some(({ type }) => type === 'call-waiting' || type === 'call-ended')
    );
  });
  expect([...server.authorizations]).toEqual([]);
  expect(await summaryOf(client, runId)).toMatchObject({ failure: { code: 'origin_not_granted' } });

  await client.send(runId, { type: 'offer', actor, offer: key([new URL(server.url).origin]) });
  await untilStatus(client, runId, 'completed');
  expect([...server.authorizations]).toEqual(['Bearer sk-canary-of-the-victim']);
});
