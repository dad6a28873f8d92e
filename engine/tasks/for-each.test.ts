import { describe, expect, it } from 'vitest';
import { ScriptedCore } from '../../test/simulation/scripted-core.ts';

const each = (keys: string, body = 'tool: fetch, with: { of: "${{ item }}" }'): string => `
tasks:
  all:
    type: for_each
    items: [a, b, c, d]
    ${keys}
    do: { ${body} }
`;

describe('a for_each', () => {
  it('runs its items in order, as many at once as it may', () => {
    const core = new ScriptedCore(each('max_parallel: 2'));
    expect(core.next()).toEqual([
      'all starts',
      'all[0] starts',
      'call all[0]/call#1',
      'all[1] starts',
      'call all[1]/call#1',
    ]);
    expect(core.output('all[1]/call#1', 'B')).toEqual(['all[1] completed', 'all[2] starts', 'call all[2]/call#1']);
    core.output('all[0]/call#1', 'A');
    core.output('all[2]/call#1', 'C');
    expect(core.output('all[3]/call#1', 'D')).toEqual(['all[3] completed', 'all completed', 'run completed']);
    expect(core.endOf('all')?.output).toEqual(['A', 'B', 'C', 'D']);
  });

  it('stops when an item fails: cuts what runs, starts no more, fails', () => {
    const core = new ScriptedCore(each('max_parallel: 2'));
    core.next();
    expect(core.fails('all[0]/call#1', 'broken')).toEqual(['all[0] failed broken', 'cut all[1]/call#1']);
    expect(core.output('all[1]/call#1', 'B')).toEqual([
      'all[1] cancelled cancelled',
      'all failed item_failed',
      'run failed',
    ]);
    const { errors, partial } = core.endOf('all') ?? {};
    expect(errors).toMatchObject([{ index: 0, error: { code: 'broken' } }]);
    expect(partial).toEqual([null, null, null, null]);
    // The result of the cut item was recorded: it is not fetched again.
    expect(core.resume().slice(0, 6)).toEqual([
      'all starts (2)',
      'all[0] starts (2)',
      'call all[0]/call#2',
      'all[1] starts (2)',
      'all[1] completed',
      'all[2] starts',
    ]);
  });

  it('finishes the others first with on_item_error: finish', () => {
    const core = new ScriptedCore(each('on_item_error: finish'));
    core.next();
    core.fails('all[0]/call#1', 'broken');
    for (const index of [1, 2]) core.output(`all[${index}]/call#1`, index);
    expect(core.output('all[3]/call#1', 3)).toEqual(['all[3] completed', 'all failed item_failed', 'run failed']);
    expect(core.endOf('all')?.partial).toEqual([null, 1, 2, 3]);
  });

  it('succeeds with gaps with on_item_error: continue', () => {
    const core = new ScriptedCore(each('on_item_error: continue'));
    core.next();
    core.fails('all[0]/call#1', 'broken');
    for (const index of [1, 2]) core.output(`all[${index}]/call#1`, index);
    expect(core.output('all[3]/call#1', 3)).toEqual(['all[3] completed', 'all completed', 'run completed']);
    expect(core.endOf('all')).toMatchObject({ output: [null, 1, 2, 3], errors: [{ index: 0 }] });
  });

  it('fails when its time is up, and keeps what is finished', () => {
    const core = new ScriptedCore(each('timeout: 5s'));
    expect(core.next()).toContain('timer all:timeout at 5000');
    core.output('all[0]/call#1', 'A');
    expect(core.fires('all:timeout')).toEqual(['cut all[1]/call#1', 'cut all[2]/call#1', 'cut all[3]/call#1']);
    for (const index of [1, 2, 3]) core.ends(`all[${index}]/call#1`, 'cancelled');
    expect(core.endOf('all')).toMatchObject({
      status: 'failed',
      error: { code: 'timeout' },
      partial: ['A', null, null, null],
    });
  });

  it('has nothing to do with an empty list', () => {
    const core = new ScriptedCore(each('').replace('[a, b, c, d]', '[]'));
    expect(core.next()).toEqual(['all starts', 'all completed', 'run completed']);
  });

  it('runs a small graph for each item, and gives its output', () => {
    const core = new ScriptedCore(`
tasks:
  all:
    type: for_each
    items: [a, b]
    do:
      tasks:
        get: { tool: fetch, with: { of: "\${{ item }}" } }
        put: { type: set, values: { got: "\${{ tasks.get.output }}" } }
      output: "\${{ tasks.put.output.got }}"
`);
    expect(core.next().slice(0, 5)).toEqual([
      'all starts',
      'all[0] starts',
      'all[1] starts',
      'all[0]/get starts',
      'call all[0]/get/call#1',
    ]);
    expect(core.output('all[0]/get/call#1', 'A')).toEqual([
      'all[0]/get completed',
      'all[0]/put starts',
      'all[0]/put completed',
      'all[0] completed',
    ]);
    core.output('all[1]/get/call#1', 'B');
    expect(core.endOf('all')?.output).toEqual(['A', 'B']);
  });
});
