import { describe, expect, test } from 'vitest';
import type { Spent } from '../../run/index.ts';
import type { CallResult, Clock } from '../ports/index.ts';
import { answerInTime } from './cancellation.ts';

const spent = (inputTokens: number): Spent => ({ usage: { inputTokens, outputTokens: 0 } });
const completed: CallResult = { outcome: { status: 'completed', output: 'done' }, spent: spent(7) };

/** A clock on which time passes when the test says so. */
function stillClock() {
  const sleeps: { readonly ms: number; readonly wake: () => void }[] = [];
  const begun = Promise.withResolvers<void>();
  const clock: Clock = {
    nowMs: () => 0,
    sleep: (ms) =>
      new Promise((wake) => {
        sleeps.push({ ms, wake });
        begun.resolve();
      }),
  };
  return { clock, sleeps, begun: begun.promise };
}

function begin() {
  const work = Promise.withResolvers<CallResult>();
  const abort = new AbortController();
  const time = stillClock();
  const late: Spent[] = [];
  const answer = answerInTime({
    start: () => work.promise,
    signal: abort.signal,
    clock: time.clock,
    reserved: () => spent(100),
    late: (cost) => late.push(cost),
  });
  return { work, abort, time, late, answer };
}

describe('a cancelled call', () => {
  test('that was not cancelled answers what it answers', async () => {
    const { work, answer, time } = begin();
    work.resolve(completed);
    expect(await answer).toBe(completed);
    expect(time.sleeps).toEqual([]);
  });

  test('that ends in time is cancelled, and keeps its cost', async () => {
    const { work, abort, answer, time, late } = begin();
    abort.abort();
    await time.begun;
    work.resolve(completed);
    expect(await answer).toEqual({ outcome: { status: 'cancelled' }, spent: spent(7) });
    expect(late).toEqual([]);
  });

  test('that does not end answers after 5 s with what was reserved, and later with its cost, once', async () => {
    const { work, abort, answer, time, late } = begin();
    abort.abort();
    await time.begun;
    expect(time.sleeps.map(({ ms }) => ms)).toEqual([5000]);
    time.sleeps[0]?.wake();
    expect(await answer).toEqual({ outcome: { status: 'cancelled' }, spent: spent(100) });
    work.resolve(completed);
    await work.promise;
    await Promise.resolve();
    expect(late).toEqual([spent(7)]);
  });

  test('that was cancelled before it began does not begin', async () => {
    const start = () => Promise.reject(new Error('was started'));
    const parts = { start, signal: AbortSignal.abort(), clock: stillClock().clock, late: () => undefined };
    expect(await answerInTime(parts)).toEqual({ outcome: { status: 'cancelled' } });
  });
});
