import { describe, expect, it } from 'vitest';
import { ScriptedCore } from '../../test/simulation/scripted-core.ts';

const loop = (keys: string, body = 'tool: fetch, with: { of: "${{ output.orValue(0) }}" }'): string => `
shared: { stop: { type: boolean, default: false } }
tasks:
  work:
    type: loop
    ${keys}
    do: { ${body} }
`;

describe('a loop', () => {
  it('begins a round when the one before has ended, until its condition is true', () => {
    const core = new ScriptedCore(loop('until: output == 2.0\n    max_iterations: 5'));
    expect(core.next()).toEqual(['work starts', 'work[1] starts', 'call work[1]/call#1']);
    expect(core.output('work[1]/call#1', 1)).toEqual(['work[1] completed', 'work[2] starts', 'call work[2]/call#1']);
    expect(core.output('work[2]/call#1', 2)).toEqual(['work[2] completed', 'work completed', 'run completed']);
    expect(core.endOf('work')).toMatchObject({ output: 2 });
    expect(core.calls.get('work[2]/call#1')).toMatchObject({ input: { of: 1 } });
  });

  it('has no round at all if `while` is false at once', () => {
    const core = new ScriptedCore(loop('while: round > 1\n    max_iterations: 5\n    timeout: 1m'));
    expect(core.next()).toEqual(['work starts', 'work completed', 'run completed']);
    expect(core.endOf('work')).toMatchObject({ output: null });
  });

  it('begins a round although no place is free: only its call waits', () => {
    const core = new ScriptedCore(`limits: { max_parallel: 1 }${loop('until: true\n    max_iterations: 1')}
  other: { tool: fetch, priority: 9 }
`);
    expect(core.next()).toEqual(['work starts', 'work[1] starts', 'other starts', 'call other/call#1']);
    expect(core.output('other/call#1', 0)).toEqual(['other completed', 'call work[1]/call#1']);
  });

  it('fails when its rounds are used up, and a resume gives it as many again', () => {
    const core = new ScriptedCore(loop('until: output == 9.0\n    max_iterations: 2'));
    core.next();
    core.output('work[1]/call#1', 1);
    expect(core.output('work[2]/call#1', 2)).toEqual(['work[2] completed', 'work failed loop_exhausted', 'run failed']);
    expect(core.endOf('work')?.error).toMatchObject({
      message: 'work was not done after 2 rounds: `until` was not true.',
      details: { rounds: 2 },
    });
    expect(core.resume()).toEqual(['work starts (2)', 'work[3] starts', 'call work[3]/call#1']);
    core.output('work[3]/call#1', 3);
    expect(core.output('work[4]/call#1', 4)).toEqual(['work[4] completed', 'work failed loop_exhausted', 'run failed']);
    core.resume();
    expect(core.output('work[5]/call#1', 9)).toEqual(['work[5] completed', 'work completed', 'run completed']);
  });

  it('goes on with the last output with on_exhausted: continue', () => {
    const core = new ScriptedCore(loop('while: true\n    max_iterations: 1\n    on_exhausted: continue'));
    core.next();
    expect(core.output('work[1]/call#1', 1)).toEqual([
      'work[1] completed',
      'work completed exhausted',
      'run completed',
    ]);
    expect(core.endOf('work')).toMatchObject({ output: 1 });
  });

  it('fails with a round, and a resume opens that round again, and no other', () => {
    const core = new ScriptedCore(loop('until: round == 3\n    max_iterations: 3'));
    core.next();
    core.output('work[1]/call#1', 1);
    expect(core.fails('work[2]/call#1', 'broken')).toEqual([
      'work[2] failed broken',
      'work failed round_failed',
      'run failed',
    ]);
    expect(core.endOf('work')?.error).toMatchObject({ details: { round: 2, code: 'broken' } });
    expect(core.resume()).toEqual(['work starts (2)', 'work[2] starts (2)', 'call work[2]/call#2']);
    expect(core.output('work[2]/call#2', 2)).toEqual(['work[2] completed', 'work[3] starts', 'call work[3]/call#1']);
  });

  it('fails if its condition can not be evaluated', () => {
    const core = new ScriptedCore(loop('until: 1 / int(output) == 1\n    max_iterations: 3'));
    core.next();
    expect(core.output('work[1]/call#1', 0)).toEqual([
      'work[1] completed',
      'work failed expression_error',
      'run failed',
    ]);
    expect(core.endOf('work')?.error?.message).toMatch(/^The condition `until` of work: /);
  });

  it('is bounded by its timeout as a whole: the round is cut, and a resume has the time again', () => {
    const core = new ScriptedCore(loop('until: round == 2\n    max_iterations: 3\n    timeout: 10s'));
    expect(core.next()).toEqual([
      'work starts',
      'timer work:timeout at 10000',
      'work[1] starts',
      'call work[1]/call#1',
    ]);
    core.output('work[1]/call#1', 1);
    expect(core.fires('work:timeout')).toEqual(['timer-fired', 'cut work[2]/call#1'].slice(1));
    expect(core.ends('work[2]/call#1', 'cancelled')).toEqual([
      'work[2] cancelled cancelled',
      'work failed timeout',
      'run failed',
    ]);
    expect(core.resume()).toEqual([
      'work starts (2)',
      'timer work:timeout at 20000',
      'work[2] starts (2)',
      'call work[2]/call#2',
    ]);
  });

  it('is cancelled with its round, and goes on in that round', () => {
    const core = new ScriptedCore(loop('until: round == 2\n    max_iterations: 3'));
    core.next();
    core.output('work[1]/call#1', 1);
    core.cancel();
    expect(core.ends('work[2]/call#1', 'cancelled')).toEqual([
      'work[2] cancelled cancelled',
      'work cancelled cancelled',
      'run cancelled',
    ]);
    expect(core.resume()).toEqual(['work starts (2)', 'work[2] starts (2)', 'call work[2]/call#2']);
  });

  it('keeps a held round from beginning, the first and one that was opened again', () => {
    const core = new ScriptedCore(loop('until: true\n    max_iterations: 3'));
    core.hold('work[]');
    expect(core.next()).toEqual([]);
    expect(core.release()).toEqual(['work[1] starts', 'call work[1]/call#1']);
    core.fails('work[1]/call#1', 'broken');
    core.record({
      type: 'hold-set',
      id: 'h',
      pattern: 'work[]',
      owner: 'test',
      actor: { kind: 'person', via: 'test' },
    });
    expect(core.resume()).toEqual(['work starts (2)']);
    expect(core.release()).toEqual(['work[1] starts (2)', 'call work[1]/call#2']);
  });

  it('stays failed while its fallback changes what its condition reads', () => {
    const core = new ScriptedCore(
      loop(
        'until: shared.stop\n    max_iterations: 1\n    on_error: { fallback: { tasks: { off: { type: set, shared: { stop: true } }, say: { tool: fetch, needs: [off] } } } }',
      ),
    );
    core.next();
    expect(core.output('work[1]/call#1', 1)).toEqual([
      'work[1] completed',
      'work/fallback starts',
      'work/fallback/off starts',
      'work/fallback/off completed',
      'work/fallback/say starts',
      'call work/fallback/say/call#1',
    ]);
    core.output('work/fallback/say/call#1', 'instead');
    expect(core.endOf('work')).toMatchObject({ reason: 'recovered', output: 'instead' });
  });

  it('asks a fallback that was skipped again, should it fail again', () => {
    const core = new ScriptedCore(
      loop('until: false\n    max_iterations: 1\n    on_error: { fallback: { when: shared.stop, tool: fetch } }'),
    );
    core.next();
    const end = ['work/fallback skipped when_false', 'work failed loop_exhausted', 'run failed'];
    expect(core.output('work[1]/call#1', 1)).toEqual(['work[1] completed', ...end]);
    expect(core.resume()).toEqual(['work starts (2)', 'work[2] starts', 'call work[2]/call#1']);
    expect(core.output('work[2]/call#1', 2)).toEqual(['work[2] completed', ...end]);
    expect(core.endOf('work')?.error?.details).toEqual({ rounds: 2 });
  });
});
