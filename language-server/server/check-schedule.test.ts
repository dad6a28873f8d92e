import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { CheckSchedule } from './check-schedule.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

test('many changes at once are one check, soon after the last', () => {
  const checked: string[] = [];
  const schedule = new CheckSchedule((uri) => checked.push(uri));
  for (let change = 0; change < 5; change += 1) {
    schedule.ask('a');
    schedule.ask('b');
    vi.advanceTimersByTime(10);
  }
  expect(checked).toEqual([]);
  vi.advanceTimersByTime(100);
  expect(checked).toEqual(['a', 'b']);
  vi.advanceTimersByTime(1000);
  expect(checked).toHaveLength(2);
});

test('whoever never stops typing is checked now and then', () => {
  let checks = 0;
  const schedule = new CheckSchedule(() => {
    checks += 1;
  });
  for (let elapsedMs = 0; elapsedMs < 1000; elapsedMs += 20) {
    schedule.ask('a');
    vi.advanceTimersByTime(20);
  }
  expect(checks).toBeGreaterThanOrEqual(2);
  expect(checks).toBeLessThanOrEqual(4);
});

test('a document that was closed is not checked', () => {
  const checked: string[] = [];
  const schedule = new CheckSchedule((uri) => checked.push(uri));
  schedule.ask('a');
  schedule.drop('a');
  vi.advanceTimersByTime(1000);
  expect(checked).toEqual([]);
});
