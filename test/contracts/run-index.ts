import { describe, expect, it } from 'vitest';
import type { EventLog } from '../../engine/ports/index.ts';
import type { Fact, Json, RunSummary } from '../../run/index.ts';
import { MemoryLog } from '../simulation/memory-log.ts';
import {
  actor,
  answered,
  asked,
  callEnded,
  callStarted,
  callWaiting,
  numbered,
  runStarted,
  taskEnded,
  taskStarted,
} from './facts.ts';
import { type OpenRecord, using } from './open-record.ts';
import { chance, seededHistory } from './seeded-history.ts';

const fall = { code: 'engine_fell', message: 'The engine fell on this run.', retryable: false };

/** What every RunIndex promises. */
export function runIndexContract(open: OpenRecord): void {
  describe('RunIndex', () => {
    it('sums up a run from its events', () =>
      using(open, async ({ log }) => {
        const spent = { usage: { inputTokens: 10, outputTokens: 5 }, costNanoUsd: 700 };
        const add = appender(log, 'run-1');
        await add(runStarted(), taskStarted('a'), callStarted('a'));
        expect(await log.get('run-1')).toMatchObject({
          name: 'Flow',
          file: 'flow.yaml',
          status: 'running',
          mock: true,
        });
        await add(callEnded('a', spent), taskEnded('a'), taskEnded('b', 'skipped'));
        expect(await log.get('run-1')).toMatchObject({
          inputTokens: 10,
          outputTokens: 5,
          costNanoUsd: 700,
          tasksEnded: 2,
        });
        await add(
          taskStarted('c'),
          callStarted('c'),
          callEnded('c', { ...spent, costNanoUsd: null }),
          taskEnded('c', 'failed'),
        );
        expect(await log.get('run-1')).toMatchObject({
          costNanoUsd: 700,
          costKnown: false,
          tasksFailed: 1,
          inputTokens: 20,
        });
        await add({ type: 'usage-settled', path: 'c/turn[1]#1', task: 'c', spent: { costNanoUsd: 1 } });
        expect(await log.get('run-1')).toMatchObject({ costNanoUsd: 701, costKnown: true, inputTokens: 10 });
        const error = { code: 'task_failed', message: 'c failed.', retryable: false };
        await add({ type: 'run-ended', status: 'failed', error });
        expect(await log.get('run-1')).toMatchObject({
          status: 'failed',
          failure: error,
          seq: 12,
          endedAt: expect.any(Number),
        });
        await add({ type: 'run-resumed', actor, interactive: true }, taskStarted('c', 2));
        const resumed = await log.get('run-1');
        expect(resumed).toMatchObject({ status: 'running', tasksEnded: 2, tasksFailed: 0 });
        expect(resumed).not.toHaveProperty('failure');
        expect(resumed).not.toHaveProperty('endedAt');
      }));

    it('says that a run waits: for a person, for leave, at a hold', () =>
      using(open, async ({ log }) => {
        const add = appender(log, 'run-1');
        const status = async () => (await log.get('run-1'))?.status;
        await add(runStarted(), taskStarted('a'), taskStarted('b'), callStarted('b'), asked('a'));
        expect(await status()).toBe('running');
        await add(callEnded('b'), taskEnded('b'));
        expect(await log.get('run-1')).toMatchObject({
          status: 'waiting',
          questions: [{ id: 'a:question', task: 'a' }],
        });
        await add(answered('a'));
        expect(await log.get('run-1')).toMatchObject({ status: 'running', questions: [] });
        await add(callWaiting('a'));
        expect(await log.get('run-1')).toMatchObject({ status: 'waiting', failure: { code: 'missing_key' } });
        await add(callStarted('a'));
        expect(await status()).toBe('running');
        await add(callEnded('a'), { type: 'hold-set', id: 'h', pattern: '*', owner: 'o', actor });
        expect(await status()).toBe('waiting');
        await add({ type: 'hold-cleared', id: 'h', actor });
        expect(await status()).toBe('running');
      }));

    it('finds runs by status, file and time, newest first, in pages', () =>
      using(open, async ({ log }) => {
        for (let run = 1; run <= 5; run++) {
          const facts: Fact[] = [runStarted(run % 2 ? 'odd.yaml' : 'even.yaml')];
          if (run > 3) facts.push({ type: 'run-ended', status: 'completed' });
          await log.append(`run-${run}`, 1, numbered(facts, 1, run * 1000));
        }
        const ids = async (query: Parameters<typeof log.find>[0]) => (await log.find(query)).map(({ runId }) => runId);
        expect(await ids({ limit: 10 })).toEqual(['run-5', 'run-4', 'run-3', 'run-2', 'run-1']);
        expect(await ids({ limit: 2 })).toEqual(['run-5', 'run-4']);
        expect(await ids({ limit: 2, before: 4001 })).toEqual(['run-3', 'run-2']);
        expect(await ids({ limit: 10, file: 'odd.yaml' })).toEqual(['run-5', 'run-3', 'run-1']);
        expect(await ids({ limit: 10, statuses: ['completed', 'failed'] })).toEqual(['run-5', 'run-4']);
        expect(await ids({ limit: 10, statuses: [] })).toEqual([]);
        expect(await ids({ limit: 10, statuses: ['running'], file: 'even.yaml', before: 9999 })).toEqual(['run-2']);
      }));

    it('gets a run by its id or a unique end of it', () =>
      using(open, async ({ log }) => {
        for (const runId of ['0190-aa11', '0191-bb11', 'aa11']) await log.append(runId, 1, numbered([runStarted()]));
        expect((await log.get('0190-aa11'))?.runId).toBe('0190-aa11');
        expect((await log.get('bb11'))?.runId).toBe('0191-bb11');
        expect((await log.get('aa11'))?.runId).toBe('aa11');
        expect(await log.get('11')).toBeUndefined();
        expect(await log.get('')).toBeUndefined();
        expect(await log.get('%')).toBeUndefined();
      }));

    it('lists unfinished runs, oldest first, and sets aside what the engine fell on twice', () =>
      using(open, async ({ log, reopen }) => {
        for (const [index, runId] of ['c', 'b', 'a'].entries()) {
          await log.append(runId, 1, numbered([runStarted()], 1, index * 1000));
        }
        await log.append('b', 2, numbered([{ type: 'run-ended', status: 'completed' }], 2));
        expect(await log.unfinished()).toEqual(['c', 'a']);
        expect(await log.noteFall('c', { ...fall, message: 'first' })).toEqual({ falls: 1 });
        expect(await log.unfinished()).toEqual(['c', 'a']);
        expect(await log.noteFall('c', fall)).toEqual({ falls: 2 });
        const again = await reopen();
        expect(await again.unfinished()).toEqual(['a']);
        expect(await again.get('c')).toMatchObject({ status: 'waiting', failure: fall });
        expect(await again.find({ statuses: ['waiting'], limit: 5 })).toHaveLength(1);
        await again.clearFalls('c');
        expect(await again.unfinished()).toEqual(['c', 'a']);
        expect(await again.get('c')).not.toHaveProperty('failure');
        await again.append('b', 3, numbered([{ type: 'run-resumed', actor, interactive: false }], 3));
        expect(await again.unfinished()).toEqual(['c', 'b', 'a']);
      }));

    describe('what past runs of a file say of its tasks', () => {
      const real = runStarted('flow.yaml', 'Flow', false);
      const ended: Fact = { type: 'run-ended', status: 'completed' };
      const spent = (costNanoUsd: number | null, inputTokens = 100) =>
        ({ usage: { inputTokens, outputTokens: 10 }, costNanoUsd }) as const;
      const call = (task: string, cost: number | null) => [
        callStarted(task, 1, 'openai/gpt-5-mini'),
        callEnded(task, spent(cost)),
      ];
      /** The static path leaves out the places. */
      const at = (fact: Fact, staticPath: string): Fact => ({ ...fact, staticPath }) as Fact;
      const gave = (path: string, output: Json): Fact => ({ ...taskEnded(path), output }) as Fact;

      it('is summed over elements and what is inside, of the newest runs, with their mean', () =>
        using(open, async ({ log, reopen, rebuild }) => {
          await log.append(
            'run-1',
            1,
            numbered([real, taskStarted('a'), ...call('a', 400), gave('a', 1), ended], 1, 1000),
          );
          const loop = [
            taskStarted('each'),
            at(taskStarted('each[0]'), 'each[]'),
            ...call('each[0]', 5),
            at(gave('each[0]', 'first'), 'each[]'),
            at(taskStarted('each[1]'), 'each[]'),
            ...call('each[1]', 7),
            at(gave('each[1]', 'second'), 'each[]'),
            gave('each', ['first', 'second']),
          ];
          const second = [real, taskStarted('a'), ...call('a', 600), gave('a', { n: 2 }), ...loop, ended];
          await log.append('run-2', 1, numbered(second, 1, 5000));
          await rebuild();
          const again = await reopen();
          const history = await again.taskHistory('flow.yaml', 10);
          expect(history).toMatchObject({ runs: 2, mockRuns: 0 });
          expect(history.tasks['a']).toEqual({
            runs: 2,
            last: {
              ...{ runId: 'run-2', status: 'completed', endedAt: 5005, value: '{"n":2}' },
              ...{ inputTokens: 100, outputTokens: 10, costNanoUsd: 600, durationMs: 3 },
            },
            mean: { inputTokens: 100, outputTokens: 10, costNanoUsd: 500, durationMs: 3 },
          });
          expect(history.tasks['each']).toMatchObject({ runs: 1, last: { costNanoUsd: 12, inputTokens: 200 } });
          expect(history.tasks['each[]']?.last).toMatchObject({ value: '"second"', costNanoUsd: 12, durationMs: 7 });
          expect(await again.taskHistory('flow.yaml', 1)).toMatchObject({ runs: 1, tasks: { a: { runs: 1 } } });
        }));

      it('leaves out runs on mock models, those of other files and those that go on', () =>
        using(open, async ({ log }) => {
          const a = [taskStarted('a'), ...call('a', 400), taskEnded('a')];
          await log.append('run-1', 1, numbered([real, ...a, ended], 1, 1000));
          const named = [taskStarted('a'), callStarted('a'), callEnded('a', spent(0)), taskEnded('a')];
          await log.append('run-2', 1, numbered([real, ...named, ended], 1, 2000));
          await log.append('run-3', 1, numbered([runStarted('flow.yaml'), ...a, ended], 1, 3000));
          await log.append('run-4', 1, numbered([runStarted('other.yaml', 'O', false), ...a, ended], 1, 4000));
          await log.append('run-5', 1, numbered([real, ...a], 1, 5000));
          expect(await log.taskHistory('flow.yaml', 10)).toMatchObject({
            runs: 1,
            mockRuns: 2,
            tasks: { a: { runs: 1, last: { runId: 'run-1', costNanoUsd: 400 } } },
          });
          expect(await log.taskHistory('none.yaml', 10)).toEqual({ runs: 0, mockRuns: 0, tasks: {} });
        }));

      it('has no cost where a price is unknown, no mean of failures, and nothing of what was skipped', () =>
        using(open, async ({ log }) => {
          const facts = [
            real,
            ...[taskStarted('a'), ...call('a', null), taskEnded('a')],
            ...[taskStarted('b'), ...call('b', 3), taskEnded('b', 'failed')],
            taskEnded('c', 'skipped'),
            ended,
          ];
          await log.append('run-1', 1, numbered(facts));
          const { tasks } = await log.taskHistory('flow.yaml', 10);
          expect(tasks['a']).toMatchObject({ last: { costNanoUsd: null }, mean: { costNanoUsd: null } });
          expect(tasks['b']).toMatchObject({ last: { status: 'failed', costNanoUsd: 3 }, mean: null });
          expect(tasks).not.toHaveProperty('c');
        }));

      it('shortens what was given, and keeps its types', () =>
        using(open, async ({ log }) => {
          const output = { text: 'x'.repeat(1000), list: [1, 2, 3, 4, 5, 6, 7] };
          await log.append('run-1', 1, numbered([real, taskStarted('a'), gave('a', output), ended]));
          const last = (await log.taskHistory('flow.yaml', 10)).tasks['a']?.last;
          expect(last?.isShortened).toBe(true);
          expect(JSON.parse(last?.value ?? '')).toEqual({ text: `${'x'.repeat(200)}…`, list: [1, 2, 3, 4, 5] });
        }));
    });

    it.each([1, 2, 3])('agrees with the fold of the same events (seed %i)', (seed) =>
      using(open, async ({ log, reopen, rebuild }) => {
        const [oracle, pick] = [new MemoryLog(), chance(seed)];
        const events = numbered(seededHistory(seed, 300));
        let [current, next] = [log, 0];
        while (next < events.length) {
          const some = events.slice(next, next + 1 + pick(12));
          await Promise.all([current.append('run', next + 1, some), oracle.append('run', next + 1, some)]);
          next += some.length;
          if (pick(20) === 0) current = await reopen();
          expect(sorted(await current.get('run'))).toEqual(sorted(await oracle.get('run')));
        }
        const before = await current.get('run');
        await rebuild();
        expect(await current.get('run')).toEqual(before);
      }),
    );
  });
}

/** Appends facts to one run, counting on. */
function appender(log: EventLog, runId: string): (...facts: Fact[]) => Promise<void> {
  let next = 1;
  return async (...facts) => {
    await log.append(runId, next, numbered(facts, next));
    next += facts.length;
  };
}

/** Questions that were asked in the same millisecond have no order; of several calls that wait any may give the reason. */
function sorted(run: RunSummary | undefined): unknown {
  if (!run) return run;
  return { ...run, questions: run.questions.toSorted((a, b) => (a.id < b.id ? -1 : 1)) };
}
