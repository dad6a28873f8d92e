// docs/language.md, "How a run goes": inputs, outputs, cancel and resume, size.
import { describe, expect, it } from 'vitest';
import { fails, tell } from './stage.ts';

describe('inputs', () => {
  const declared = `
inputs:
  topic: { type: string, minLength: 3 }
  count: { type: integer, minimum: 1, maximum: 8, default: 3 }
  tags: { type: array, items: { type: string }, default: [a] }
tasks: { a: { type: set, values: {} } }
outputs: { all: "\${{ inputs }}" }
`;

  it('have their defaults', async () => {
    const run = await tell(declared, { inputs: { topic: 'whales', tags: [] } });
    expect(run.outputs).toEqual({ all: { topic: 'whales', count: 3, tags: [] } });
  });

  it('are all checked before the run, and every problem is named at once', async () => {
    const refused = tell(declared, { inputs: { count: 9, tags: ['x', 1], colour: 'red' } });
    await expect(refused).rejects.toThrow(
      /^invalid_inputs: The inputs do not fit: topic is required; count must be <= 8; tags\[1\] must be .*; colour is not an input\.$/,
    );
    await expect(refused).rejects.toMatchObject({
      refused: { remedy: 'Inputs of this workflow: topic, count, tags.' },
    });
  });
});

describe('a cancelled run', () => {
  const text = `
mock: [{ tool: echo, delay: 10s, reply: 1 }, { tool: fetch, delay: 1s, reply: 2 }]
tasks:
  quick: { tool: fetch }
  slow: { tool: echo, on_error: continue }
  after: { tool: fetch, needs: [slow], trigger_rule: all_done }
  all: { type: for_each, items: [1, 2], max_parallel: 1, do: { tool: echo } }
outputs: { n: "\${{ tasks.after.output }}" }
`;

  it('starts nothing more: no `on_error`, no `all_done`', async () => {
    const run = await tell(text, { at: [[5000, 'cancel']] });
    expect(run.tasks).toEqual({
      quick: 'completed',
      after: 'cancelled',
      slow: 'cancelled',
      'all[0]': 'cancelled',
      all: 'cancelled',
    });
    expect([run.status, run.outputs]).toEqual(['cancelled', undefined]);
  });

  it('goes on where it was when it is resumed: what finished is kept', async () => {
    const run = await tell(text, {
      at: [
        [5000, 'cancel'],
        [20_000, 'resume'],
      ],
    });
    expect(run.status).toBe('completed');
    expect(run.callTimes).toEqual([
      ['quick/call#1', 0],
      ['slow/call#1', 0],
      ['all[0]/call#1', 0],
      ['slow/call#2', 20_000],
      ['all[0]/call#2', 20_000],
      ['after/call#1', 30_000],
      ['all[1]/call#1', 30_000],
    ]);
  });

  it('that is cancelled between two attempts does not try again', async () => {
    const run = await tell(
      `
mock: [{ tool: fetch, error: { code: network } }]
tasks: { work: { tool: fetch, retry: { strategy: constant, delay: 10s } } }
`,
      { at: [[5000, 'cancel']] },
    );
    expect([run.calls.length, run.status]).toEqual([1, 'cancelled']);
  });

  it('tells a command that comes too late why it is refused', async () => {
    await expect(tell('tasks: { a: { type: set, values: {} } }', { at: [[5000, 'cancel']] })).rejects.toThrow(
      /run_not_active: Run .* is completed and takes no such command/,
    );
  });
});

describe('a failed run that is resumed', () => {
  it('tries again what failed and what was skipped for it; the rest is kept', async () => {
    const run = await tell(
      `
tasks:
  good: { tool: echo, with: { n: 1 } }
  bad: { tool: fetch }
  after: { tool: echo, needs: [bad, good] }
  off: { tool: echo, when: false }
outputs: { n: "\${{ tasks.after.output }}" }
`,
      {
        at: [[5000, 'resume']],
        tools: { fetch: (input, nth) => (nth === 1 ? fails('broken') : input) },
      },
    );
    expect(run.callTimes).toEqual([
      ['good/call#1', 0],
      ['bad/call#1', 0],
      ['bad/call#2', 5000],
      ['after/call#1', 5000],
    ]);
    expect(run.status).toBe('completed');
  });

  it('keeps the finished items of a for_each', async () => {
    const run = await tell(
      `
tasks:
  all: { type: for_each, items: [1, 2, 3], on_item_error: finish, do: { tool: fetch, with: { n: "\${{ item }}" } } }
`,
      {
        at: [[5000, 'resume']],
        tools: { fetch: (input, nth) => (nth === 2 ? fails('broken') : input) },
      },
    );
    expect(run.calls.map(({ path }) => path)).toEqual([
      'all[0]/call#1',
      'all[1]/call#1',
      'all[2]/call#1',
      'all[1]/call#2',
    ]);
    expect(run.output('all')).toEqual([{ n: 1 }, { n: 2 }, { n: 3 }]);
  });

  it('and was partially completed has its failed tasks tried again', async () => {
    const run = await tell(
      `
on_failure: { allow_partial: true }
tasks:
  good: { tool: echo }
  bad: { tool: fetch }
`,
      {
        at: [[5000, 'resume']],
        tools: { fetch: (input, nth) => (nth === 1 ? fails('broken') : input) },
      },
    );
    expect(run.calls.map(({ path }) => path)).toEqual(['good/call#1', 'bad/call#1', 'bad/call#2']);
    expect(run.status).toBe('completed');
  });

  it('that is complete has nothing to resume', async () => {
    await expect(tell('tasks: { a: { type: set, values: {} } }', { at: [[5000, 'resume']] })).rejects.toThrow(
      /already_completed/,
    );
  });
});

describe('an output', () => {
  it('above 64 KB is kept by hash, and whole for who reads it', async () => {
    const run = await tell(
      `
tasks:
  big: { tool: fetch, output_schema: { type: string } }
  after: { type: set, values: { n: "\${{ size(tasks.big.output) }}" } }
`,
      { tools: { fetch: () => 'x'.repeat(100_000) } },
    );
    expect(run.output('big')).toMatchObject({ $large: { bytes: 100_002 } });
    expect(run.output('after')).toEqual({ n: 100_000 });
  });

  it('above 16 MB fails its task', async () => {
    const run = await tell('tasks: { big: { tool: fetch } }', {
      tools: { fetch: () => 'x'.repeat(16 * 1024 * 1024) },
    });
    expect(run.end('big').error).toMatchObject({ code: 'output_too_large', remedy: expect.any(String) });
  });
});
