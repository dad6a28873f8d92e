// Runs that stop without an end, and runs that are taken up while they end.
import { expect, test } from 'vitest';
import type { FollowMessage } from '../../run/index.ts';
import { attach, killEngine, newDataDir, newFolder, scripts } from './engines.ts';
import { startRequest, startRun, summaryOf, untilStatus } from './workflows.ts';

const actor = { kind: 'program', via: 'test' } as const;
const product = { engineScript: scripts.product, version: '0.0.1' };
const resume = { type: 'resume', actor, interactive: true, offer: { secrets: [] }, baseUrls: {} } as const;

const slow = `segue: "1"
name: slow
agents:
  writer: { model: mock/writer, instructions: You write. }
mock:
  - { agent: writer, nth: 1, delay: 30s, reply: late }
  - { agent: writer, reply: soon }
tasks:
  draft: { agent: writer, with: { prompt: Begin. } }
outputs: { draft: "\${{ tasks.draft.output }}" }
`;

test('a run that is resumed while it is being cancelled goes on afterwards', async () => {
  const workspace = newFolder();
  const client = await attach(newDataDir(workspace), product);
  const runId = await startRun(client, await startRequest(workspace, { 'a.segue.yaml': slow }));
  const sent = [client.send(runId, { type: 'cancel', actor }), client.send(runId, resume)];
  expect(await Promise.all(sent)).toEqual([{ ok: true }, { ok: true }]);
  const answer = await client.ask({ type: 'events', runId, fromSeq: 1, limit: 100 });
  expect(answer.type === 'events' && answer.events.map(({ type }) => type)).toContain('run-resumed');
  await client.send(runId, { type: 'cancel', actor });
  await untilStatus(client, runId, 'cancelled');
});

test('a run that can not be recorded says why to who follows it, and is not set aside for it', async () => {
  const workspace = newFolder();
  const dataDir = newDataDir(workspace);
  const full = { ...product, engineScript: scripts.fullDisk };
  const client = await attach(dataDir, full);
  const quick = slow.replace('delay: 30s, ', '');
  const runId = await startRun(client, await startRequest(workspace, { 'a.segue.yaml': quick }));
  expect(await lastOf(client.follow(runId, 1, new AbortController().signal))).toMatchObject({
    type: 'end',
    failure: { code: 'disk_full' },
  });
  // Engines come and go while the disk is full, and each finds the call of the one before lost.
  for (let times = 0; times < 3; times++) {
    await killEngine(dataDir);
    const next = await attach(dataDir, full);
    expect((await summaryOf(next, runId)).failure).toBeUndefined();
  }
  await killEngine(dataDir);
  await untilStatus(await attach(dataDir, product), runId, 'completed');
});

async function lastOf(messages: AsyncIterable<FollowMessage>): Promise<FollowMessage | undefined> {
  let last: FollowMessage | undefined;
  for await (const message of messages) last = message;
  return last;
}
