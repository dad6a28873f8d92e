// docs/language.md, "How a run goes": waiting, with `wait`.
import { describe, expect, it } from 'vitest';
import { tell } from './stage.ts';
import type { Story } from './story.ts';

/** When a task ended, in milliseconds since the start of the run. */
function endMs(run: Story, path: string): number {
  return run.end(path).at - (run.events[0]?.at ?? 0);
}

const pause = (keys: string, more = ''): string => `
${more}
tasks:
  pause: { type: wait, ${keys} }
  after: { type: set, needs: [pause], values: { got: "\${{ tasks.pause.output }}" } }
`;

describe('a wait', () => {
  it('lasts as long as it says, and gives null', async () => {
    const run = await tell(pause('duration: 90s'));
    expect([run.tasks, endMs(run, 'pause')]).toEqual([{ pause: 'completed', after: 'completed' }, 90_000]);
    expect([run.output('pause'), run.output('after')]).toEqual([null, { got: null }]);
  });

  it.each([
    ['2026-01-31T12:05:00Z', 300_000],
    ['2026-01-31T13:05:00+01:00', 300_000],
    ["${{ timestamp(run.started_at) + duration('2m') }}", 120_000],
    ['2026-01-31T12:0${{ inputs.minutes }}:00Z', 180_000],
  ])('lasts until %s', async (until, ms) => {
    const run = await tell(pause(`until: "${until}"`, 'inputs: { minutes: { type: integer, default: 3 } }'));
    expect(endMs(run, 'pause')).toBe(ms);
  });

  it.each(['duration: 0s', 'until: "2026-01-31T12:00:00Z"', 'until: "1969-07-20T20:17:40Z"'])(
    'with %s has nothing to wait for',
    async (keys) => {
      const run = await tell(pause(keys));
      expect(endMs(run, 'pause')).toBe(0);
      expect(run.events.filter(({ type }) => type === 'timer-set')).toEqual([]);
    },
  );

  it('fails for text that is no moment, and `on_error` can make that good', async () => {
    const inputs = 'inputs: { when: { type: string, default: soon } }';
    const failed = await tell(pause('until: "${{ inputs.when }}"', inputs));
    expect(failed.tasks).toEqual({ pause: 'failed not_a_time', after: 'skipped upstream_failed' });
    expect(failed.end('pause').error?.message).toBe('The moment `until` of pause is none: "soon".');
    const good = await tell(pause('until: "${{ inputs.when }}", on_error: { default: null }', inputs));
    expect(good.tasks).toEqual({ pause: 'completed recovered', after: 'completed' });
  });

  it('takes no place among the calls', async () => {
    const run = await tell(`
limits: { max_parallel: 1 }
tasks:
  pause: { type: wait, priority: 10, duration: 1h }
  call: { tool: echo, with: { a: 1 } }
`);
    expect(run.callTimes).toEqual([['call/call#1', 0]]);
  });

  it('is one of the children that `max_parallel` of a for_each counts', async () => {
    const run = await tell(`
tasks:
  each: { type: for_each, items: [1, 2, 3], max_parallel: 2, do: { type: wait, duration: 10s } }
`);
    expect([0, 1, 2].map((place) => endMs(run, `each[${place}]`))).toEqual([10_000, 10_000, 20_000]);
    expect(run.output('each')).toEqual([null, null, null]);
  });

  it('is ended by a time-out around it', async () => {
    const run = await tell(`
tasks:
  each: { type: for_each, items: [1], timeout: 5s, do: { type: wait, duration: 10s } }
`);
    expect(run.tasks).toEqual({ 'each[0]': 'cancelled', each: 'failed timeout' });
    expect(endMs(run, 'each')).toBe(5_000);
  });

  it('is cancelled with the run', async () => {
    const run = await tell(pause('duration: 1h'), { at: [[1000, 'cancel']] });
    expect(run.tasks).toEqual({ pause: 'cancelled', after: 'cancelled' });
    expect(endMs(run, 'pause')).toBe(1000);
  });

  it.each(['duration: 10s', 'until: "2026-01-31T12:00:10Z"'])(
    'with %s ends when it was to end, also after a crash, or a cancel and a resume',
    async (keys) => {
      const crashed = await tell(pause(keys), { at: [[4000, 'crash']] });
      expect(endMs(crashed, 'pause')).toBe(10_000);
      const resumed = await tell(pause(keys), {
        at: [
          [4000, 'cancel'],
          [7000, 'resume'],
        ],
      });
      expect([resumed.status, endMs(resumed, 'pause')]).toEqual(['completed', 10_000]);
    },
  );

  it('that is over when the run is resumed ends at once', async () => {
    const run = await tell(pause('duration: 10s'), {
      at: [
        [4000, 'cancel'],
        [60_000, 'resume'],
      ],
    });
    expect([run.status, endMs(run, 'pause')]).toEqual(['completed', 60_000]);
  });
});
