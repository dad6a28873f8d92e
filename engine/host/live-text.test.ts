import { expect, test } from 'vitest';
import type { FollowMessage } from '../../run/index.ts';
import { LiveText } from './live-text.ts';

function said(call: string, text: string, type: 'text' | 'reasoning' = 'text'): FollowMessage {
  return { type: 'progress', progress: { type, call, text } };
}

test('a late reader hears all that the calls under way have said, and nothing of those that ended', () => {
  const live = new LiveText();
  live.absorb(said('a/turn[1]#1', 'one '));
  live.absorb(said('b/turn[1]#1', 'gone'));
  live.absorb(said('a/turn[1]#1', 'hm', 'reasoning'));
  live.absorb(said('a/turn[1]#1', 'two'));
  const outcome = { status: 'cancelled' } as const;
  live.absorb({ type: 'event', event: { type: 'call-ended', path: 'b/turn[1]#1', task: 'b', outcome, seq: 1, at: 1 } });
  expect(live.soFar()).toEqual([
    { type: 'progress', progress: { type: 'text', call: 'a/turn[1]#1', text: 'one two', soFar: true } },
    { type: 'progress', progress: { type: 'reasoning', call: 'a/turn[1]#1', text: 'hm', soFar: true } },
  ]);
});

test('of an endless text the end is kept', () => {
  const live = new LiveText();
  for (let piece = 0; piece < 40; piece += 1) live.absorb(said('a', String(piece % 10).repeat(10_000)));
  const [message] = live.soFar();
  expect(message?.type === 'progress' && message.progress.text.length).toBe(256 * 1024);
  expect(message?.type === 'progress' && message.progress.text.endsWith('9'.repeat(10_000))).toBe(true);
});
