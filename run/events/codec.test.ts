import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Json } from '../json.ts';
import { fill, spill } from './codec.ts';
import type { RunEvent } from './events.ts';

const hash = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

async function roundTrip(event: RunEvent) {
  const spilled = spill(event, hash);
  const kept = new Map(spilled.blobs.map((blob) => [blob.hash, blob.bytes]));
  const whole = await fill(spilled.event, async (name) => kept.get(name));
  return { ...spilled, whole };
}

function ended(output: Json): RunEvent {
  return { type: 'task-ended', seq: 3, at: 5, path: 'a', staticPath: 'a', round: 1, status: 'completed', output };
}

test('small values stay where they are', async () => {
  const event = ended({ text: 'short' });
  const { event: recorded, blobs } = await roundTrip(event);
  expect(recorded).toEqual(event);
  expect(blobs).toEqual([]);
});

test('a large output leaves the event and comes back', async () => {
  const event = ended('x'.repeat(70_000));
  const { event: recorded, blobs, whole } = await roundTrip(event);
  expect(JSON.stringify(recorded).length).toBeLessThan(3000);
  expect(blobs).toHaveLength(1);
  expect(whole).toEqual(event);
});

test('of shared values each large one leaves by itself, and its name stays', async () => {
  const shared = { notes: 'x'.repeat(70_000), count: 3 };
  const { event: recorded, whole } = await roundTrip({ ...ended(null), shared } as RunEvent);
  expect(recorded).toMatchObject({ shared: { count: 3, notes: { $large: expect.anything() } } });
  expect(whole).toMatchObject({ shared });
  const forged = { ...ended(null), shared: { $large: { hash: 'aa', bytes: 1, preview: '' } } } as RunEvent;
  expect((await roundTrip(forged)).whole).toEqual(forged);
});

test('a value that looks like a reference is not taken for one', async () => {
  const forged = ended({ $large: { hash: 'aa', bytes: 1, preview: '' } });
  const { event: recorded, whole } = await roundTrip(forged);
  expect(recorded).not.toEqual(forged);
  expect(whole).toEqual(forged);
});

test('messages and replies keep a beginning for the eye', async () => {
  const started: RunEvent = {
    type: 'call-started',
    seq: 4,
    at: 5,
    path: 'a/turn[1]#1',
    task: 'a',
    attempt: 1,
    effect: 'repeatable',
    requestHash: 'h',
    request: {
      kind: 'model',
      model: 'mock/a',
      messages: [{ role: 'user', content: 'y'.repeat(80_000) }],
      tools: [],
      parameters: {},
    },
  };
  const answered: RunEvent = {
    type: 'call-ended',
    seq: 5,
    at: 6,
    path: 'a/turn[1]#1',
    task: 'a',
    outcome: { status: 'completed', reply: { text: 'z'.repeat(80_000), toolCalls: [], finishReason: 'stop' } },
  };
  for (const event of [started, answered]) {
    const { event: recorded, whole } = await roundTrip(event);
    expect(JSON.stringify(recorded).length).toBeLessThan(4000);
    expect(whole).toEqual(event);
  }
});

test('what the engine answered comes back, question and answer', async () => {
  const event: RunEvent = {
    type: 'call-answered',
    seq: 6,
    at: 7,
    path: 'a/turn[1]/tool[1]#1',
    task: 'a',
    by: 'ann',
    tool: 'read_messages',
    input: { topic: 'x'.repeat(70_000) },
    outcome: { status: 'completed', output: { messages: ['y'.repeat(70_000)], left: 0 } },
    taken: [1],
  };
  const { event: recorded, blobs, whole } = await roundTrip(event);
  expect([JSON.stringify(recorded).length < 4000, blobs.length]).toEqual([true, 2]);
  expect(whole).toEqual(event);
});

test('a missing large value is said, not passed over', async () => {
  const { event } = spill(ended('x'.repeat(70_000)), hash);
  await expect(fill(event, async () => undefined)).rejects.toThrow(/missing/);
});

test('any JSON survives', async () => {
  await fc.assert(
    fc.asyncProperty(fc.jsonValue(), async (value) => {
      const event = ended(value as Json);
      expect((await roundTrip(event)).whole).toEqual(event);
    }),
  );
});
