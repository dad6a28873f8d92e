import { describe, expect, it } from 'vitest';
import { ScriptedCore } from '../../test/simulation/scripted-core.ts';

const failing = (onError: string, more = ''): string => `
tasks:
  one: { tool: fetch, on_error: ${onError} }
  two: { tool: calc, needs: [one] }
${more}`;

describe('on_error', () => {
  it('fails: what depends on the task is skipped, the rest runs on', () => {
    const core = new ScriptedCore(failing('fail', '  free: { tool: calc }\n'));
    core.next();
    expect(core.fails('one/call#1', 'broken')).toEqual(['one failed broken', 'two skipped upstream_failed']);
    expect(core.output('free/call#1', 1)).toEqual(['free completed', 'run failed']);
  });

  it('continues: the task counts as a success without output', () => {
    const core = new ScriptedCore(failing('continue'));
    core.next();
    expect(core.fails('one/call#1', 'broken')).toEqual(['one completed recovered', 'two starts', 'call two/call#1']);
    expect(core.endOf('one')).toMatchObject({ error: { code: 'broken' } });
    expect(core.endOf('one')?.output).toBeUndefined();
  });

  it('gives a default, which sees the error', () => {
    const core = new ScriptedCore(failing('{ default: "${{ error.code }}" }'));
    core.next();
    core.fails('one/call#1', 'broken');
    expect(core.endOf('one')).toMatchObject({ status: 'completed', reason: 'recovered', output: 'broken' });
  });

  it('falls back to another body, which sees the error', () => {
    const core = new ScriptedCore(failing('{ fallback: { tool: fetch, with: { why: "${{ error.code }}" } } }'));
    core.next();
    expect(core.fails('one/call#1', 'broken')).toEqual(['one/fallback starts', 'call one/fallback/call#1']);
    expect(core.calls.get('one/fallback/call#1')).toMatchObject({ input: { why: 'broken' } });
    expect(core.output('one/fallback/call#1', 5).slice(0, 2)).toEqual([
      'one/fallback completed',
      'one completed recovered',
    ]);
    expect(core.endOf('one')?.output).toBe(5);
  });

  it('fails when the fallback fails, and tries the task itself again after a resume', () => {
    const core = new ScriptedCore(failing('{ fallback: { tool: fetch } }'));
    core.next();
    core.fails('one/call#1', 'broken');
    expect(core.fails('one/fallback/call#1', 'worse')).toEqual([
      'one/fallback failed worse',
      'one failed worse',
      'two skipped upstream_failed',
      'run failed',
    ]);
    expect(core.resume()).toEqual(['one starts (2)', 'call one/call#2']);
    expect(core.fails('one/call#2', 'broken')).toEqual(['one/fallback starts (2)', 'call one/fallback/call#2']);
  });

  it('ends the whole run with fail_run', () => {
    const core = new ScriptedCore(failing('fail_run', '  free: { tool: calc }\n'));
    core.next();
    expect(core.fails('one/call#1', 'broken')).toEqual([
      'one failed broken',
      'two cancelled cancelled',
      'cut free/call#1',
    ]);
    expect(core.ends('free/call#1', 'cancelled')).toEqual(['free cancelled cancelled', 'run failed']);
  });

  it('counts an output above 16 MB as a failure', () => {
    const core = new ScriptedCore(failing('continue'));
    core.next();
    core.output('one/call#1', 'x'.repeat(16 * 1024 * 1024));
    expect(core.endOf('one')).toMatchObject({ reason: 'recovered', error: { code: 'output_too_large' } });
  });
});

describe('a cancelled run', () => {
  it('starts nothing more, cuts its calls, and goes on where it was after a resume', () => {
    const core = new ScriptedCore(
      'tasks:\n  one: { tool: fetch, on_error: continue }\n  two: { tool: calc, needs: [one], trigger_rule: all_done }\n',
    );
    core.next();
    expect(core.cancel()).toEqual(['two cancelled cancelled', 'cut one/call#1']);
    expect(core.output('one/call#1', 1)).toEqual(['one cancelled cancelled', 'run cancelled']);
    expect(core.resume()).toEqual(['one starts (2)', 'one completed', 'two starts (2)', 'call two/call#1']);
  });
});

describe('a hold', () => {
  it('keeps a task from starting until it is cleared', () => {
    const core = new ScriptedCore('tasks:\n  one: { tool: fetch }\n  two: { tool: calc }\n');
    core.record({ type: 'hold-set', id: 'h', pattern: 'one', owner: 'x', actor: { kind: 'person', via: 'test' } });
    expect(core.next()).toEqual(['two starts', 'call two/call#1']);
    expect(core.release()).toEqual(['one starts', 'call one/call#1']);
  });
});
