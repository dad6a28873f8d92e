// docs/language.md, "Expressions", where they meet a run: what names are, what is absent, and what an error says.
import { describe, expect, it } from 'vitest';
import { tell } from './stage.ts';

/** The values of a `set` task with these lines, among other tasks. */
async function values(lines: string, others = '', top = ''): Promise<unknown> {
  const run = await tell(`${top}
tasks:
${others}
  probe:
    type: set
    trigger_rule: all_done
    values:
${lines.replaceAll(/^/gm, '      ')}
`);
  return run.end('probe').output ?? run.end('probe').error?.message;
}

describe('tasks.T', () => {
  const agent = `
agents: { writer: { model: mock/a } }
mock:
  - { agent: writer, nth: 1, error: { code: network } }
  - { agent: writer, reply: Hello there. }
  - { tool: fetch, error: { code: broken, message: Off. } }
`;

  it('tells status, reason, error, attempts, tokens and cost of what succeeded', async () => {
    const seen = await values(
      `status: \${{ tasks.draft.status }}
reason: \${{ tasks.draft.reason }}
error: \${{ tasks.draft.error }}
attempts: \${{ tasks.draft.attempts }}
has_tokens: \${{ tasks.draft.tokens > 0 }}
cost: \${{ tasks.draft.cost }}
run_cost: \${{ run.cost }}
output: \${{ tasks.draft.output }}`,
      '  draft: { agent: writer, with: { prompt: p }, retry: { strategy: immediate } }',
      agent,
    );
    expect(seen).toEqual({
      status: 'completed',
      reason: null,
      error: null,
      attempts: 2,
      has_tokens: true,
      cost: 0,
      run_cost: 0,
      output: 'Hello there.',
    });
  });

  it('tells why something failed, was recovered or skipped', async () => {
    const seen = await values(
      `bad: "\${{ tasks.bad.status }} \${{ tasks.bad.error.code.orValue('-') }} \${{ tasks.bad.error.message.orValue('-') }}"
after: "\${{ tasks.after.status }} \${{ tasks.after.reason.orValue('-') }}"
off: "\${{ tasks.off.status }} \${{ tasks.off.reason.orValue('-') }}"
continued: "\${{ tasks.continued.status }} \${{ tasks.continued.reason.orValue('-') }} \${{ tasks.continued.error.code.orValue('-') }}"
asked: "\${{ tasks.bad.output.hasValue() }} \${{ tasks.bad.error.hasValue() }} \${{ tasks.off.error.hasValue() }}"
whole: \${{ tasks.bad.error }}`,
      `  bad: { tool: fetch }
  after: { tool: echo, needs: [bad] }
  off: { tool: echo, disabled: true }
  continued: { tool: fetch, on_error: continue }`,
      agent,
    );
    expect(seen).toEqual({
      bad: 'failed broken Off.',
      after: 'skipped upstream_failed',
      off: 'skipped disabled',
      continued: 'completed recovered broken',
      asked: 'false true false',
      whole: { code: 'broken', message: 'Off.', retryable: false },
    });
  });

  it('counts what is inside a composite', async () => {
    const run = await tell(`
agents: { writer: { model: mock/a } }
mock: [{ agent: writer, reply: Hello there. }]
tasks:
  all: { type: for_each, items: [1, 2], do: { agent: writer, with: { prompt: "1" } } }
  one: { agent: writer, with: { prompt: "1" } }
outputs: { same: "\${{ tasks.all.tokens == 2 * tasks.one.tokens }}", cost: "\${{ tasks.all.cost }}" }
`);
    expect(run.outputs).toEqual({ same: true, cost: 0 });
  });
});

describe('an absent value', () => {
  const off = '  off: { type: set, when: false, values: { n: 1, list: [1], text: hi } }';

  it.each([
    ['${{ tasks.off.output }}', null],
    ['${{ tasks.off.output.n }}', null],
    ["${{ tasks.off.output.text.orValue('none') }}", 'none'],
    ['${{ tasks.off.output.n.orValue(2) + 1 }}', 3],
    ['${{ tasks.off.output.hasValue() }}', false],
    ['${{ tasks.off.output.list.orValue([]).size() }}', 0],
    ['[${{ tasks.off.output.n }}]', [null]],
  ])('%s gives %j', async (template, value) => {
    const written = template.startsWith('[') ? `["${template.slice(1, -1)}"]` : `"${template}"`;
    expect(await values(`x: ${written}`, off)).toEqual({ x: value });
  });

  it.each([
    ['"${{ tasks.off.output.n + 1 }}"', /may be absent .*\.orValue\(0\)/],
    ['"${{ size(tasks.off.output.list) }}"', /may be absent .*orValue/],
    ['"text ${{ tasks.off.output.text }}"', /may be absent .*orValue\(''\)/],
  ])('is an error of the check where a value is needed: %s', async (template, message) => {
    await expect(values(`x: ${template}`, off)).rejects.toThrow(message);
  });
});

