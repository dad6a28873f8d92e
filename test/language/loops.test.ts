// docs/language.md, "Loops".
import { describe, expect, it } from 'vitest';
import { fails, tell } from './stage.ts';

describe('a loop', () => {
  it('hands each round the output of the one before and its number, and gives the last', async () => {
    const run = await tell(`
tasks:
  double:
    type: loop
    until: output.n >= 10
    max_iterations: 10
    do: { type: set, values: { n: "\${{ output.orValue({'n': 1}).n * 2 }}", at: "\${{ round }}" } }
outputs:
  last: \${{ tasks.double.output }}
  all: \${{ tasks.double.history.map(one, one.n) }}
`);
    expect(run.outputs).toEqual({ last: { n: 16, at: 4 }, all: [2, 4, 8, 16] });
    expect(run.begun).toEqual(['double', 'double[1]', 'double[2]', 'double[3]', 'double[4]']);
  });

  it('looks at `while` before a round, with the number of that round', async () => {
    const run = await tell(`
tasks:
  three:
    type: loop
    while: round <= 3
    max_iterations: 9
    do: { tool: echo, with: { n: "\${{ round }}" } }
  none: { type: loop, while: "false", max_iterations: 9, do: { tool: echo } }
outputs:
  three: \${{ tasks.three.output.orValue({}) }}
  none: \${{ tasks.none.output }}
  rounds: \${{ [size(tasks.three.history), size(tasks.none.history)] }}
`);
    expect(run.outputs).toEqual({ three: { n: 3 }, none: null, rounds: [3, 0] });
  });

  it('sees what other tasks gave, and waits for them', async () => {
    const run = await tell(`
tasks:
  more: { type: loop, until: round == tasks.wanted.output.n, max_iterations: 5, do: { tool: echo } }
  wanted: { type: set, values: { n: 2 } }
`);
    expect(run.begun).toEqual(['wanted', 'more', 'more[1]', 'more[2]']);
  });

  it('fails when `max_iterations` rounds were not enough, and says what to do', async () => {
    const run = await tell(`
tasks:
  never: { type: loop, until: false, max_iterations: 2, do: { tool: echo, with: { n: "\${{ round }}" } } }
  report:
    type: set
    trigger_rule: all_done
    values: { seen: "\${{ tasks.never.history.orValue([]) }}", why: "\${{ tasks.never.error.orValue(null).code }}" }
`);
    expect([run.tasks['never'], run.status]).toEqual(['failed loop_exhausted', 'failed']);
    expect(run.end('never').error?.remedy).toContain('on_exhausted: continue');
    expect(run.output('report')).toEqual({ seen: [{ n: 1 }, { n: 2 }], why: 'loop_exhausted' });
  });

  it('may be content with what it has, or be made good', async () => {
    const run = await tell(`
tasks:
  content: { type: loop, until: false, max_iterations: 2, on_exhausted: continue, do: { tool: echo, with: { n: "\${{ round }}" } } }
  replaced: { type: loop, until: false, max_iterations: 1, on_error: { default: { n: 0 } }, do: { type: set, values: { n: 1 } } }
  instead:
    type: loop
    until: false
    max_iterations: 1
    on_error: { fallback: { type: set, values: { n: 5, why: "\${{ error.code }}" } } }
    do: { type: set, values: { n: 1, why: none } }
outputs:
  why: \${{ tasks.content.reason.orValue('') }}
`);
    expect(run.tasks).toMatchObject({
      content: 'completed exhausted',
      replaced: 'completed recovered',
      instead: 'completed recovered',
    });
    expect(run.output('content')).toEqual({ n: 2 });
    expect(run.output('replaced')).toEqual({ n: 0 });
    expect(run.output('instead')).toEqual({ n: 5, why: 'loop_exhausted' });
    expect(run.outputs).toEqual({ why: 'exhausted' });
  });

  it('runs a graph in each round', async () => {
    const run = await tell(`
tasks:
  text:
    type: loop
    until: output.size() > 3
    max_iterations: 5
    do:
      tasks:
        draft: { type: set, values: { text: "\${{ output.orValue('') + 'x' }}" } }
        better: { type: set, values: { text: "\${{ tasks.draft.output.text + string(round) }}" } }
      output: \${{ tasks.better.output.text }}
`);
    expect(run.output('text')).toBe('x1x2');
    expect(run.begun).toContain('text[2]/better');
  });

  it('nests: `output` and `round` are those of the innermost loop', async () => {
    const run = await tell(`
tasks:
  outer:
    type: loop
    until: round == 2
    max_iterations: 2
    do:
      type: loop
      while: round <= 2
      max_iterations: 2
      do: { type: set, values: { at: "\${{ round }}", before: "\${{ output.orValue({'at': 0}).at }}" } }
  lists: { type: for_each, items: [3, 1], do: { type: loop, until: round == item, max_iterations: 3, do: { tool: echo, with: { n: "\${{ item * round }}" } } } }
`);
    expect(run.begun.filter((path) => path.startsWith('outer'))).toEqual([
      'outer',
      'outer[1]',
      'outer[1][1]',
      'outer[1][2]',
      'outer[2]',
      'outer[2][1]',
      'outer[2][2]',
    ]);
    expect(run.output('outer[2][1]')).toEqual({ at: 1, before: 0 });
    expect(run.output('lists')).toEqual([{ n: 9 }, { n: 1 }]);
  });

  it('counts a round that is skipped; its output is absent', async () => {
    const run = await tell(`
tasks:
  odd:
    type: loop
    until: round == 3
    max_iterations: 3
    do: { type: set, when: round != 2, values: { before: "\${{ output.hasValue() }}" } }
outputs:
  all: \${{ tasks.odd.history }}
`);
    expect(run.outputs).toEqual({ all: [{ before: false }, null, { before: false }] });
    expect(run.tasks['odd[2]']).toBe('skipped when_false');
  });

  it('fails with its round, which names it', async () => {
    const run = await tell(
      `
tasks:
  tries: { type: loop, until: round == 3, max_iterations: 3, do: { tool: echo } }
`,
      { tools: { echo: (_, nth) => (nth === 2 ? fails('broken') : nth) } },
    );
    expect(run.tasks).toEqual({ 'tries[1]': 'completed', 'tries[2]': 'failed broken', tries: 'failed round_failed' });
    expect(run.end('tries').error?.message).toBe('Round 2 of tries failed: It failed with broken.');
  });

  it('goes on in the round that failed when the run is resumed', async () => {
    const run = await tell(
      `
tasks:
  tries: { type: loop, until: round == 3, max_iterations: 3, do: { tool: echo } }
outputs:
  all: \${{ tasks.tries.history }}
`,
      { tools: { echo: (_, nth) => (nth === 2 ? fails('broken') : nth) }, at: [[1000, 'resume']] },
    );
    expect(run.calls.map(({ path }) => path)).toEqual([
      'tries[1]/call#1',
      'tries[2]/call#1',
      'tries[2]/call#2',
      'tries[3]/call#1',
    ]);
    expect(run.outputs).toEqual({ all: [1, 3, 4] });
  });

  it('is cut by its timeout, whichever round that comes in', async () => {
    const run = await tell(`
tasks:
  slow: { type: loop, until: false, max_iterations: 100, timeout: 25s, do: { type: wait, duration: 10s } }
`);
    expect(run.tasks).toEqual({
      'slow[1]': 'completed',
      'slow[2]': 'completed',
      'slow[3]': 'cancelled',
      slow: 'failed timeout',
    });
  });

  it('may ask a person in each round, and goes on after a crash', async () => {
    const run = await tell(
      `
tasks:
  asks: { type: loop, until: output == 'yes', max_iterations: 3, do: { type: human, message: "Round \${{ round }}?", options: ["yes", "no"] } }
`,
      { answers: { 'asks[1]:question': 'no', 'asks[2]:question': 'yes' }, at: [[0, 'crash']] },
    );
    expect([run.status, run.output('asks')]).toEqual(['completed', 'yes']);
  });

  it('ends with a `terminate` inside, and with on_error: fail_run', async () => {
    const body = (task: string): string => `
tasks:
  loops: { type: loop, until: false, max_iterations: 9, do: { tasks: { a: { tool: echo }, b: { ${task} } } } }
`;
    const stopped = await tell(body('type: terminate, status: completed, when: round == 2, needs: [a]'));
    expect([stopped.status, stopped.tasks['loops[2]'], stopped.tasks['loops']]).toEqual([
      'completed',
      'cancelled terminated',
      'cancelled terminated',
    ]);
    const failed = await tell(body('tool: send, on_error: fail_run'), { tools: { send: () => fails('broken') } });
    expect([failed.status, failed.tasks['loops']]).toEqual(['failed', 'cancelled']);
  });

  it('is mocked by its static path', async () => {
    const run = await tell(`
mock:
  - { task: "tries[]", tool: echo, nth: 2, reply: { ok: true } }
  - { task: "tries[]", tool: echo, reply: { ok: false } }
tasks:
  tries: { type: loop, until: output.ok, max_iterations: 3, do: { tool: echo } }
`);
    expect(run.output('tries')).toEqual({ ok: true });
  });
});
