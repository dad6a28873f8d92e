// docs/language.md, "Tasks" and "How a run goes": what happens if a task fails, and how a run ends then.
import { describe, expect, it } from 'vitest';
import { type Surroundings, tell } from './stage.ts';

const broken = `
mock:
  - { tool: fetch, error: { code: broken, message: The pipe is broken. } }
`;

describe('a failed task', () => {
  it('stops what depends on it, and nothing else', async () => {
    const run = await tell(`${broken}
tasks:
  bad: { tool: fetch }
  after: { tool: echo, needs: [bad] }
  free: { tool: echo }
  after_free: { tool: echo, needs: [free] }
outputs: { n: 1 }
`);
    expect(run.tasks).toEqual({
      bad: 'failed broken',
      after: 'skipped upstream_failed',
      free: 'completed',
      after_free: 'completed',
    });
    expect(run.status).toBe('failed');
    expect(run.outputs).toBeUndefined();
    expect(run.error).toMatchObject({ code: 'broken', message: 'Task bad failed: The pipe is broken.' });
  });

  it('is a success without output with `on_error: continue`', async () => {
    const run = await tell(`${broken}
tasks:
  bad: { tool: fetch, output_schema: { type: object, properties: { n: { type: integer } }, required: [n] }, on_error: continue }
  after: { type: set, values: { n: "\${{ tasks.bad.output.n.orValue(7) }}", why: "\${{ tasks.bad.error.code.orValue('') }}" } }
outputs:
  n: \${{ tasks.after.output.n }}
  bad: \${{ tasks.bad.output }}
`);
    expect(run.tasks).toEqual({ bad: 'completed recovered', after: 'completed' });
    expect(run.outputs).toEqual({ n: 7, bad: null });
    expect(run.output('after')).toEqual({ n: 7, why: 'broken' });
    expect(run.status).toBe('completed');
  });

  it('has the output of its default, which sees the error', async () => {
    const run = await tell(`${broken}
tasks:
  bad:
    tool: fetch
    output_schema: { type: object, properties: { why: { type: string } }, required: [why] }
    on_error: { default: { why: "\${{ error.code }}, \${{ error.retryable }}: \${{ error.message }}" } }
  after: { type: set, values: { got: "\${{ tasks.bad.output.why }}" } }
`);
    expect(run.tasks).toEqual({ bad: 'completed recovered', after: 'completed' });
    expect(run.output('after')).toEqual({ got: 'broken, false: The pipe is broken.' });
  });

  it('fails when its default can not be evaluated', async () => {
    const run = await tell(`${broken}
inputs: { list: { type: array, items: { type: integer }, default: [] } }
tasks:
  bad: { tool: fetch, on_error: { default: "\${{ inputs.list[3] }}" } }
`);
    expect(run.tasks).toEqual({ bad: 'failed expression_error' });
    expect(run.error?.message).toContain('The default of bad: The list has no element at this index');
  });

  it('has the output of its fallback, which sees the error and what the task sees', async () => {
    const run = await tell(`${broken}
inputs: { name: { type: string, default: Ada } }
tasks:
  first: { type: set, values: { n: 2 } }
  bad:
    tool: fetch
    on_error:
      fallback:
        tasks:
          a: { type: set, values: { text: "\${{ error.code }} \${{ inputs.name }} \${{ tasks.first.output.n }}" } }
          b: { tool: echo, with: { text: "\${{ tasks.a.output.text }}!" } }
        output: \${{ tasks.b.output.text }}
outputs: { text: "\${{ tasks.bad.output }}" }
`);
    expect(run.tasks).toEqual({
      first: 'completed',
      'bad/fallback/a': 'completed',
      'bad/fallback/b': 'completed',
      'bad/fallback': 'completed',
      bad: 'completed recovered',
    });
    expect(run.outputs).toEqual({ text: 'broken Ada 2!' });
    expect(run.end('bad').error).toMatchObject({ code: 'broken' });
  });

  it('may choose and ask inside its fallback', async () => {
    const run = await tell(
      `${broken}
limits: { max_parallel: 1 }
tasks:
  bad:
    tool: fetch
    output_schema: { type: string }
    on_error:
      fallback:
        tasks:
          choose: { type: condition, cases: [{ when: error.code == 'broken', to: [ask] }], else: [other] }
          ask: { type: human, message: "\${{ error.message }}", options: [a, b] }
          other: { type: set, values: {} }
        output: \${{ tasks.ask.output.orValue('none') }}
outputs: { answer: "\${{ tasks.bad.output }}" }
`,
      { answers: { 'bad/fallback/ask:question': 'b' } },
    );
    expect(run.outputs).toEqual({ answer: 'b' });
    expect(run.tasks['bad/fallback/other']).toBe('skipped not_chosen');
  });

  it('waits for what its `on_error` names, and the default may be computed from it', async () => {
    const run = await tell(`${broken}
tasks:
  bad: { tool: fetch, on_error: { default: "\${{ tasks.late.output.n }}" } }
  late: { type: set, values: { n: 5 } }
`);
    expect(run.begun).toEqual(['late', 'bad']);
    expect(run.output('bad')).toBe(5);
  });

  it('fails with the failure of its fallback', async () => {
    const run = await tell(`
mock:
  - { tool: fetch, error: { code: broken } }
  - { tool: send, error: { code: worse, status: 400 } }
tasks:
  bad: { tool: fetch, on_error: { fallback: { tool: send } } }
`);
    expect(run.tasks).toEqual({ 'bad/fallback': 'failed worse', bad: 'failed worse' });
  });

  it('falls back from a fallback', async () => {
    const run = await tell(`${broken}
tasks:
  bad: { tool: fetch, on_error: { fallback: { tool: fetch, on_error: { fallback: { tool: echo, with: { n: 1 } } } } } }
`);
    expect(run.output('bad')).toEqual({ n: 1 });
    expect(run.begun).toEqual(['bad', 'bad/fallback', 'bad/fallback/fallback']);
  });

  it('fails with its own failure when its fallback is skipped', async () => {
    const run = await tell(`${broken}
tasks:
  bad: { tool: fetch, on_error: { fallback: { tool: echo, when: error.code == 'timeout' } } }
`);
    expect(run.tasks).toEqual({ 'bad/fallback': 'skipped when_false', bad: 'failed broken' });
  });

  it('ends the run at once with `fail_run`: the rest is cancelled, no `on_error`, no `all_done`', async () => {
    const run = await tell(`${broken}
on_failure: { allow_partial: true, max_failure_rate: 1 }
tasks:
  bad: { tool: fetch, on_error: fail_run }
  slow: { type: human, message: m, options: [a], on_error: continue }
  after: { type: set, values: {}, needs: [bad], trigger_rule: all_done }
`);
    expect(run.tasks).toEqual({
      bad: 'failed broken',
      slow: 'cancelled',
      after: 'cancelled',
    });
    expect([run.status, run.error?.code]).toEqual(['failed', 'broken']);
  });

  it('inside a composite ends the run too with `fail_run`', async () => {
    const run = await tell(`${broken}
tasks:
  all: { type: for_each, items: [1], on_item_error: continue, do: { tool: fetch, on_error: fail_run } }
  other: { type: human, message: m, options: [a] }
`);
    expect(run.status).toBe('failed');
    expect(run.tasks).toEqual({ 'all[0]': 'failed broken', all: 'cancelled', other: 'cancelled' });
  });
});

