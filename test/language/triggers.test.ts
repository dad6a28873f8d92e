// docs/language.md, "How a run goes": trigger rules, and what a condition chooses.
import { describe, expect, it } from 'vitest';
import { tell } from './stage.ts';

const kinds: { readonly [name: string]: string } = {
  good: '{ type: set, values: {} }',
  skipped: '{ type: set, values: {}, when: false }',
  disabled: '{ type: set, values: {}, disabled: true }',
  failed: '{ tool: fetch, with: { fail: true } }',
  continued: '{ tool: fetch, with: { fail: true }, on_error: continue }',
  recovered: '{ tool: fetch, with: { fail: true }, on_error: { default: {} } }',
  downstream: '{ type: set, values: {}, needs: [failed] }',
};

async function judge(rule: string, needs: readonly string[], more = ''): Promise<string | undefined> {
  const present = [...new Set([...needs, ...(needs.includes('downstream') ? ['failed'] : [])])];
  const run = await tell(`
mock: [{ tool: fetch, error: { code: broken } }]
tasks:
${present.map((name) => `  ${name}: ${kinds[name]}`).join('\n')}
  task: { type: set, values: {}, trigger_rule: ${rule}, needs: [${needs.join(', ')}]${more} }
`);
  return run.tasks['task'];
}

const failedUp = 'skipped upstream_failed';
const skippedUp = 'skipped upstream_skipped';

describe('a trigger rule', () => {
  it.each([
    ['all_success', ['good'], 'completed'],
    ['all_success', ['good', 'skipped'], skippedUp],
    ['all_success', ['good', 'disabled'], skippedUp],
    ['all_success', ['good', 'failed'], failedUp],
    ['all_success', ['skipped', 'failed'], failedUp],
    ['all_success', ['continued', 'recovered'], 'completed'],
    ['all_success', ['downstream'], failedUp],
    ['none_failed', ['good'], 'completed'],
    ['none_failed', ['good', 'skipped'], 'completed'],
    ['none_failed', ['skipped', 'disabled'], skippedUp],
    ['none_failed', ['good', 'failed'], failedUp],
    ['none_failed', ['good', 'downstream'], failedUp],
    ['none_failed', ['continued', 'skipped'], 'completed'],
    ['one_success', ['good'], 'completed'],
    ['one_success', ['failed', 'good'], 'completed'],
    ['one_success', ['skipped', 'good'], 'completed'],
    ['one_success', ['failed', 'skipped'], failedUp],
    ['one_success', ['skipped', 'disabled'], skippedUp],
    ['one_success', ['failed', 'continued'], 'completed'],
    ['one_success', ['downstream', 'skipped'], failedUp],
    ['all_done', ['good'], 'completed'],
    ['all_done', ['failed'], 'completed'],
    ['all_done', ['skipped'], 'completed'],
    ['all_done', ['failed', 'skipped', 'good', 'downstream'], 'completed'],
  ])('%s after %j: %s', async (rule, needs, result) => {
    expect(await judge(rule, needs)).toBe(result);
  });

  it('is asked only when all needs have ended, also `one_success`', async () => {
    const run = await tell(`
mock: [{ tool: echo, delay: 5s, reply: {} }]
tasks:
  quick: { type: set, values: {} }
  slow: { tool: echo }
  task: { tool: fetch, trigger_rule: one_success, needs: [quick, slow] }
`);
    expect(run.callTimes.at(-1)).toEqual(['task/call#1', 5000]);
  });

  it('is asked before `when`, and `disabled` before both', async () => {
    expect(await judge('all_success', ['failed'], ', when: false')).toBe(failedUp);
    expect(await judge('all_success', ['good'], ', when: false')).toBe('skipped when_false');
    expect(await judge('all_success', ['failed'], ', when: false, disabled: true')).toBe('skipped disabled');
  });

  it('lets a skip without failure go on through a chain, and a failure stay one', async () => {
    const run = await tell(`
mock: [{ tool: fetch, error: { code: broken } }]
tasks:
  off: { type: set, values: {}, disabled: true }
  a: { type: set, values: {}, needs: [off] }
  b: { type: set, values: {}, needs: [a] }
  bad: { tool: fetch }
  c: { type: set, values: {}, needs: [bad] }
  d: { type: set, values: {}, needs: [c, a] }
  e: { type: set, values: {}, needs: [d], trigger_rule: none_failed }
`);
    expect(run.tasks).toEqual({
      off: 'skipped disabled',
      a: skippedUp,
      b: skippedUp,
      bad: 'failed broken',
      c: failedUp,
      d: failedUp,
      e: failedUp,
    });
  });

  it('fails the task when its `when` can not be evaluated, and names the place', async () => {
    const run = await tell(`
inputs: { list: { type: array, items: { type: integer }, default: [] } }
tasks:
  task: { type: set, values: {}, when: "inputs.list[0] > 1" }
  after: { type: set, values: {}, needs: [task] }
`);
    expect(run.tasks).toEqual({ task: 'failed expression_error', after: failedUp });
    expect(run.end('task').error).toMatchObject({
      message: expect.stringContaining('The condition `when` of task: The list has no element at this index'),
      details: { file: 'story.segue.yaml' },
    });
  });
});

