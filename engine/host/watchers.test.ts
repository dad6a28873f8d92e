import { expect, test, vi } from 'vitest';
import type { RunSummary } from '../../run/index.ts';
import { Watchers } from './watchers.ts';

function summaryOf(runId: string): RunSummary {
  return {
    runId,
    name: 'a',
    file: 'a.segue.yaml',
    status: 'running',
    mock: true,
    startedAt: 1,
    costNanoUsd: 0,
    costKnown: true,
    inputTokens: 0,
    outputTokens: 0,
    tasksEnded: 0,
    tasksFailed: 0,
    seq: 1,
    questions: [],
  };
}

test('a watcher that has stopped reading keeps nothing from the others, and hears once of all that changed', async () => {
  const watchers = new Watchers(async (runId) => summaryOf(runId), vi.fn());
  const signal = new AbortController().signal;
  let release: () => void = () => undefined;
  const slow: string[] = [];
  const quick: string[] = [];
  watchers.add(async ({ runId }) => {
    slow.push(runId);
    await new Promise<void>((resolve) => {
      release = resolve;
    });
  }, signal);
  watchers.add(async ({ runId }) => void quick.push(runId), signal);
  watchers.changed('one');
  await vi.waitFor(() => expect(quick).toEqual(['one']));
  for (let times = 0; times < 10; times++) watchers.changed('two');
  await vi.waitFor(() => expect(quick).toEqual(['one', 'two']));
  expect(slow).toEqual(['one']);
  release();
  await vi.waitFor(() => expect(slow).toEqual(['one', 'two']));
});

test('a watcher whose connection broke, or that has gone, harms nobody', async () => {
  const onError = vi.fn();
  const watchers = new Watchers(async (runId) => summaryOf(runId), onError);
  const gone = new AbortController();
  const heard: string[] = [];
  watchers.add(() => Promise.reject(new Error('broken pipe')), new AbortController().signal);
  watchers.add(async ({ runId }) => void heard.push(runId), new AbortController().signal);
  watchers.add(async () => expect.fail('it has gone'), gone.signal);
  gone.abort();
  watchers.changed('one');
  await vi.waitFor(() => expect(heard).toEqual(['one']));
  watchers.changed('two');
  await vi.waitFor(() => expect(heard).toEqual(['one', 'two']));
  expect(onError).not.toHaveBeenCalled();
});

test('a summary that can not be read is reported, and the next change is told again', async () => {
  const onError = vi.fn();
  let isBroken = true;
  const read = async (runId: string): Promise<RunSummary> => {
    if (isBroken) throw new Error('no disk');
    return summaryOf(runId);
  };
  const watchers = new Watchers(read, onError);
  const heard: string[] = [];
  watchers.add(async ({ runId }) => void heard.push(runId), new AbortController().signal);
  watchers.changed('one');
  await vi.waitFor(() => expect(onError).toHaveBeenCalledTimes(1));
  isBroken = false;
  watchers.changed('two');
  await vi.waitFor(() => expect(heard).toContain('two'));
});
