import { PassThrough } from 'node:stream';
import { expect, test, vi } from 'vitest';
import { failure, type FollowMessage, type OpenQuestion, type RunEvent } from '../run/index.ts';
import { type Follower, type FollowOptions, followRun } from './follow-run.ts';
import { askText, InputEnded } from './terminal/ask.ts';
import type { Terminal } from './terminal/output.ts';
import { plainPainter } from './terminal/style.ts';
import { wholeOutputs } from './whole-values.ts';

const actor = { kind: 'person', via: 'terminal' } as const;
const question = { kind: 'options', message: 'Go?', options: ['yes', 'no'] } as const;
const events: RunEvent[] = [
  { type: 'question-asked', id: 'first', task: 'q', question, seq: 1, at: 1 },
  { type: 'question-answered', id: 'first', task: 'q', answer: 'yes', actor, seq: 2, at: 2 },
  { type: 'question-asked', id: 'second', task: 'q', question, seq: 3, at: 3 },
];

/** Gives these messages, then waits until it is aborted. */
function follower(messages: readonly FollowMessage[]): Follower {
  return {
    async *follow(_runId, _fromSeq, signal) {
      yield* messages;
      if (!signal.aborted) await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
    },
  };
}

const told = events.map((event) => ({ type: 'event', event }) as const);
const options = (more: Partial<FollowOptions> = {}): FollowOptions => ({
  view: { update() {}, clear() {} },
  liveAfter: 3,
  recordedSeq: async () => 3,
  signal: new AbortController().signal,
  ...more,
});

test('a question of the past is not asked again', async () => {
  const asked: string[] = [];
  const ask = async ({ id }: OpenQuestion): Promise<void> => {
    asked.push(id);
    throw new InputEnded();
  };
  const { state } = await followRun(follower(told), 'r', options({ ask }));
  expect(asked).toEqual(['second']);
  expect(state.questions.get('second')?.answer).toBeUndefined();
});

test('nobody here to answer: following ends at the wait, once what it needs was offered', async () => {
  const onMessage = vi.fn(() => new Promise<void>((resolve) => setTimeout(resolve, 5)));
  await followRun(follower(told), 'r', options({ onMessage }));
  expect(onMessage.mock.calls.length).toBe(3);
});

test('a wait is no end while the engine has recorded more than was heard', async () => {
  const moved: RunEvent = { type: 'run-ended', status: 'completed', seq: 4, at: 4 };
  const late = Promise.withResolvers<void>();
  const source: Follower = {
    async *follow() {
      yield* told;
      await late.promise;
      yield { type: 'event', event: moved };
      yield { type: 'end' };
    },
  };
  const recordedSeq = async (): Promise<number> => {
    setTimeout(late.resolve, 5);
    return 4;
  };
  const { state } = await followRun(source, 'r', options({ recordedSeq }));
  expect(state.ended).toBe('completed');
});

test('a run that stopped without an end says why', async () => {
  const stopped = failure('disk_full', 'The disk is full.');
  const messages = [...told.slice(0, 2), { type: 'end', failure: stopped } as const];
  expect(await followRun(follower(messages), 'r', options())).toMatchObject({ stopped });
});

test('input that ends is not waited for', async () => {
  const stdin = new PassThrough();
  const terminal = { stdin, stderr: new PassThrough(), notes: plainPainter } as unknown as Terminal;
  const answer = askText(terminal, 'who: ');
  stdin.end();
  await expect(answer).rejects.toBeInstanceOf(InputEnded);
});

test('large outputs are put together from their pages', async () => {
  const whole = { text: 'x'.repeat(2_500_000), n: 1 };
  const text = JSON.stringify(whole);
  const source = {
    ask: async (query: { type: string; offset?: number; length?: number }) => {
      const { offset = 0, length = 0 } = query;
      return { type: 'value', text: text.slice(offset, offset + length), total: text.length } as const;
    },
  };
  const reference = { $large: { hash: 'h', bytes: text.length, preview: '' } };
  expect(await wholeOutputs(source, reference)).toEqual(whole);
  expect(await wholeOutputs(source, { plain: 1 })).toEqual({ plain: 1 });
});