describe('a choice', () => {
  const chosenBy = (first: string, second: string, more = ''): string => `
inputs: { n: { type: integer, default: 1 } }
mock: [{ tool: fetch, error: { code: broken } }]
tasks:
  one: { type: condition, cases: [{ when: "${first}", to: [task] }], else: [other] }
  two: { type: condition, cases: [{ when: "${second}", to: [task] }] }
  other: { type: set, values: {} }
  task: { type: set, values: {}${more} }
`;
  const broken = '[1][inputs.n] == 1';

  it.each([
    ['one of two chose it', 'true', 'false', 'completed', 'skipped not_chosen'],
    ['both chose it', 'true', 'true', 'completed', 'skipped not_chosen'],
    ['none chose it', 'false', 'false', 'skipped not_chosen', 'completed'],
    ['one failed, the other chose it', broken, 'true', 'completed', failedUp],
    ['one failed, the other did not choose it', 'false', broken, failedUp, 'completed'],
  ])('when %s', async (_, first, second, task, other) => {
    const run = await tell(chosenBy(first, second));
    expect([run.tasks['task'], run.tasks['other']]).toEqual([task, other]);
  });

  it('does not make the chooser a need that the trigger rule counts', async () => {
    const run = await tell(`
mock: [{ tool: fetch, error: { code: broken } }]
tasks:
  choose: { type: condition, cases: [{ when: true, to: [task] }] }
  bad: { tool: fetch }
  task: { type: set, values: {}, trigger_rule: one_success, needs: [choose, bad] }
`);
    expect(run.tasks['task']).toBe(failedUp);
  });

  it('still asks the trigger rule of the other needs', async () => {
    const run = await tell(`
mock: [{ tool: fetch, error: { code: broken } }]
tasks:
  choose: { type: condition, cases: [{ when: true, to: [task] }] }
  bad: { tool: fetch }
  task: { type: set, values: {}, needs: [bad] }
`);
    expect(run.tasks['task']).toBe(failedUp);
  });

  it('takes the first case that is true, gives the ids, and null when nothing is chosen', async () => {
    const run = await tell(`
inputs: { n: { type: integer, default: 7 } }
tasks:
  choose:
    type: condition
    cases:
      - { when: inputs.n > 100, to: [huge] }
      - { when: inputs.n > 5, to: [big, both] }
      - { when: inputs.n > 1, to: [small, both] }
    else: [none]
  nothing: { type: condition, cases: [{ when: false, to: [none] }] }
  huge: { type: set, values: {} }
  big: { type: set, values: {} }
  small: { type: set, values: {} }
  both: { type: set, values: {} }
  none: { type: set, values: {} }
`);
    expect(run.output('choose')).toEqual(['big', 'both']);
    expect(run.output('nothing')).toBeNull();
    expect(run.tasks).toMatchObject({
      huge: 'skipped not_chosen',
      big: 'completed',
      small: 'skipped not_chosen',
      both: 'completed',
      none: 'skipped not_chosen',
    });
  });

  it('by a skipped condition chooses nothing', async () => {
    const run = await tell(`
tasks:
  choose: { type: condition, when: false, cases: [{ when: true, to: [task] }] }
  task: { type: set, values: {} }
  join: { type: set, values: {}, needs: [task], trigger_rule: none_failed }
`);
    expect(run.tasks).toEqual({ choose: 'skipped when_false', task: 'skipped not_chosen', join: skippedUp });
  });

  it('joins again with none_failed', async () => {
    const run = await tell(`
tasks:
  choose: { type: condition, cases: [{ when: true, to: [a] }], else: [b] }
  a: { type: set, values: { n: A } }
  b: { type: set, values: { n: B } }
  join:
    type: set
    trigger_rule: none_failed
    values: { a: "\${{ tasks.a.output.n.orValue('-') }}", b: "\${{ tasks.b.output.n.orValue('-') }}" }
`);
    expect(run.output('join')).toEqual({ a: 'A', b: '-' });
  });

  it('with `on_error: continue` on a failed condition chooses nothing', async () => {
    const run = await tell(`
inputs: { n: { type: integer, default: 1 } }
tasks:
  choose: { type: condition, on_error: continue, cases: [{ when: "[1][inputs.n] == 1", to: [task] }] }
  task: { type: set, values: {} }
`);
    expect(run.tasks).toEqual({ choose: 'completed recovered', task: 'skipped not_chosen' });
  });

  it('with a default on a failed condition chooses by the default', async () => {
    const run = await tell(`
inputs: { n: { type: integer, default: 1 } }
tasks:
  choose: { type: condition, on_error: { default: [task] }, cases: [{ when: "[1][inputs.n] == 1", to: [task] }] }
  task: { type: set, values: {} }
`);
    expect(run.tasks).toEqual({ choose: 'completed recovered', task: 'completed' });
  });
});
