import { describe, expect, it } from 'vitest';
import { ScriptedCore } from '../../test/simulation/scripted-core.ts';

const file = (more = ''): string => `
agents: { clerk: { model: mock/small } }
tasks:
  route:
    type: router
    agent: clerk
    with: { prompt: Go. }
    routes: [{ to: [a], description: One. }, { to: [b], description: Two. }]
    retry: { max_attempts: 2, delay: 1s, jitter: false }${more}
  a: { type: set, values: { n: 1 } }
  b: { type: set, values: { n: 2 } }
`;
const toB = '{"routes":["b"],"reason":"so"}';

describe('a router', () => {
  it('makes its calls itself, again after a failure that may pass', () => {
    const core = new ScriptedCore(file('\n    timeout: 5s'));
    expect(core.next()).toEqual(['route starts', 'call route/turn[1]#1', 'timer route/turn[1]#1:timeout at 5000']);
    const again = core.fails('route/turn[1]#1', 'server_error', { retryable: true });
    expect(again).toEqual(['timer route/turn[1]#1:retry at 1000']);
    expect(core.fires('route/turn[1]#1:retry')[0]).toBe('call route/turn[1]#2 attempt 2');
    expect(core.reply('route/turn[1]#2', toB)).toEqual([
      'route completed',
      'a skipped not_chosen',
      'b starts',
      'b completed',
      'run completed',
    ]);
  });

  it('asks again after a resume, if its answer was none', () => {
    const core = new ScriptedCore(file());
    core.next();
    core.reply('route/turn[1]#1', '{}');
    expect(core.reply('route/turn[1]/repair#1', '{}')[0]).toBe('route failed invalid_output');
    expect(core.resume()).toEqual(['route starts (2)', 'call route/turn[1]/repair#2']);
    expect(core.reply('route/turn[1]/repair#2', toB)).toContain('b completed');
  });

  it('chooses nothing if it failed', () => {
    const core = new ScriptedCore(file('\n    on_error: continue'));
    core.next();
    expect(core.fails('route/turn[1]#1', 'bad_request')).toEqual([
      'route completed recovered',
      'a skipped not_chosen',
      'b skipped not_chosen',
      'run completed',
    ]);
  });
});
