import { describe, expect, it } from 'vitest';
import { ScriptedCore } from '../../test/simulation/scripted-core.ts';

const one = (more: string): string =>
  `tasks:\n  one: { type: human, message: "Go on?", options: [yes_, no_]${more} }\n`;

describe('a human task', () => {
  it('asks and waits, also when nobody is there', () => {
    const core = new ScriptedCore(one(''), { interactive: false });
    expect(core.next()).toEqual(['one starts', 'ask one:question']);
    expect(core.answers('one:question', 'yes_')).toEqual(['one completed', 'run completed']);
    expect(core.endOf('one')?.output).toBe('yes_');
  });

  it.each([
    ['', 'one failed timeout'],
    [', on_timeout: skip', 'one skipped timed_out'],
    [', on_timeout: { default: no_ }', 'one completed timed_out'],
  ])('does as it says when its time is up (%s)', (more, line) => {
    const core = new ScriptedCore(one(`, timeout: 1h${more}`));
    expect(core.next()).toContain('timer one:timeout at 3600000');
    expect(core.fires('one:timeout')[0]).toBe(line);
    expect(core.state.questions.size).toBe(0);
  });

  it('asks anew after a cancel and a resume', () => {
    const core = new ScriptedCore(one(''));
    core.next();
    expect(core.cancel()).toEqual(['one cancelled cancelled', 'run cancelled']);
    expect(core.resume()).toEqual(['one starts (2)', 'ask one:question#2']);
  });
});
