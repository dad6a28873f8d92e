import { describe, expect, it } from 'vitest';
import type { Fact, FollowMessage } from '../../run/index.ts';
import { RunStore } from './run-store.ts';

const call = 'draft/turn[1]#1';
const started: Fact = {
  type: 'call-started',
  path: call,
  task: 'draft',
  attempt: 1,
  request: { kind: 'model', model: 'mock/small', messages: [], tools: [], parameters: {} },
  requestHash: '',
  effect: 'none',
};
const ended: Fact = {
  type: 'call-ended',
  path: call,
  task: 'draft',
  outcome: { status: 'completed', reply: { text: 'Hello', toolCalls: [], finishReason: 'stop' } },
};
const words = (text: string): FollowMessage => ({ type: 'progress', progress: { type: 'text', call, text } });

function storeWith(...messages: readonly FollowMessage[]): RunStore {
  const store = new RunStore();
  store.receive({ type: 'show', runId: 'r' });
  store.receive({ type: 'batch', runId: 'r', messages });
  return store;
}

function event(seq: number, fact: Fact): FollowMessage {
  return { type: 'event', event: { ...fact, seq, at: seq } };
}

describe('RunStore', () => {
  it('joins what streams, and forgets it when the record has the reply', () => {
    const store = storeWith(event(1, started), words('Hel'), words('lo'));
    expect(store.streams.get(call)?.text).toBe('Hello');
    store.receive({ type: 'batch', runId: 'r', messages: [event(2, ended)] });
    expect(store.streams.size).toBe(0);
  });

  it('passes over progress that comes after the end of its call', () => {
    expect(storeWith(event(1, started), event(2, ended), words('late')).streams.size).toBe(0);
  });

  it('passes over the messages of another run', () => {
    const store = storeWith(event(1, started));
    store.receive({ type: 'batch', runId: 'other', messages: [event(2, ended)] });
    expect(store.state?.seq).toBe(1);
  });

  it('begins anew with each run that is shown', () => {
    const store = storeWith(event(1, started), words('Hel'));
    store.receive({ type: 'refused', message: 'No.' });
    store.receive({ type: 'show', runId: 's' });
    expect([store.state?.seq, store.streams.size, store.refusal]).toEqual([0, 0, undefined]);
  });

  it('puts the parts of a large value together, whichever are sent again', () => {
    const store = storeWith();
    expect(store.startLoading('h')).toBe(0);
    store.receive({ type: 'value', hash: 'h', text: 'abc', total: 6 });
    expect(store.startLoading('h')).toBe(3);
    store.receive({ type: 'value', hash: 'h', text: 'def', total: 6, offset: 3 });
    store.receive({ type: 'value', hash: 'h', text: 'def', total: 6, offset: 3 });
    expect(store.values.get('h')).toEqual({ text: 'abcdef', total: 6, loading: false });
  });
});
