import { expect, test } from 'vitest';
import { BatchQueue } from './batch-queue.ts';
import { isOlder } from './versions.ts';

test('a queue holds its sender back until the reader has taken the batch', async () => {
  const queue = new BatchQueue<number>();
  const order: string[] = [];
  const sending = (async () => {
    for (const batch of [[1, 2], [3]]) {
      await queue.put(batch);
      order.push(`taken ${batch.join()}`);
    }
    queue.end();
  })();
  for await (const item of queue) order.push(`read ${item}`);
  await sending;
  expect(order.indexOf('taken 3')).toBeGreaterThan(order.indexOf('read 1'));
  expect(order.filter((entry) => entry.startsWith('read'))).toEqual(['read 1', 'read 2', 'read 3']);
});

test('a queue that fails gives what came before the error', async () => {
  const queue = new BatchQueue<number>();
  void queue.put([1]);
  queue.fail(new Error('gone'));
  const seen: number[] = [];
  await expect(
    (async () => {
      for await (const item of queue) seen.push(item);
    })(),
  ).rejects.toThrow('gone');
  expect(seen).toEqual([1]);
  await queue.put([2]);
});

test.each([
  ['1.2.3', '1.2.4', true],
  ['1.10.0', '1.9.0', false],
  ['1.2.3', '1.2.3', false],
  ['1.2.3-dev', '1.2.3', true],
  ['1.2.3', '1.2.3-dev', false],
])('%s is older than %s: %s', (a, b, expected) => expect(isOlder(a, b)).toBe(expected));
