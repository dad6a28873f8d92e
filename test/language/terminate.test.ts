// docs/language.md, "How a run goes": ending early, with `terminate`.
import { describe, expect, it } from 'vitest';
import { tell } from './stage.ts';

const stopped = (keys: string, more = ''): string => `
tasks:
  first: { type: set, values: { n: 1 } }
  stop: { type: terminate, needs: [first], ${keys} }
  slow: { type: wait, duration: 1h, on_error: { default: null } }
  after: { type: set, needs: [slow], trigger_rule: all_done, values: {} }
  ${more}
outputs:
  n: "\${{ tasks.first.output }}"
  late: "\${{ tasks.after.output }}"
`;

describe('a terminate', () => {
  it('ends the run as completed, with the outputs as far as they go', async () => {
    const run = await tell(stopped('status: completed, message: "Found ${{ tasks.first.output.n }}."'));
    expect(run.tasks).toEqual({
      first: 'completed',
      stop: 'completed',
      slow: 'cancelled terminated',
      after: 'cancelled terminated',
    });
    expect(run.events.at(-1)).toMatchObject({
      status: 'completed',
      reason: 'Found 1.',
      outputs: { n: { n: 1 }, late: null },
    });
  });

  it('ends it as failed, with the message as its error and without outputs', async () => {
    const run = await tell(stopped('status: failed, message: Nothing to do.'));
    expect([run.status, run.outputs]).toEqual(['failed', undefined]);
    expect(run.error).toMatchObject({ code: 'terminated', message: 'Nothing to do.', retryable: false });
  });

  it('ends it as cancelled, and says who did it', async () => {
    const run = await tell(stopped('status: cancelled'));
    expect(run.events.at(-1)).toEqual(
      expect.objectContaining({ status: 'cancelled', reason: 'The task stop ended the run.' }),
    );
    expect([run.outputs, run.error]).toEqual([undefined, undefined]);
  });

  it('does nothing if it is skipped', async () => {
    const run = await tell(stopped('status: failed, when: tasks.first.output.n > 1'));
    expect([run.tasks['stop'], run.status]).toEqual(['skipped when_false', 'completed']);
  });

  it('counts more than what has failed before', async () => {
    const run = await tell(`
tasks:
  bad: { tool: echo, with: { a: "\${{ 1 / 0 }}" } }
  stop: { type: terminate, needs: [bad], trigger_rule: all_done, status: completed }
`);
    expect([run.tasks, run.status]).toEqual([{ bad: 'failed expression_error', stop: 'completed' }, 'completed']);
  });

  it('ends the run from inside a body', async () => {
    const run = await tell(`
tasks:
  each:
    type: for_each
    items: [1, 2, 3]
    max_parallel: 1
    on_error: { default: [] }
    do:
      tasks:
        look: { tool: echo, with: { n: "\${{ item }}" } }
        stop: { type: terminate, needs: [look], when: item == 2, status: failed, message: "Two." }
  after: { type: set, needs: [each], values: {} }
`);
    expect(run.tasks).toMatchObject({ 'each[0]': 'completed', 'each[1]/stop': 'completed' });
    expect(run.tasks).toMatchObject({ 'each[1]': 'cancelled terminated', each: 'cancelled terminated' });
    expect([run.begun.includes('each[2]'), run.tasks['after'], run.error?.message]).toEqual([
      false,
      'cancelled terminated',
      'Two.',
    ]);
  });

  it('cuts calls under way and withdraws questions', async () => {
    const run = await tell(`
agents: { writer: { model: mock/a } }
tasks:
  draft: { agent: writer, with: { prompt: Write. } }
  ask: { type: human, message: Well?, options: [a] }
  pause: { type: wait, duration: 2s }
  stop: { type: terminate, needs: [pause], status: cancelled }
mock: [{ agent: writer, reply: late, delay: 1h }]
`);
    expect(run.tasks).toMatchObject({ draft: 'cancelled terminated', ask: 'cancelled terminated' });
    expect((run.events.at(-1)?.at ?? 0) - (run.events[0]?.at ?? 0)).toBeLessThan(10_000);
  });

  it('whose message can not be evaluated fails like any task, and ends nothing', async () => {
    const failed = await tell(stopped('status: completed, message: "${{ 1 / 0 }}"'), { at: [[1000, 'cancel']] });
    expect(failed.tasks['stop']).toBe('failed expression_error');
    const good = await tell(stopped('status: failed, message: "${{ 1 / 0 }}", on_error: continue'));
    expect([good.tasks['stop'], good.status]).toEqual(['completed recovered', 'completed']);
  });

  it('can not be got past by a resume', async () => {
    const run = await tell(stopped('status: failed'), { at: [[1000, 'resume']] });
    expect(run.begun.filter((path) => path === 'stop')).toEqual(['stop', 'stop']);
    expect([run.status, run.tasks['after']]).toEqual(['failed', 'cancelled terminated']);
  });
});
