import { describe, expect, it } from 'vitest';
import type { RunEvent } from '../../run/index.ts';
import { callEnded, callStarted, numbered, runStarted, taskStarted } from './facts.ts';
import { type OpenRecord, using } from './open-record.ts';

const startAt = 1_760_000_000_000;

/** A run with one call, whose reply may be used again as `hash`. The call ends four milliseconds after `at`. */
function runWithReply(hash: string | undefined, at = startAt): RunEvent[] {
  const end = { ...callEnded('a'), ...(hash !== undefined && { reusableAs: hash }) };
  return numbered([runStarted(), taskStarted('a'), callStarted('a'), end], 1, at);
}

/** What every Replies promises. */
export function repliesContract(open: OpenRecord): void {
  describe('Replies', () => {
    it('finds the newest reply to a request, if it is not too old', () =>
      using(open, async ({ log, reopen }) => {
        await log.append('run-1', 1, runWithReply('h1', startAt));
        await log.append('run-2', 1, runWithReply('h1', startAt + 1000));
        await log.append('run-3', 1, runWithReply(undefined, startAt + 2000));
        const newest = {
          from: { run: 'run-2', call: 'a/turn[1]#1', at: startAt + 1004 },
          reply: { text: 'done', toolCalls: [], finishReason: 'stop' },
        };
        expect(await log.findReply('h1', startAt + 1004)).toEqual(newest);
        expect(await log.findReply('h1', startAt + 1005)).toBeUndefined();
        expect(await log.findReply('h2', 0)).toBeUndefined();
        expect(await (await reopen()).findReply('h1', 0)).toEqual(newest);
      }));

    it('loses them with their run, and keeps them when tables are made anew', () =>
      using(open, async ({ log, rebuild }) => {
        await log.append('run-1', 1, runWithReply('h1'));
        await rebuild();
        expect(await log.findReply('h1', 0)).toBeDefined();
        await log.deleteRun('run-1');
        expect(await log.findReply('h1', 0)).toBeUndefined();
      }));

    it('forgets them all when it is told to', () =>
      using(open, async ({ log }) => {
        await log.append('run-1', 1, runWithReply('h1'));
        await log.forgetReplies();
        expect(await log.findReply('h1', 0)).toBeUndefined();
        expect(await log.read('run-1')).toHaveLength(4);
      }));
  });
}
