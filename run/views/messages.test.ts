import { describe, expect, it } from 'vitest';
import type { CallAnswered, Fact, RunEvent } from '../events/events.ts';
import { foldAll } from '../state/fold.ts';
import { messageRows, readInWords, sharedRows } from './messages.ts';

const done: CallAnswered['outcome'] = { status: 'completed', output: null };
let uses = 0;

function used(more: Partial<CallAnswered>): Fact {
  uses += 1;
  const place = { path: `a/turn[1]/tool[${uses}]#1`, task: 'a', by: 'ann', tool: 'send_message' };
  return { type: 'call-answered', ...place, input: {}, outcome: done, ...more };
}

function after(...facts: readonly Fact[]) {
  return foldAll(
    'run',
    facts.map((fact, index): RunEvent => ({ ...fact, seq: index + 1, at: 1_000 + index })),
  );
}

describe('messages', () => {
  it('tell to whom they were sent, who has read them, and what became of the others', () => {
    const state = after(
      used({ input: { text: 'Hello', to: 'ben' }, message: { number: 1, to: 'ben', priority: 5 } }),
      used({ input: { data: [1], topic: 'news' }, message: { number: 2, topic: 'news', priority: 9 } }),
      used({ by: 'ben', tool: 'read_messages', taken: [1] }),
      used({ input: { text: 'All' }, message: { number: 3, priority: 0 }, dropped: 2 }),
    );
    expect(messageRows(state).map((row) => [row.to, row.text, row.priority, readInWords(row)])).toEqual([
      ['ben', 'Hello', 5, 'read by ben'],
      ['topic news', '[1]', 9, 'not read; dropped'],
      ['all', 'All', 0, 'not read'],
    ]);
    expect(messageRows(after())).toEqual([]);
  });

  it('are calls to whoever reads a task', () => {
    const state = after(
      { type: 'task-started', path: 'a', staticPath: 'a', round: 1 },
      used({ input: { text: 'Hello' }, message: { number: 1, priority: 5 } }),
    );
    expect(state.tasks.get('a')?.calls).toMatchObject([
      { status: 'completed', request: { kind: 'tool', tool: 'send_message', input: { text: 'Hello' } } },
    ]);
  });
});

describe('shared values', () => {
  const set = (name: string, value: string, version: number): Fact =>
    used({ tool: 'set_shared', input: { name, value }, shared: { name, version } });

  it('have their versions, those of entries counted with them', () => {
    const ended: Fact = {
      type: 'task-ended',
      path: 'put',
      staticPath: 'put',
      round: 1,
      status: 'completed',
      shared: { board: { b: 'x' } },
    };
    const state = after(set('board.a', 'one', 1), ended, set('board.a', 'two', 3));
    const rows = sharedRows(state).map(({ name, versions }) => [
      name,
      versions.map(({ version, by }) => `${version} ${by}`),
    ]);
    expect(rows).toEqual([
      ['board.a', ['1 ann', '3 ann']],
      ['board', ['2 tasks.put']],
    ]);
    expect(Object.fromEntries(state.shared)).toEqual({ board: { a: 'two', b: 'x' } });
  });
});
