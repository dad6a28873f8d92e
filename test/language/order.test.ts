// docs/language.md, "How a run goes": readiness, priority, file order, places.
import { describe, expect, it } from 'vitest';
import { tell } from './stage.ts';

describe('order', () => {
  it('follows from what expressions name, not from the order of lines', async () => {
    const run = await tell(`
tasks:
  last: { type: set, values: { n: "\${{ tasks.second.output.n + 1 }}" } }
  second: { type: set, values: { n: "\${{ tasks.first.output.n + 1 }}" } }
  first: { type: set, values: { n: 1 } }
outputs: { n: "\${{ tasks.last.output.n }}" }
`);
    expect(run.begun).toEqual(['first', 'second', 'last']);
    expect(run.outputs).toEqual({ n: 3 });
  });

  it('is readiness, not levels: a short branch does not wait for a long one', async () => {
    const run = await tell(`
mock:
  - { tool: echo, task: slow, delay: 10s, reply: {} }
tasks:
  slow: { tool: echo }
  fast: { tool: echo }
  after_fast: { tool: echo, needs: [fast] }
  after_slow: { tool: echo, needs: [slow] }
`);
    expect(run.callTimes).toEqual([
      ['slow/call#1', 0],
      ['fast/call#1', 0],
      ['after_fast/call#1', 0],
      ['after_slow/call#1', 10_000],
    ]);
  });

  it('is highest priority first, then file order, where slots are few', async () => {
    const run = await tell(`
limits: { max_parallel: 1 }
mock: [{ tool: echo, delay: 1s, reply: {} }]
tasks:
  a: { tool: echo }
  low: { tool: echo, priority: 0 }
  high: { tool: echo, priority: 10 }
  b: { tool: echo }
  also_high: { tool: echo, priority: 10 }
`);
    expect(run.callTimes).toEqual([
      ['high/call#1', 0],
      ['also_high/call#1', 1000],
      ['a/call#1', 2000],
      ['b/call#1', 3000],
      ['low/call#1', 4000],
    ]);
    expect(run.begun).toEqual(['high', 'also_high', 'a', 'b', 'low']);
  });

  it('does not let priority overtake a need', async () => {
    const run = await tell(`
limits: { max_parallel: 1 }
tasks:
  last: { tool: echo, needs: [first], priority: 10 }
  other: { tool: echo, priority: 9 }
  first: { tool: echo, priority: 0 }
`);
    expect(run.begun).toEqual(['other', 'first', 'last']);
  });

  it('counts calls in flight in max_parallel, not people, composites or tasks between their calls', async () => {
    const run = await tell(
      `
limits: { max_parallel: 1 }
tasks:
  ask: { type: human, message: Go on?, options: ["yes"] }
  all:
    type: for_each
    items: [1, 2]
    do:
      type: for_each
      items: [3]
      as: inner
      do: { tool: echo }
  waits_to_retry: { tool: fetch, retry: { strategy: constant, delay: 5s, jitter: false } }
mock:
  - { tool: fetch, nth: 1, error: { code: network } }
  - { tool: fetch, reply: {} }
  - { tool: echo, delay: 1s, reply: {} }
`,
      {
        at: [
          [
            60_000,
            {
              type: 'answer',
              actor: { kind: 'person', via: 'test' },
              question: 'ask:question',
              answer: 'yes',
              offer: { secrets: [] },
            },
          ],
        ],
      },
    );
    expect(run.callTimes).toEqual([
      ['all[0][0]/call#1', 0],
      ['all[1][0]/call#1', 1000],
      ['waits_to_retry/call#1', 2000],
      ['waits_to_retry/call#2', 7000],
    ]);
    expect(run.status).toBe('completed');
  });

  it('lets a composite begin in file order although its calls wait for slots', async () => {
    const run = await tell(`
limits: { max_parallel: 2 }
mock: [{ tool: echo, delay: 1s, reply: {} }]
tasks:
  all: { type: for_each, items: [1, 2, 3], max_parallel: 1, do: { tool: echo } }
  one: { tool: echo }
`);
    expect(run.callTimes).toEqual([
      ['all[0]/call#1', 0],
      ['one/call#1', 0],
      ['all[1]/call#1', 1000],
      ['all[2]/call#1', 2000],
    ]);
  });

  it('gives the priority of a for_each to what is inside it', async () => {
    const run = await tell(`
limits: { max_parallel: 1 }
tasks:
  one: { tool: echo }
  all: { type: for_each, items: [1, 2], priority: 9, do: { tool: echo } }
`);
    expect(run.calls.map(({ path }) => path)).toEqual(['all[0]/call#1', 'all[1]/call#1', 'one/call#1']);
  });
});
