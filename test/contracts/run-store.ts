import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { headerLine, largeValuesOf, type RunEvent, spill, valueLine } from '../../run/index.ts';
import { actor, callEnded, callStarted, numbered, runStarted, taskEnded, taskStarted } from './facts.ts';
import { type OpenRecord, using } from './open-record.ts';
import { seededHistory } from './seeded-history.ts';

const aside = { code: 'imported_record', message: 'It was imported.', retryable: false };
const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** What every RunStore promises. */
export function runStoreContract(open: OpenRecord): void {
  describe('RunStore', () => {
    let folder: string;
    beforeEach(() => {
      folder = mkdtempSync(join(tmpdir(), 'segue-store-'));
    });
    afterEach(() => rmSync(folder, { recursive: true, force: true }));

    /** Writes a portable record of these events; what is large leaves them. */
    function fileOf(runId: string, whole: readonly RunEvent[], change: (lines: string[]) => string[] = (l) => l) {
      const [first] = whole;
      if (first?.type !== 'run-started') throw new Error('A run begins with its start.');
      const lines = [headerLine(runId, first, whole.length)];
      const events = whole.map((one) => {
        const { event, blobs } = spill(one, sha256);
        for (const { hash, bytes } of blobs) lines.push(valueLine(hash, new TextDecoder().decode(bytes)));
        lines.push(JSON.stringify(event));
        return event;
      });
      const path = join(folder, `${runId}.segue-run.ndjson`);
      writeFileSync(path, `${change(lines).join('\n')}\n`);
      return { path, events };
    }

    const ended = { type: 'run-ended', status: 'completed' } as const;
    const large = { ...taskEnded('a'), output: 'é\n'.repeat(300_000) };

    it('takes no model at its word that only an imported record heard', () =>
      using(open, async ({ log, reopen, rebuild }) => {
        const end = { ...callEnded('a'), reusableAs: 'h1' } as const;
        const { path } = fileOf('run-1', numbered([runStarted(), taskStarted('a'), callStarted('a'), end, ended]));
        await log.importRun(path, aside);
        await rebuild();
        expect(await (await reopen()).findReply('h1', 0)).toBeUndefined();
      }));

    it('takes in a run with its large values: it reads and sums up like the one it was made of', () =>
      using(open, async ({ log, reopen, rebuild }) => {
        const { path, events } = fileOf('run-1', numbered([runStarted(), taskStarted('a'), large, ended]));
        expect(await log.importRun(path, aside)).toEqual({ runId: 'run-1', events: 4, isNew: true });
        await log.append('run-2', 1, events);
        const again = await reopen();
        expect(await again.read('run-1')).toEqual(events);
        expect(await again.get('run-1')).toEqual({ ...(await again.get('run-2')), runId: 'run-1' });
        const [kept] = events.flatMap(largeValuesOf);
        expect(new TextDecoder().decode(await again.load(kept?.hash ?? ''))).toBe(JSON.stringify(large.output));
        const before = await again.get('run-1');
        await rebuild();
        expect(await again.get('run-1')).toEqual(before);
      }));

    it.each([1, 2, 3])('takes in whatever could have happened (seed %i)', (seed) =>
      using(open, async ({ log }) => {
        const { path, events } = fileOf('run-1', numbered([...seededHistory(seed, 200), ended]));
        await log.importRun(path, aside);
        expect(await log.read('run-1')).toEqual(events);
      }),
    );

    it('names ended runs that need not be kept, the oldest first, and never one without an end', () =>
      using(open, async ({ log }) => {
        const facts = [runStarted(), taskStarted('a')];
        for (const [at, runId] of ['run-1', 'run-2', 'run-3'].entries()) {
          await log.append(runId, 1, numbered([...facts, ended], 1, (at + 1) * 1000));
        }
        await log.append('live', 1, numbered(facts, 1, 10));
        await log.append(
          'resumed',
          1,
          numbered([...facts, ended, { type: 'run-resumed', actor, interactive: true }], 1, 20),
        );
        expect(await log.expired({})).toEqual([]);
        expect(await log.expired({ keep: 3 })).toEqual([]);
        expect(await log.expired({ keep: 1 })).toEqual(['run-1', 'run-2']);
        expect(await log.expired({ keep: 0 })).toEqual(['run-1', 'run-2', 'run-3']);
        expect(await log.expired({ endedBefore: 2000 })).toEqual(['run-1']);
        expect(await log.expired({ endedBefore: 2000, keep: 1 })).toEqual(['run-1', 'run-2']);
      }));

    it('changes nothing when the same run is there, and refuses one that differs', () =>
      using(open, async ({ log }) => {
        const whole = numbered([runStarted(), taskStarted('a'), large, ended]);
        const { path, events } = fileOf('run-1', whole);
        await log.importRun(path, aside);
        expect(await log.importRun(path, aside)).toEqual({ runId: 'run-1', events: 4, isNew: false });
        const others = [
          numbered([runStarted(), taskStarted('b'), large, ended]),
          whole.slice(0, 3),
          [...whole, ...numbered([{ type: 'hold-cleared', id: 'h', actor: { kind: 'person', via: 'x' } }], 5)],
        ];
        for (const other of others) {
          const refused = log.importRun(fileOf('run-1', other).path, aside);
          await expect(refused).rejects.toMatchObject({ name: 'StorageError', code: 'run_differs' });
        }
        expect(await log.read('run-1')).toEqual(events);
        expect(await log.get('run-1')).toMatchObject({ status: 'completed' });
      }));

    it('does not let an unfinished run go on by itself', () =>
      using(open, async ({ log, reopen }) => {
        await log.importRun(fileOf('run-1', numbered([runStarted(), taskStarted('a')])).path, aside);
        expect(await log.unfinished()).toEqual([]);
        const again = await reopen();
        expect(await again.unfinished()).toEqual([]);
        expect(await again.get('run-1')).toMatchObject({ status: 'waiting', failure: aside });
        await again.clearFalls('run-1');
        expect(await again.unfinished()).toEqual(['run-1']);
      }));

    it('deletes a run with all that is its own, and nothing that another run names', () =>
      using(open, async ({ log, reopen, rebuild }) => {
        const own = { ...taskEnded('b'), output: 'own'.repeat(30_000) };
        const first = fileOf('run-1', numbered([runStarted(), large, own, ended]));
        const second = fileOf('run-2', numbered([runStarted(), large]));
        for (const { path } of [first, second]) await log.importRun(path, aside);
        const [shared = '', alone = ''] = first.events.flatMap(largeValuesOf).map(({ hash }) => hash);
        expect(await log.deleteRun('run-1')).toBe(true);
        expect(await log.deleteRun('run-1')).toBe(false);
        const again = await reopen();
        expect(await again.read('run-1')).toEqual([]);
        expect((await again.find({ limit: 9 })).map(({ runId }) => runId)).toEqual(['run-2']);
        expect(await again.load(alone)).toBeUndefined();
        expect(await again.load(shared)).toBeDefined();
        expect(await again.read('run-2')).toEqual(second.events);
        await rebuild();
        expect(await again.get('run-1')).toBeUndefined();
        expect(await again.deleteRun('run-2')).toBe(true);
        expect(await again.load(shared)).toBeUndefined();
        expect(await again.importRun(first.path, aside)).toMatchObject({ isNew: true });
        expect(await again.importRun(second.path, aside)).toMatchObject({ isNew: true });
        expect(await again.get('run-2')).toMatchObject({ status: 'waiting', tasksEnded: 1 });
      }));

    it('does not take a value away whose event comes with it', () =>
      using(open, async ({ log }) => {
        const { path, events } = fileOf('run-1', numbered([runStarted(), large, ended]));
        await log.importRun(path, aside);
        const [value] = events.flatMap(largeValuesOf);
        const bytes = new TextEncoder().encode(JSON.stringify(large.output));
        const done = [
          log.append('run-2', 1, events.slice(0, 1)),
          log.keep(value?.hash ?? '', bytes),
          // More than one group may hold, so that the deletion comes up between the value and its event.
          log.append('run-3', 1, numbered([runStarted(), ...Array.from({ length: 2000 }, () => taskStarted('a'))])),
          log.append('run-2', 2, events.slice(1)),
          log.deleteRun('run-1'),
        ];
        await Promise.all(done);
        expect(await log.load(value?.hash ?? '')).toEqual(bytes);
      }));

    it('refuses a damaged, cut-off or newer file by its line, and records nothing of it', () =>
      using(open, async ({ log }) => {
        const whole = numbered([runStarted(), taskStarted('a'), large, ended]);
        const cases: [(lines: string[]) => string[], string, RegExp][] = [
          [(lines) => lines.slice(0, -1), 'damaged_record', /Line 6 is missing/],
          [(lines) => lines.with(-1, '{"seq":4'), 'damaged_record', /Line 6 is not JSON/],
          [
            (lines) => lines.with(4, (lines[4] ?? '').replace('"status"', '"state"')),
            'damaged_record',
            /Line 5 .*status/,
          ],
          [(lines) => lines.with(3, (lines[3] ?? '').replace('é', 'e')), 'damaged_record', /Line 4 .*another hash/],
          [(lines) => lines.with(0, (lines[0] ?? '').replace('"version":1', '"version":9')), 'newer_record', /Line 1 /],
          [() => [], 'damaged_record', /Line 1 /],
        ];
        for (const [change, code, message] of cases) {
          const refused = log.importRun(fileOf('run-1', whole, change).path, aside);
          await expect(refused).rejects.toMatchObject({ code, message: expect.stringMatching(message) });
          expect(await log.read('run-1')).toEqual([]);
          expect(await log.get('run-1')).toBeUndefined();
        }
        await expect(log.importRun(join(folder, 'none'), aside)).rejects.toMatchObject({ code: 'file_not_readable' });
        writeFileSync(join(folder, 'latin'), Buffer.from([0x7b, 0xe9, 0x7d, 10]));
        await expect(log.importRun(join(folder, 'latin'), aside)).rejects.toThrow('Line 1 is not UTF-8');
        await log.append('run-1', 1, numbered([runStarted()]));
      }));
  });
}
