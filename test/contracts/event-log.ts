import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { EventLog } from '../../engine/ports/index.ts';
import { type Fact, largeReference } from '../../run/index.ts';
import { callStarted, numbered, runStarted, taskEnded, taskStarted } from './facts.ts';
import { type OpenRecord, using } from './open-record.ts';

/** What every EventLog promises. */
export function eventLogContract(open: OpenRecord): void {
  describe('EventLog', () => {
    it('gives back what was appended, in order and unchanged', () =>
      using(open, async ({ log, reopen }) => {
        const events = numbered([runStarted(), taskStarted('a'), callStarted('a'), taskEnded('a', 'failed')]);
        await log.append('run-1', 1, events.slice(0, 2));
        await log.append('run-1', 3, events.slice(2));
        expect(await log.read('run-1')).toEqual(events);
        expect(await (await reopen()).read('run-1')).toEqual(events);
      }));

    it('reads from a number on, as many as wanted', () =>
      using(open, async ({ log }) => {
        const events = numbered([
          runStarted(),
          ...Array.from({ length: 4999 }, (_, index) => taskStarted(`t${index}`)),
        ]);
        await log.append('run-1', 1, events);
        expect(await log.read('run-1', 4990)).toEqual(events.slice(4989));
        expect(await log.read('run-1', 2, 3)).toEqual(events.slice(1, 4));
        expect(await log.read('run-1', 5001)).toEqual([]);
        expect(await log.read('run-1')).toHaveLength(5000);
        expect(await log.read('other')).toEqual([]);
      }));

    it('refuses a gap, a duplicate and numbers that do not count on, and records nothing of them', () =>
      using(open, async ({ log }) => {
        const events = numbered([runStarted(), taskStarted('a'), taskStarted('b'), taskStarted('c')]);
        const [first, second, third, fourth] = events.map((event) => [event]);
        await log.append('run-1', 1, first ?? []);
        await expect(log.append('run-1', 3, third ?? [])).rejects.toMatchObject({ name: 'StorageError', code: 'gap' });
        await expect(log.append('run-1', 1, first ?? [])).rejects.toMatchObject({ code: 'gap' });
        await expect(log.append('run-1', 2, [...(second ?? []), ...(fourth ?? [])])).rejects.toMatchObject({
          code: 'gap',
        });
        await expect(log.append('run-2', 2, second ?? [])).rejects.toMatchObject({ code: 'gap' });
        expect(await log.read('run-1')).toEqual(first);
        expect(await log.read('run-2')).toEqual([]);
        await log.append('run-1', 2, second ?? []);
        expect(await log.read('run-1')).toEqual(events.slice(0, 2));
      }));

    it('records what is sent in one go in its order, and a bad append does not harm its neighbours', () =>
      using(open, async ({ log }) => {
        const good = numbered([runStarted(), taskStarted('a'), taskEnded('a')]);
        const results = await Promise.allSettled([
          log.append('run-1', 1, good.slice(0, 1)),
          log.append('run-2', 7, numbered([taskStarted('x')], 7)),
          log.append('run-1', 2, good.slice(1, 2)),
          log.append('run-3', 1, numbered([runStarted()])),
          log.append('run-1', 3, good.slice(2)),
        ]);
        expect(results.map(({ status }) => status)).toEqual([
          'fulfilled',
          'rejected',
          'fulfilled',
          'fulfilled',
          'fulfilled',
        ]);
        expect(await log.read('run-1')).toEqual(good);
        expect(await log.read('run-2')).toEqual([]);
        expect(await log.read('run-3')).toHaveLength(1);
      }));

    it('refuses what is no data, and its neighbours are recorded', () =>
      using(open, async ({ log }) => {
        const strange = { ...numbered([taskStarted('a')])[0], at: 10n } as unknown as Parameters<
          EventLog['append']
        >[2][0];
        const results = await Promise.allSettled([
          log.append('run-1', 1, numbered([runStarted()])),
          log.append('run-2', 1, [strange]),
          log.append('run-3', 1, numbered([runStarted()])),
        ]);
        expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
        expect(await log.read('run-2')).toEqual([]);
      }));

    it('does not change with the objects that were appended', () =>
      using(open, async ({ log }) => {
        const inputs = { topic: 'tea' };
        const [event] = numbered([runStarted()]);
        if (event?.type !== 'run-started') throw new Error('wrong event');
        const appended = log.append('run-1', 1, [{ ...event, inputs }]);
        await appended;
        inputs.topic = 'coffee';
        expect(await log.read('run-1')).toMatchObject([{ inputs: { topic: 'tea' } }]);
      }));

    it('keeps bytes by hash, with the append that follows', () =>
      using(open, async ({ log, reopen }) => {
        const bytes = new TextEncoder().encode(JSON.stringify('large '.repeat(50_000)));
        const hash = createHash('sha256').update(bytes).digest('hex');
        const kept = log.keep(hash, bytes);
        await log.append('run-1', 1, numbered([runStarted()]));
        expect(await log.load(hash)).toEqual(bytes);
        await kept;
        await log.keep(hash, bytes);
        const again = await reopen();
        expect(await again.load(hash)).toEqual(bytes);
        expect(await again.load('none')).toBeUndefined();
      }));

    it('refuses events that name a value which was not kept, and records nothing of them', () =>
      using(open, async ({ log }) => {
        const text = JSON.stringify('large '.repeat(20_000));
        const bytes = new TextEncoder().encode(text);
        const hash = createHash('sha256').update(bytes).digest('hex');
        const input = largeReference({ hash, bytes: bytes.length, preview: text.slice(0, 100) });
        const events = numbered([runStarted(), { ...taskStarted('a'), input } as Fact]);
        await expect(log.append('run-1', 1, events)).rejects.toMatchObject({ name: 'StorageError', code: 'gap' });
        expect(await log.read('run-1')).toEqual([]);
        await Promise.all([log.keep(hash, bytes), log.append('run-1', 1, events)]);
        expect(await log.read('run-1')).toEqual(events);
      }));
  });
}
