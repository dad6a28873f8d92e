import { describe, expect, it } from 'vitest';
import { failure } from '../../run/index.ts';
import type { Retry } from '../../workflow/index.ts';
import { backoffMs } from './backoff.ts';

const retry: Retry = {
  strategy: 'exponential',
  maxAttempts: 9,
  delayMs: 1000,
  maxDelayMs: 30_000,
  base: 2,
  jitter: false,
};
const error = failure('network', 'cut', { retryable: true });

describe('back-off', () => {
  it.each([
    ['immediate', [0, 0, 0]],
    ['constant', [1000, 1000, 1000]],
    ['linear', [1000, 2000, 3000]],
    ['exponential', [1000, 2000, 4000]],
  ] as const)('%s', (strategy, expected) => {
    expect([1, 2, 3].map((attempt) => backoffMs({ ...retry, strategy }, attempt, error, 'id'))).toEqual(expected);
  });

  it('does not pass max_delay, but does what retry-after asks', () => {
    expect(backoffMs(retry, 8, error, 'id')).toBe(30_000);
    expect(backoffMs(retry, 1, { ...error, retryAfterMs: 50_000 }, 'id')).toBe(50_000);
  });

  it('spreads between half and all of the pause, by the id alone', () => {
    const jittered = Array.from({ length: 200 }, (_, i) =>
      backoffMs({ ...retry, jitter: true }, 1, error, `run/one/call#${i}:retry`),
    );
    expect(Math.min(...jittered)).toBeGreaterThanOrEqual(500);
    expect(Math.max(...jittered)).toBeLessThanOrEqual(1000);
    expect(Math.max(...jittered) - Math.min(...jittered)).toBeGreaterThan(400);
    expect(backoffMs({ ...retry, jitter: true }, 1, error, 'same')).toBe(
      backoffMs({ ...retry, jitter: true }, 1, error, 'same'),
    );
  });
});