describe('a run', () => {
  const tasks = (good: number, bad: readonly string[], skipped = 0): string =>
    [
      ...Array.from({ length: good }, (_, i) => `  good${i}: { tool: echo }`),
      ...bad.map((more, i) => `  bad${i}: { tool: fetch${more} }`),
      ...Array.from({ length: skipped }, (_, i) => `  off${i}: { tool: echo, disabled: true }`),
    ].join('\n');
  const end = async (onFailure: string, text: string, more: Surroundings = {}): Promise<string> =>
    (await tell(`${broken}${onFailure === '' ? '' : `on_failure: ${onFailure}\n`}tasks:\n${text}`, more)).status;

  it.each([
    ['', 1, ['']],
    ['{ allow_partial: false }', 9, ['']],
    ['{ allow_partial: true }', 1, ['', '']],
    ['{ allow_partial: true }', 2, [', critical: true']],
    ['{ allow_partial: true, max_failure_rate: 0.3 }', 2, ['']],
    ['{ allow_partial: true, max_failure_rate: 0 }', 9, ['']],
  ])('fails with on_failure %s, %i good tasks and bad ones %j', async (onFailure, good, bad) => {
    expect(await end(onFailure, tasks(good, bad))).toBe('failed');
  });

  it.each([
    ['{ allow_partial: true }', 1, ['']],
    ['{ allow_partial: true, max_failure_rate: 1 }', 0, ['']],
    ['{ allow_partial: true, max_failure_rate: 0.34 }', 2, ['']],
  ])('is partially completed with on_failure %s, %i good tasks and bad ones %j', async (onFailure, good, bad) => {
    expect(await end(onFailure, tasks(good, bad))).toBe('partially_completed');
  });

  it('does not count skipped tasks in the rate of failures', async () => {
    expect(await end('{ allow_partial: true }', tasks(1, ['', ''], 5))).toBe('failed');
  });

  it('does not count what `on_error` made good', async () => {
    expect(await end('', tasks(0, [', on_error: continue, critical: true']))).toBe('completed');
  });

  it('lets the rest run on when a critical task fails', async () => {
    const run = await tell(`${broken}
on_failure: { allow_partial: true, max_failure_rate: 1 }
tasks:
  bad: { tool: fetch, critical: true }
  good: { tool: echo }
`);
    expect(run.tasks).toEqual({ bad: 'failed broken', good: 'completed' });
    expect(run.status).toBe('failed');
  });

  it.each([
    ['stop', 'failed', 'failed'],
    ['continue', 'completed', 'completed'],
  ])(
    'heeds a critical task inside a composite with `on_item_error: %s`, unless it is made good',
    async (policy, all, status) => {
      const run = await tell(`${broken}
on_failure: { allow_partial: true, max_failure_rate: 1 }
tasks:
  all:
    type: for_each
    items: [1]
    on_item_error: ${policy}
    do: { tasks: { a: { tool: fetch, critical: true } } }
  other: { tool: echo }
`);
      expect([run.tasks['all']?.split(' ')[0], run.status]).toEqual([all, status]);
    },
  );

  it('heeds a critical task inside a round of a loop, and leaves one of a called file to that file', async () => {
    const inside = async (task: string) => {
      const text = `${broken}
on_failure: { allow_partial: true, max_failure_rate: 1 }
tasks:
  some: ${task}
  other: { tool: echo }
`;
      const files = { 'b.segue.yaml': `${broken}\ntasks: { a: { tool: fetch, critical: true } }\n` };
      return (await tell(text, { files })).status;
    };
    const body = '{ tasks: { a: { tool: fetch, critical: true } } }';
    expect(await inside(`{ type: loop, until: "true", max_iterations: 2, do: ${body} }`)).toBe('failed');
    expect(await inside('{ workflow: ./b.segue.yaml }')).toBe('partially_completed');
  });

  it('that is partially completed gives its outputs, null for what is not there', async () => {
    const run = await tell(`${broken}
on_failure: { allow_partial: true }
tasks:
  bad: { tool: fetch }
  good: { type: set, values: { n: 1 } }
outputs:
  bad: \${{ tasks.bad.output }}
  good: \${{ tasks.good.output.n.orValue(0) }}
  why: \${{ tasks.bad.error.message.orValue('') }}
`);
    expect(run.status).toBe('partially_completed');
    expect(run.outputs).toEqual({ bad: null, good: 1, why: 'The pipe is broken.' });
    expect(run.error).toMatchObject({ code: 'broken' });
  });

  it('fails when an output can not be evaluated, and names it', async () => {
    const run = await tell(`
inputs: { list: { type: array, items: { type: integer }, default: [] } }
tasks:
  good: { tool: echo }
outputs: { first: "\${{ inputs.list[0] }}" }
`);
    expect(run.status).toBe('failed');
    expect(run.error).toMatchObject({
      code: 'expression_error',
      message: expect.stringContaining('The output first of the run: The list has no element at this index'),
      remedy: 'Correct the expression.',
    });
  });

  it('whose tasks are all skipped is completed', async () => {
    const run = await tell(`
tasks:
  off: { tool: echo, disabled: true }
outputs: { n: "\${{ tasks.off.output }}" }
`);
    expect([run.status, run.outputs]).toEqual(['completed', { n: null }]);
  });
});