describe('names', () => {
  it('run, env and inputs', async () => {
    const run = await tell(
      `
inputs: { n: { type: integer, default: 1 }, given: { type: string } }
env: [LANG_OF_DOCS]
tasks: { a: { type: set, values: {} } }
outputs:
  id: \${{ run.id }}
  at: \${{ run.started_at }}
  year: \${{ run.started_at.substring(0, 4) }}
  env: \${{ env.LANG_OF_DOCS }}
  inputs: \${{ inputs }}
`,
      { inputs: { given: 'x' }, env: { LANG_OF_DOCS: 'de', HOME: '/secret' } },
    );
    expect(run.outputs).toEqual({
      id: run.runId,
      at: '2026-01-31T12:00:00.000Z',
      year: '2026',
      env: 'de',
      inputs: { n: 1, given: 'x' },
    });
    expect(JSON.stringify(run.events)).not.toContain('/secret');
  });

  it('tells that a listed variable is not set', async () => {
    const run = await tell(`
env: [NOT_SET]
tasks: { a: { type: set, values: { x: "\${{ env.NOT_SET }}" } } }
`);
    expect(run.error?.message).toBe(
      'Task a failed: The values of a: The environment variable `NOT_SET` is not set. Set it, or ask with `has(env.NOT_SET)`.',
    );
  });

  it('writes `${{` from `$${{`', async () => {
    expect(await values('x: "$${{ a }} and ${{ 1 + 1 }}"')).toEqual({ x: '${{ a }} and 2' });
  });
});

describe('an error of an expression in a run', () => {
  const inputs = `
inputs:
  list: { type: array, items: { type: integer }, default: [] }
  map: { type: object, default: {} }
  zero: { type: integer, default: 0 }
  text: { type: string, default: abc }
`;
  it.each([
    ['inputs.list[2]', 'The list has no element at this index (in `inputs.list[2]`)'],
    ['inputs.map.name', 'There is no `name` here (in `inputs.map.name`)'],
    ['1 / inputs.zero', 'A number was divided by zero (in `1 / inputs.zero`)'],
    ['int(inputs.text)', 'int'],
    ['min(inputs.list)', 'min'],
    ['double(inputs.zero) / 0.0', ''],
    ['timestamp(inputs.text)', 'timestamp'],
  ])('%s: %s', async (expression, words) => {
    const run = await tell(`${inputs}
tasks:
  probe: { type: set, values: { good: 1, x: { deep: "\${{ ${expression} }}" } } }
`);
    expect(run.tasks).toEqual({ probe: 'failed expression_error' });
    expect(run.end('probe').error?.message).toMatch(/^The values of probe: /);
    expect(run.end('probe').error?.message).toContain(words);
  });

  it.each([
    ['agent', '{ agent: writer, with: { prompt: "${{ inputs.list[2] }}" } }', 'The `prompt` of probe: '],
    ['tool', '{ tool: echo, with: { a: "${{ inputs.list[2] }}" } }', 'The input `with` of probe: '],
    ['for_each', '{ type: for_each, items: "${{ [inputs.list[2]] }}", do: { tool: echo } }', 'The `items` of probe: '],
    ['human', '{ type: human, message: "${{ inputs.list[2] }}", options: [a] }', 'The `message` of probe: '],
    ['condition', '{ type: condition, cases: [{ when: "inputs.list[2] > 1", to: [] }] }', 'Case 1 of probe: '],
  ])('of a task of type %s says where it stands', async (_, task, words) => {
    const run = await tell(`${inputs}
agents: { writer: { model: mock/a } }
tasks:
  probe: ${task.replace('to: []', 'to: [other]')}
  other: { type: set, values: {} }
`);
    const { error } = run.end('probe');
    expect(error?.message).toContain(`${words}The list has no element at this index`);
    const { start, end } = error?.details ?? {};
    const text = run.events[0]?.type === 'run-started' ? run.events[0].sources['story.segue.yaml'] : '';
    expect(text?.slice(Number(start), Number(end))).toContain('inputs.list[2]');
  });

  it('of instructions fails the task', async () => {
    const run = await tell(`${inputs}
agents: { writer: { model: mock/a, instructions: "\${{ inputs.list[2] }}" } }
tasks: { probe: { agent: writer, with: { prompt: p } } }
`);
    expect(run.error?.message).toBe(
      'Task probe failed: The instructions of writer: The list has no element at this index (in `inputs.list[2]`)',
    );
  });

  it('can be recovered', async () => {
    const run = await tell(`${inputs}
tasks:
  probe: { type: set, values: { x: "\${{ inputs.list[2] }}" }, on_error: { default: { x: 7 } } }
  when: { type: set, when: "inputs.list[2] > 1", values: {}, on_error: continue }
`);
    expect(run.tasks).toEqual({ probe: 'completed recovered', when: 'completed recovered' });
    expect(run.output('probe')).toEqual({ x: 7 });
  });
});
