import { describe, expect, it } from 'vitest';
import { ScriptedCore } from '../../test/simulation/scripted-core.ts';

const file = (more: string): string => `
agents: { a: { model: mock/a }, b: { model: mock/b }, c: { model: mock/c }, judge: { model: mock/judge } }
tasks:
  fan:
    type: parallel
    agents: [a, b, c]
    with: { prompt: Go. }
    ${more}
`;

/** The lines without those of calls. */
const told = (lines: readonly string[]): readonly string[] => lines.filter((line) => !line.startsWith('call '));

describe('branches', () => {
  it('begin together and end the task when the last of them has ended', () => {
    const core = new ScriptedCore(file('timeout: 1m'));
    expect(told(core.next())).toEqual([
      'fan starts',
      'timer fan:timeout at 60000',
      'fan/a starts',
      'fan/b starts',
      'fan/c starts',
    ]);
    expect(core.reply('fan/b/turn[1]#1', 'B')).toEqual(['fan/b completed']);
    core.reply('fan/a/turn[1]#1', 'A');
    expect(core.reply('fan/c/turn[1]#1', 'C')).toEqual(['fan/c completed', 'fan completed', 'run completed']);
    expect(core.endOf('fan')?.output).toEqual({ a: 'A', b: 'B', c: 'C' });
  });

  it('keep their outcome when the run is resumed; only those that failed begin again', () => {
    const core = new ScriptedCore(file('on_item_error: finish'));
    core.next();
    core.fails('fan/a/turn[1]#1', 'bad_request');
    core.reply('fan/b/turn[1]#1', 'B');
    expect(core.reply('fan/c/turn[1]#1', 'C').slice(0, 2)).toEqual(['fan/c completed', 'fan failed branch_failed']);
    expect(core.resume()).toEqual(['fan starts (2)', 'fan/a starts (2)', 'call fan/a/turn[1]#2']);
    expect(core.reply('fan/a/turn[1]#2', 'A')).toContain('fan completed');
    expect(core.endOf('fan')?.output).toEqual({ a: 'A', b: 'B', c: 'C' });
  });

  it('that wait for a place are passed over once there are enough', () => {
    const core = new ScriptedCore(file('max_parallel: 1\n    fusion: { quorum: 2 }'));
    core.next();
    core.reply('fan/a/turn[1]#1', 'A');
    expect(core.reply('fan/b/turn[1]#1', 'B')).toEqual(['fan/b completed', 'fan completed quorum', 'run completed']);
    expect(core.endOf('fan/c')).toBeUndefined();
  });

  it('are not cut where all have completed', () => {
    const core = new ScriptedCore(file('fusion: { quorum: 3 }'));
    core.next();
    for (const name of ['a', 'b', 'c']) core.reply(`fan/${name}/turn[1]#1`, name);
    expect(core.endOf('fan')).toMatchObject({ status: 'completed', output: { a: 'a', b: 'b', c: 'c' } });
    expect(core.endOf('fan')?.reason).toBeUndefined();
  });

  it('are cut, and ended, before the fusion is asked', () => {
    const core = new ScriptedCore(file('fusion: { quorum: 1, strategy: synthesize, agent: judge }'));
    core.next();
    expect(core.reply('fan/b/turn[1]#1', 'B')).toEqual([
      'fan/b completed',
      'cut fan/a/turn[1]#1',
      'cut fan/c/turn[1]#1',
    ]);
    // An answer that comes all the same is too late.
    expect(core.reply('fan/a/turn[1]#1', 'A')).toEqual(['fan/a cancelled cancelled']);
    const after = core.ends('fan/c/turn[1]#1', 'cancelled');
    expect(after).toEqual(['fan/c cancelled cancelled', 'fan/fusion starts', 'call fan/fusion/turn[1]#1']);
    core.reply('fan/fusion/turn[1]#1', 'all');
    expect(core.endOf('fan')).toMatchObject({ output: 'all', reason: 'quorum' });
  });
});

describe('a fusion', () => {
  const judged = file('timeout: 1m\n    on_item_error: continue\n    fusion: { strategy: best_of, agent: judge }');
  const verdict = '{"best":"c","scores":{"b":0,"c":1},"reason":"so"}';

  const upToFusion = (): ScriptedCore => {
    const core = new ScriptedCore(judged);
    core.next();
    core.fails('fan/a/turn[1]#1', 'bad_request');
    core.reply('fan/b/turn[1]#1', 'B');
    core.reply('fan/c/turn[1]#1', 'C');
    return core;
  };

  it('that failed is asked again after a resume, about the same: no branch begins again', () => {
    const core = upToFusion();
    expect(core.fails('fan/fusion/turn[1]#1', 'bad_request').slice(0, 2)).toEqual([
      'fan/fusion failed bad_request',
      'fan failed fusion_failed',
    ]);
    expect(core.resume()).toEqual([
      'fan starts (2)',
      'timer fan:timeout at 60000',
      'fan/fusion starts (2)',
      'call fan/fusion/turn[1]#2',
    ]);
    expect(core.reply('fan/fusion/turn[1]#2', verdict)).toContain('fan completed');
    expect(core.endOf('fan')).toMatchObject({ output: 'C', errors: [{ index: 0, branch: 'a' }] });
  });

  it('is cut when the time is up', () => {
    const core = upToFusion();
    expect(core.fires('fan:timeout')).toEqual(['cut fan/fusion/turn[1]#1']);
    expect(core.ends('fan/fusion/turn[1]#1', 'cancelled').slice(0, 2)).toEqual([
      'fan/fusion cancelled cancelled',
      'fan failed timeout',
    ]);
    expect(core.endOf('fan')?.partial).toEqual({ b: 'B', c: 'C' });
  });

  it('may choose only what is there', () => {
    const core = upToFusion();
    const { request } = core.calls.get('fan/fusion/turn[1]#1') as { request: { outputSchema: unknown } };
    expect(request.outputSchema).toMatchObject({ properties: { best: { enum: ['b', 'c'] } } });
    expect(core.reply('fan/fusion/turn[1]#1', verdict.replace('"c"', '"a"'))).toEqual([
      'call fan/fusion/turn[1]/repair#1',
    ]);
  });
});
