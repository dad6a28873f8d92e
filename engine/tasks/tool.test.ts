import { describe, expect, it } from 'vitest';
import { ScriptedCore } from '../../test/simulation/scripted-core.ts';

const one = (task: string): string => `tasks:\n  one: { ${task} }\n`;
const transient = { retryable: true };

describe('a tool task', () => {
  it('gives the result of its tool', () => {
    const core = new ScriptedCore(one('tool: calc, with: { a: 1 }'));
    expect(core.next()).toEqual(['one starts', 'call one/call#1']);
    expect(core.output('one/call#1', 2)).toEqual(['one completed', 'run completed']);
  });

  it('has one attempt without `retry`', () => {
    const core = new ScriptedCore(one('tool: fetch'));
    core.next();
    expect(core.fails('one/call#1', 'network', transient)).toEqual(['one failed network', 'run failed']);
  });

  it('tries again after a pause, up to max_attempts', () => {
    const core = new ScriptedCore(
      one('tool: fetch, retry: { strategy: linear, delay: 2s, max_attempts: 3, jitter: false }'),
    );
    core.next();
    core.nowMs = 500;
    expect(core.fails('one/call#1', 'network', transient)).toEqual(['timer one/call#1:retry at 2500']);
    expect(core.fires('one/call#1:retry')).toEqual(['call one/call#2 attempt 2']);
    expect(core.fails('one/call#2', 'network', transient)).toEqual(['timer one/call#2:retry at 6500']);
    expect(core.fires('one/call#2:retry')).toEqual(['call one/call#3 attempt 3']);
    expect(core.fails('one/call#3', 'network', transient)).toEqual(['one failed network', 'run failed']);
  });

  it('does not try again what can not get better, unless `on` names it', () => {
    const plain = new ScriptedCore(one('tool: fetch, retry: { max_attempts: 2 }'));
    plain.next();
    expect(plain.fails('one/call#1', 'bad_request')).toEqual(['one failed bad_request', 'run failed']);
    const named = new ScriptedCore(
      one('tool: fetch, retry: { strategy: immediate, max_attempts: 2, on: [bad_request] }'),
    );
    named.next();
    expect(named.fails('one/call#1', 'bad_request')).toEqual(['call one/call#2 attempt 2']);
  });

  it('waits as long as the other side asks', () => {
    const core = new ScriptedCore(
      one('tool: fetch, retry: { strategy: constant, delay: 1s, max_attempts: 2, jitter: false }'),
    );
    core.next();
    expect(core.fails('one/call#1', 'rate_limited', { retryable: true, retryAfterMs: 9000 })).toEqual([
      'timer one/call#1:retry at 9000',
    ]);
  });

  it('cuts an attempt that takes longer than `timeout`', () => {
    const core = new ScriptedCore(one('tool: fetch, timeout: 5s, retry: { strategy: immediate, max_attempts: 2 }'));
    expect(core.next()).toEqual(['one starts', 'call one/call#1', 'timer one/call#1:timeout at 5000']);
    expect(core.fires('one/call#1:timeout')).toEqual([
      'one/call#1 failed',
      'call one/call#2 attempt 2',
      'timer one/call#2:timeout at 10000',
    ]);
    expect(core.output('one/call#2', 1)).toEqual(['one completed', 'run completed']);
    expect(core.state.timers.size).toBe(0);
  });
});

describe('a once tool', () => {
  const core = (): ScriptedCore => {
    const begun = new ScriptedCore(one('tool: send, retry: { strategy: immediate, max_attempts: 2 }'));
    begun.next();
    return begun;
  };

  it.each([
    ['is lost', (it: ScriptedCore) => it.ends('one/call#1', 'lost')],
    ['fails with a cut connection', (it: ScriptedCore) => it.fails('one/call#1', 'network', transient)],
    [
      'fails with a 5xx',
      (it: ScriptedCore) => it.fails('one/call#1', 'server_error', { retryable: true, details: { status: 502 } }),
    ],
  ])('asks a person when its call %s', (_, happen) => {
    expect(happen(core())).toEqual(['ask one/call#1:lost']);
  });

  it.each([
    ['was not sent', { retryable: true, details: { notSent: true } }],
    ['was turned away (429)', { retryable: true, details: { status: 429 } }],
  ])('tries again when its call %s', (_, more) => {
    expect(core().fails('one/call#1', 'network', more)).toEqual(['call one/call#2 attempt 2']);
  });

  it('is repeated when a person says so, and asks again if that is lost too', () => {
    const it = core();
    it.ends('one/call#1', 'lost');
    expect(it.answers('one/call#1:lost', 'repeat')).toEqual(['call one/call#2']);
    expect(it.ends('one/call#2', 'lost')).toEqual(['ask one/call#2:lost']);
  });

  it('is done with the output that a person gives', () => {
    const it = core();
    it.ends('one/call#1', 'lost');
    expect(it.answers('one/call#1:lost', { answer: 'done', output: 5 })).toEqual(['one completed', 'run completed']);
    expect(it.endOf('one')?.output).toBe(5);
  });

  it('fails when a person says so, and asks again after a resume instead of repeating', () => {
    const it = core();
    it.ends('one/call#1', 'lost');
    expect(it.answers('one/call#1:lost', 'fail')).toEqual(['one failed lost', 'run failed']);
    expect(it.resume()).toEqual(['one starts (2)', 'ask one/call#1:lost#2']);
  });

  it('asks after a resume when a cancel cut its call', () => {
    const it = core();
    expect(it.cancel()).toEqual(['cut one/call#1']);
    expect(it.ends('one/call#1', 'cancelled')).toEqual(['one cancelled cancelled', 'run cancelled']);
    expect(it.resume()).toEqual(['one starts (2)', 'ask one/call#1:lost']);
  });

  it('asks for leave, and fails when it is denied', () => {
    const it = new ScriptedCore(one('tool: pay'));
    expect(it.next()).toEqual(['one starts', 'ask one/call#1:approve']);
    expect(it.answers('one/call#1:approve', 'deny')).toEqual(['one failed denied', 'run failed']);
    expect(it.resume()).toEqual(['one starts (2)', 'ask one/call#2:approve']);
    expect(it.answers('one/call#2:approve', 'allow')).toEqual(['call one/call#2']);
  });

  it('is denied when there is nobody to ask', () => {
    expect(new ScriptedCore(one('tool: pay'), { interactive: false }).next()).toEqual([
      'one starts',
      'one failed denied',
      'run failed',
    ]);
  });
});
