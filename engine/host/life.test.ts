import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { Life, type Work } from './life.ts';

const minute = 60_000;
let work: Work;
let left: string[];
let life: Life;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setImmediate', 'Date'] });
  work = { inFlight: 0, nextTimerAt: undefined };
  left = [];
  life = new Life(
    () => work,
    (reason) => left.push(reason),
    Date.now,
  );
});
afterEach(() => {
  vi.useRealTimers();
});

function passed(ms: number): number {
  vi.advanceTimersByTime(ms);
  return left.length;
}

/** Something happens in the engine. */
function change(to: Partial<Work>): void {
  work = { ...work, ...to };
  life.look();
}

describe('an engine that an editor used', () => {
  beforeEach(() => life.attach('editor'));

  test('stays while a client is attached', () => {
    expect(passed(60 * minute)).toBe(0);
  });

  test('leaves a minute after the last client, and leaves once', () => {
    life.detach();
    expect(passed(minute - 10)).toBe(0);
    expect(passed(20)).toBe(1);
    life.look();
    expect(passed(5 * minute)).toBe(1);
  });

  test('stays while a call is in flight; the minute begins when it ends', () => {
    change({ inFlight: 1 });
    life.detach();
    expect(passed(10 * minute)).toBe(0);
    change({ inFlight: 0 });
    expect(passed(minute - 10)).toBe(0);
    expect(passed(20)).toBe(1);
  });

  test('stays for a timer that is due within ten minutes, not for a later one', () => {
    change({ nextTimerAt: Date.now() + 10 * minute });
    life.detach();
    expect(passed(2 * minute)).toBe(0);
    change({ nextTimerAt: Date.now() + 11 * minute });
    expect(passed(minute - 10)).toBe(0);
    // By now the timer is due within ten minutes: the engine has to wait for it.
    expect(passed(5 * minute)).toBe(0);
    change({ nextTimerAt: Date.now() + 60 * minute });
    expect(passed(minute + 20)).toBe(1);
  });

  test('a client that comes back in time keeps it', () => {
    life.detach();
    passed(minute / 2);
    life.attach('terminal');
    expect(passed(10 * minute)).toBe(0);
  });
});

describe('an engine that only terminals used', () => {
  beforeEach(() => life.attach('terminal'));

  test('leaves at once', () => {
    life.detach();
    expect(passed(200)).toBe(1);
  });

  test('finishes what is in flight first', () => {
    change({ inFlight: 1 });
    life.detach();
    expect(passed(minute)).toBe(0);
    change({ inFlight: 0 });
    expect(passed(200)).toBe(1);
  });
});

test('an engine that nobody came to leaves after a minute', () => {
  life.look();
  expect(passed(minute + 20)).toBe(1);
});
