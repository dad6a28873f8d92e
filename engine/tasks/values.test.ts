import { describe, expect, it } from 'vitest';
import { ScriptedCore } from '../../test/simulation/scripted-core.ts';
import { jsonBytes } from './json-bytes.ts';
import { timeText } from './values.ts';

describe('values', () => {
  it('write times as the rest of the world does', () => {
    for (const ms of [0, 951_782_400_000, 951_868_799_999, 1_800_000_000_123, 4_107_542_399_999, -1]) {
      expect(timeText(ms)).toBe(new Date(ms).toISOString());
    }
  });

  it('count the bytes of JSON as it is written', () => {
    for (const value of [
      null,
      true,
      12.5,
      '',
      'aä€😀"\\\n\u0001',
      [],
      [1, 'x', null],
      { a: 1, 'b"': [{}] },
      { a: undefined, b: 1 },
    ]) {
      expect(jsonBytes(value, 1e9)).toBe(new TextEncoder().encode(JSON.stringify(value)).length);
    }
  });

  it('offer what a task came to', () => {
    const core = new ScriptedCore(`
tasks:
  one: { tool: fetch, on_error: continue, retry: { strategy: immediate, max_attempts: 2 } }
  two:
    type: set
    values:
      status: "\${{ tasks.one.status }}"
      reason: "\${{ tasks.one.reason }}"
      attempts: "\${{ tasks.one.attempts }}"
      output: "\${{ tasks.one.output }}"
      run: "\${{ run.id }}"
`);
    core.next();
    core.fails('one/call#1', 'network', { retryable: true });
    core.fails('one/call#2', 'network', { retryable: true });
    expect(core.endOf('two')?.output).toEqual({
      status: 'completed',
      reason: 'recovered',
      attempts: 2,
      output: null,
      run: 'run',
    });
  });

  it('write shared values in the event of the end of their task', () => {
    const core = new ScriptedCore(`
shared:
  count: { type: integer, default: 1 }
tasks:
  one: { type: set, shared: { count: "\${{ shared.count + 1 }}" } }
  two: { type: set, needs: [one], values: { count: "\${{ shared.count }}" } }
`);
    core.next();
    expect(core.endOf('one')).toMatchObject({ shared: { count: 2 } });
    expect(core.endOf('two')?.output).toEqual({ count: 2 });
  });
});
