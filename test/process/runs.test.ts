// Runs in a real engine process: shared by all clients, kept through crashes, and silent about keys.
import { cpSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { LastingClient } from '../../client/index.ts';
import type { EngineClient, FollowMessage, RunId, RunSummary } from '../../run/index.ts';
import { recordedConnections } from './connect-hook.ts';
import { type CountingServer, startCountingServer } from './counting-server.ts';
import { attach, isRunning, killEngine, newDataDir, newFolder, scripts, until } from './engines.ts';
import { countingConfig, startRequest, startRun, summaryOf, untilStatus } from './workflows.ts';

const actor = { kind: 'program', via: 'test' } as const;
// An old client never replaces an engine.
const product = { engineScript: scripts.product, version: '0.0.1' };
let server: CountingServer;

beforeEach(async () => {
  server = await startCountingServer();
});
afterEach(() => server.close());

const mockWorkflow = `segue: "1"
name: mocked
agents:
  writer: { model: mock/writer, instructions: You write. }
mock:
  - { agent: writer, reply: Once upon a time. }
tasks:
  draft: { agent: writer, with: { prompt: Begin. } }
  approve: { type: human, needs: [draft], message: Publish?, options: [yes_please, no_thanks] }
outputs:
  decision: \${{ tasks.approve.output }}
`;

const chatWorkflow = (model: string): string => `segue: "1"
name: chat
agents:
  writer: { model: ${model}, instructions: You write. }
tasks:
  first: { agent: writer, with: { prompt: Begin. } }
  second: { agent: writer, with: { prompt: "More of \${{ tasks.first.output }}" } }
outputs:
  text: \${{ tasks.second.output }}
`;

describe('the runs of a folder', () => {
  test('are seen by every client, whoever started them', async () => {
    const workspace = newFolder();
    const dataDir = newDataDir(workspace);
    const editor = await attach(dataDir, product);
    const terminal = await attach(dataDir, { ...product, kind: 'terminal' });
    const seen: RunSummary[] = [];
    await editor.watch((run) => seen.push(run), new AbortController().signal);
    const runId = await startRun(terminal, await startRequest(workspace, { 'a.segue.yaml': mockWorkflow }));
    await until(() => seen.some((run) => run.runId === runId && run.questions.length === 1));
    const [question] = (await summaryOf(editor, runId)).questions;
    const following = collect(terminal, runId);
    const answered = await editor.send(runId, {
      type: 'answer',
      actor,
      question: question?.id ?? '',
      answer: 'yes_please',
      offer: { secrets: [] },
    });
    expect(answered).toEqual({ ok: true });
    const messages = await following;
    expect(messages.at(-1)).toEqual({ type: 'end' });
    const events = messages.flatMap((message) => (message.type === 'event' ? [message.event] : []));
    expect(events.map((event) => event.seq)).toEqual(events.map((_, at) => at + 1));
    expect(events.at(-1)).toMatchObject({ type: 'run-ended', outputs: { decision: 'yes_please' } });
    await until(() => seen.some((run) => run.runId === runId && run.status === 'completed'));
    const list = await editor.ask({ type: 'runs', query: { limit: 10 } });
    expect(list).toMatchObject({ type: 'runs', runs: [{ runId, name: 'mocked', status: 'completed', mock: false }] });
  });

  test('are not those of another folder', async () => {
    const [one, other] = [newFolder(), newFolder()];
    const first = await attach(newDataDir(one), product);
    const second = await attach(newDataDir(other), product);
    expect(first.engine.pid).not.toBe(second.engine.pid);
    const runId = await startRun(first, await startRequest(one, { 'a.segue.yaml': mockWorkflow }));
    await untilStatus(first, runId, 'waiting');
    expect(await second.ask({ type: 'runs', query: { limit: 10 } })).toEqual({ type: 'runs', runs: [] });
  });

  test('wait for a person without an engine, and go on with the next one', async () => {
    const workspace = newFolder();
    const dataDir = newDataDir(workspace);
    const first = await attach(dataDir, { ...product, kind: 'terminal' });
    const runId = await startRun(first, await startRequest(workspace, { 'a.segue.yaml': mockWorkflow }));
    await untilStatus(first, runId, 'waiting');
    first.close();
    await until(() => !isRunning(first.engine.pid));
    const second = await attach(dataDir, { ...product, kind: 'terminal' });
    const [question] = (await summaryOf(second, runId)).questions;
    await second.send(runId, {
      type: 'answer',
      actor,
      question: question?.id ?? '',
      answer: 'no_thanks',
      offer: { secrets: [] },
    });
    await untilStatus(second, runId, 'completed');
  });

  test('finish though their terminal has gone', async () => {
    const workspace = newFolder();
    const dataDir = newDataDir(workspace);
    const held = holdChats();
    const terminal = await attach(dataDir, { ...product, kind: 'terminal' });
    const files = { 'a.segue.yaml': chatWorkflow('counting/m'), '.segue/config.yaml': countingConfig(server.url) };
    const runId = await startRun(terminal, await startRequest(workspace, files));
    await until(() => held.waiting());
    terminal.close();
    held.release();
    await until(() => !isRunning(terminal.engine.pid));
    const later = await attach(dataDir, product);
    expect((await summaryOf(later, runId)).status).toBe('completed');
    expect([...server.chats.values()]).toEqual([1, 1]);
  });

  test('a follower goes on over a crash where it was', async () => {
    const workspace = newFolder();
    const dataDir = newDataDir(workspace);
    const client = new LastingClient({
      dataDir,
      kind: 'editor',
      execPath: process.execPath,
      ...product,
    });
    try {
      const held = holdChats();
      const files = { 'a.segue.yaml': chatWorkflow('counting/m'), '.segue/config.yaml': countingConfig(server.url) };
      const runId = await startRun(client, await startRequest(workspace, files));
      const following = collect(client, runId);
      await until(() => held.waiting());
      await killEngine(dataDir);
      held.release();
      const events = (await following).flatMap((message) => (message.type === 'event' ? [message.event] : []));
      expect(events.map((event) => event.seq)).toEqual(events.map((_, at) => at + 1));
      expect(events.at(-1)).toMatchObject({ type: 'run-ended', status: 'completed' });
      expect(events.filter((event) => event.type === 'call-ended' && event.outcome.status === 'lost')).toHaveLength(1);
    } finally {
      client.close();
    }
  });

  test('a cancelled run can be resumed', async () => {
    const workspace = newFolder();
    const dataDir = newDataDir(workspace);
    const client = await attach(dataDir, product);
    const runId = await startRun(client, await startRequest(workspace, { 'a.segue.yaml': mockWorkflow }));
    await untilStatus(client, runId, 'waiting');
    expect(await client.send(runId, { type: 'cancel', actor })).toEqual({ ok: true });
    await untilStatus(client, runId, 'cancelled');
    const resume = { type: 'resume', actor, interactive: true, offer: { secrets: [] }, baseUrls: {} } as const;
    expect(await client.send(runId, resume)).toEqual({ ok: true });
    await untilStatus(client, runId, 'waiting');
    expect(await client.send('00000000-0000-7000-8000-000000000000', resume)).toMatchObject({
      refused: { code: 'unknown_run' },
    });
  });
});

test('a record that was copied goes on only when a person resumes it', async () => {
  const workspace = newFolder();
  const dataDir = newDataDir(workspace);
  const held = holdChats();
  const first = await attach(dataDir, product);
  const files = { 'a.segue.yaml': chatWorkflow('counting/m'), '.segue/config.yaml': countingConfig(server.url) };
  const runId = await startRun(first, await startRequest(workspace, files));
  await until(() => held.waiting());
  await killEngine(dataDir);
  const copy = newFolder();
  cpSync(workspace, copy, { recursive: true });
  rmSync(join(copy, '.segue/data/engine.lock'));
  held.release();
  const there = await attach(newDataDir(copy), product);
  expect(await summaryOf(there, runId)).toMatchObject({ failure: { code: 'foreign_record' } });
  expect(server.chats.get('Begin.')).toBe(1);
  const resume = { type: 'resume', actor, interactive: true, offer: { secrets: [] }, baseUrls: {} } as const;
  expect(await there.send(runId, resume)).toEqual({ ok: true });
  await untilStatus(there, runId, 'completed');
  const here = await attach(dataDir, product);
  await untilStatus(here, runId, 'completed');
});

describe('a start is refused', () => {
  test.each([
    ['with diagnostics', mockWorkflow.replace('agent: writer, with', 'agent: wrtier, with'), 'invalid_workflow'],
    ['without a key', chatWorkflow('openai/gpt-5-mini'), 'missing_key'],
  ])('%s', async (_, workflow, code) => {
    const workspace = newFolder();
    const client = await attach(newDataDir(workspace), product);
    const answer = await client.start(await startRequest(workspace, { 'a.segue.yaml': workflow }));
    expect(answer).toMatchObject({ ok: false, refused: { code } });
  });

  test('not on mock models, which need no key', async () => {
    const workspace = newFolder();
    const client = await attach(newDataDir(workspace), product);
    const files = { 'a.segue.yaml': chatWorkflow('openai/gpt-5-mini') };
    const runId = await startRun(client, await startRequest(workspace, files, { mock: true }));
    expect(await untilStatus(client, runId, 'completed')).toMatchObject({ mock: true });
  });
});

describe('a key', () => {
  const canary = 'sk-canary-5f0c"91/d+7e2b';
  const offer = { secrets: [{ name: 'OPENAI_API_KEY', value: canary, grantedOrigins: [] }] };

  test('reaches the provider and nothing else, whatever the provider says', async () => {
    const workspace = newFolder();
    const dataDir = newDataDir(workspace);
    const client = await attach(dataDir, product);
    // A provider that says the key back, whole and encoded, in a stream that cuts it.
    server.replyTo = () => `${canary} ${Buffer.from(`:${canary}`).toString('base64')} ${encodeURIComponent(canary)}`;
    const files = { 'a.segue.yaml': chatWorkflow('openai/gpt-5-mini') };
    const request = await startRequest(workspace, files, { offer, baseUrls: { openai: `${server.url}/v1` } });
    const runId = await startRun(client, request);
    const messages = await collect(client, runId);
    const streamed = messages.map((message) => (message.type === 'progress' ? message.progress.text : '')).join('');
    const heard = JSON.stringify(messages) + streamed;
    expect(streamed).toContain('***');
    await untilStatus(client, runId, 'completed');
    expect([...server.authorizations]).toContain(`Bearer ${canary}`);
    expect(heard).toContain('***');
    expect(await client.shutdown({ force: true, reason: 'the test looks at the files' })).toEqual({ going: true });
    await client.closed;
    const encoded = Buffer.from(`:${canary}`).toString('base64');
    for (const form of [
      encoded,
      canary,
      JSON.stringify(canary).slice(1, -1),
      encodeURIComponent(canary),
      'canary-5f0c',
    ]) {
      expect(heard).not.toContain(form);
      expect(filesWith(dataDir, form)).toEqual([]);
    }
  });

  test('that is missing after a crash holds the calls until it is offered', async () => {
    const workspace = newFolder();
    const dataDir = newDataDir(workspace);
    const held = holdChats();
    const first = await attach(dataDir, product);
    const files = { 'a.segue.yaml': chatWorkflow('openai/gpt-5-mini') };
    const request = await startRequest(workspace, files, { offer, baseUrls: { openai: `${server.url}/v1` } });
    const runId = await startRun(first, request);
    await until(() => held.waiting());
    await killEngine(dataDir);
    held.release();
    const second = await attach(dataDir, product);
    await until(async () => {
      const answer = await second.ask({ type: 'events', runId, fromSeq: 1, limit: 100 });
      return (
        answer.type === 'events' &&
        answer.events.some((event) => event.type === 'call-waiting' && event.reason.code === 'missing_key')
      );
    });
    expect(server.chats.get('Begin.') ?? 0).toBe(1);
    const again = offer.secrets.map((secret) => ({ ...secret, grantedOrigins: [new URL(server.url).origin] }));
    expect(await second.send(runId, { type: 'offer', actor, offer: { secrets: again } })).toEqual({ ok: true });
    await untilStatus(second, runId, 'completed');
  });
});

test('an engine connects to the base URL of the provider in use, and to nothing else', async () => {
  const workspace = newFolder();
  const dataDir = newDataDir(workspace);
  const client = await attach(dataDir, { ...product, engineScript: scripts.withTools });
  const offer = { secrets: [{ name: 'ANTHROPIC_API_KEY', value: 'sk-not-used-here', grantedOrigins: [] }] };
  const files = {
    'a.segue.yaml': chatWorkflow('counting/m').replace(
      'tasks:',
      '  other: { model: anthropic/claude-sonnet-5, instructions: You wait. }\ntasks:',
    ),
    '.segue/config.yaml': countingConfig(server.url),
  };
  const runId = await startRun(client, await startRequest(workspace, files, { offer }));
  await untilStatus(client, runId, 'completed');
  expect(recordedConnections(dataDir)).toEqual([new URL(server.url).host]);
});

test('a run on which the engine fell twice is set aside; the others go on', async () => {
  const workspace = newFolder();
  const dataDir = newDataDir(workspace);
  const options = { dataDir, kind: 'editor', version: '0.0.1', execPath: process.execPath } as const;
  const client = new LastingClient({ ...options, engineScript: scripts.withTools });
  try {
    const waiting = await startRun(client, await startRequest(workspace, { 'a.segue.yaml': mockWorkflow }));
    await untilStatus(client, waiting, 'waiting');
    const explosive = 'segue: "1"\nname: bomb\ntasks:\n  a: { tool: explode, with: {} }\n';
    const bomb = await startRun(client, await startRequest(workspace, { 'b.segue.yaml': explosive }));
    // While engines fall, questions may find none.
    const found = () => summaryOf(client, bomb).catch(() => undefined);
    await until(async () => (await found())?.failure?.code === 'engine_fell');
    const { pid } = await client.status();
    expect((await summaryOf(client, waiting)).status).toBe('waiting');
    const [question] = (await summaryOf(client, waiting)).questions;
    const answer = {
      type: 'answer',
      actor,
      question: question?.id ?? '',
      answer: 'yes_please',
      offer: { secrets: [] },
    } as const;
    expect(await client.send(waiting, answer)).toEqual({ ok: true });
    await untilStatus(client, waiting, 'completed');
    expect((await client.status()).pid).toBe(pid);
  } finally {
    client.close();
  }
});

async function collect(client: EngineClient, runId: RunId): Promise<FollowMessage[]> {
  const messages: FollowMessage[] = [];
  for await (const message of client.follow(runId, 1, new AbortController().signal)) messages.push(message);
  return messages;
}

/** Lets the first chat hang until it is released (its engine may die meanwhile). */
function holdChats(): { waiting(): boolean; release(): void } {
  let isHeld = false;
  server.onMoment = (moment) => {
    isHeld ||= moment === 'done-unanswered';
    return moment === 'done-unanswered';
  };
  return {
    waiting: () => isHeld,
    release: () => {
      server.onMoment = () => false;
      server.releaseHeld();
    },
  };
}

/** The files of a folder, the log and the write-ahead log among them, that hold a text. */
function filesWith(folder: string, text: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((file) => bytesOf(file).includes(text));
}

/** Nothing if it is gone meanwhile: an engine that leaves takes its write-ahead log along. */
function bytesOf(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return Buffer.alloc(0);
    throw error;
  }
}

test('a client that comes in the middle of a reply gets what was said so far', async () => {
  const workspace = newFolder();
  const engine = await attach(newDataDir(workspace), product);
  const words = Array.from({ length: 40 }, (_, at) => `word${at}`).join(' ');
  const text = mockWorkflow.replace('reply: Once upon a time.', `reply: ${words}, delay: 1500ms`);
  const runId = await startRun(engine, await startRequest(workspace, { 'a.segue.yaml': text }));
  const early = new AbortController();
  let heard = 0;
  for await (const message of engine.follow(runId, 1, early.signal)) {
    if (message.type === 'progress' && ++heard === 5) break;
  }
  const late: string[] = [];
  for await (const message of engine.follow(runId, 1, AbortSignal.timeout(60_000))) {
    if (message.type === 'progress') late.push(message.progress.text);
    if (message.type === 'event' && message.event.type === 'call-ended') break;
  }
  early.abort();
  expect(late[0]).toMatch(/^word0 word1/);
  expect(late.join('').trim()).toBe(words);
});
