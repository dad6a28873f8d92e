import { expect, test, vi } from 'vitest';
import type { TaskHistory } from '../protocol/index.ts';
import { PastRuns } from './past-runs.ts';

const some: TaskHistory = { runs: 1, mockRuns: 0, tasks: {} };

test('a client that offers no history is never asked', () => {
  const ask = vi.fn(async () => some);
  const past = new PastRuns(ask, () => undefined);
  past.offer({});
  expect(past.of('a')).toBeUndefined();
  expect(ask).not.toHaveBeenCalled();
});

test('each file is asked about once, and who waits is told', async () => {
  const ask = vi.fn(async () => some);
  const changed = vi.fn();
  const past = new PastRuns(ask, changed);
  past.offer({ taskHistory: true });
  expect(past.of('a')).toBeUndefined();
  expect(past.of('a')).toBeUndefined();
  await vi.waitFor(() => expect(changed).toHaveBeenCalledOnce());
  expect(past.of('a')).toBe(some);
  expect(ask).toHaveBeenCalledOnce();
});

test('after a run has ended it is asked anew, and an answer from before is dropped', async () => {
  const answers: ((history: TaskHistory) => void)[] = [];
  const past = new PastRuns(
    () => new Promise((resolve) => answers.push(resolve)),
    () => undefined,
  );
  past.offer({ taskHistory: true });
  past.of('a');
  past.forget();
  past.of('a');
  answers[0]?.({ ...some, runs: 7 });
  answers[1]?.(some);
  await vi.waitFor(() => expect(past.of('a')).toEqual(some));
});

test('a client that fails to answer leaves it at nothing', async () => {
  const past = new PastRuns(
    async () => {
      throw new Error('gone');
    },
    () => undefined,
  );
  past.offer({ taskHistory: true });
  past.of('a');
  await Promise.resolve();
  expect(past.of('a')).toBeUndefined();
});
