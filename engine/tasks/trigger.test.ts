import { describe, expect, it } from 'vitest';
import { ScriptedCore } from '../../test/simulation/scripted-core.ts';
import { judgeNeeds, type NeedResult, type Verdict } from './trigger.ts';

const results: { readonly [letter: string]: NeedResult } = { s: 'success', f: 'failure', k: 'skipped' };

describe('trigger rules', () => {
  const table: [string, Verdict, Verdict, Verdict, Verdict][] = [
    // needs: success, failure, skipped · all_success, none_failed, one_success, all_done
    ['', 'go', 'go', 'go', 'go'],
    ['ss', 'go', 'go', 'go', 'go'],
    ['sk', 'upstream_skipped', 'go', 'go', 'go'],
    ['kk', 'upstream_skipped', 'upstream_skipped', 'upstream_skipped', 'go'],
    ['sf', 'upstream_failed', 'upstream_failed', 'go', 'go'],
    ['fk', 'upstream_failed', 'upstream_failed', 'upstream_failed', 'go'],
    ['ff', 'upstream_failed', 'upstream_failed', 'upstream_failed', 'go'],
  ];
  it.each(table)('with needs "%s"', (letters, ...expected) => {
    const needs = letters.split('').map((letter) => results[letter] ?? 'success');
    const rules = ['all_success', 'none_failed', 'one_success', 'all_done'] as const;
    expect(rules.map((rule) => judgeNeeds(rule, needs))).toEqual(expected);
  });
});

describe('choices', () => {
  const text = `
tasks:
  pick:
    type: condition
    cases: [{ when: inputs.x == 'a', to: [left] }]
    else: [right]
  left: { type: set, values: { v: 1 } }
  right: { type: set, values: { v: 2 } }
  join: { type: set, needs: [left, right], trigger_rule: none_failed, values: { v: 3 } }
inputs:
  x: { type: string, default: a }
`;
  it.each([
    ['a', 'left completed', 'right skipped not_chosen'],
    ['b', 'left skipped not_chosen', 'right completed'],
  ])('go where the first true case says (%s)', (x, left, right) => {
    const lines = new ScriptedCore(text, { inputs: { x } }).next();
    expect(lines).toEqual(expect.arrayContaining(['pick completed', left, right, 'join completed', 'run completed']));
  });

  it('count as failed when the chooser failed', () => {
    const failing = text.replace("inputs.x == 'a'", '1 / (size(inputs.x) - 1) == 1');
    const lines = new ScriptedCore(failing, { inputs: { x: 'a' } }).next();
    expect(lines).toEqual(
      expect.arrayContaining([
        'pick failed expression_error',
        'left skipped upstream_failed',
        'join skipped upstream_failed',
        'run failed',
      ]),
    );
  });
});
