import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createSystemClock } from './index.ts';

beforeEach(() => vi.useFakeTimers({ now: 1000 }));
afterEach(() => vi.useRealTimers());

const day = 24 * 3600 * 1000;

test('a sleep ends at its time, also one longer than a timer of Node can count', async () => {
  const clock = createSystemClock();
  let woke = false;
  void clock.sleep(40 * day, new AbortController().signal).then(() => {
    woke = true;
  });
  await vi.advanceTimersByTimeAsync(40 * day - 1);
  expect(woke).toBe(false);
  await vi.advanceTimersByTimeAsync(1);
  expect(woke).toBe(true);
  expect(clock.nowMs()).toBe(1000 + 40 * day);
});

test('a sleep ends at once when it is aborted, and leaves no timer behind', async () => {
  const abort = new AbortController();
  const sleep = createSystemClock().sleep(day, abort.signal);
  abort.abort();
  await sleep;
  expect(vi.getTimerCount()).toBe(0);
  await createSystemClock().sleep(day, AbortSignal.abort());
});
