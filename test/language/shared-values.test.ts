// docs/language.md, "Working together": shared values by tools, notes, and who is at work.
import { describe, expect, it } from 'vitest';
import type { Json, RunEvent } from '../../run/index.ts';
import { tell } from './stage.ts';
import type { Story } from './story.ts';

/** What the uses of tools gave, or the codes of their failures, in the order of the record. */
function gave(run: Story, task?: string): readonly Json[] {
  return run.events
    .filter((event): event is Extract<RunEvent, { type: 'call-answered' }> => event.type === 'call-answered')
    .filter((event) => task === undefined || event.task === task)
    .map(({ outcome }) => ('output' in outcome ? outcome.output : outcome.error.code));
}

const shared = `
shared:
  count: { type: integer, default: 0 }
  notes: { type: object, additionalProperties: { type: string }, default: {} }
`;

/** Tool tasks, one after the other, each given as `name: input`. */
const steps = (...uses: readonly (readonly [tool: string, input: string])[]): string =>
  `${shared}\ntasks:\n${uses
    .map(([tool, input], index) => {
      const needs = index === 0 ? '' : `needs: [t${index - 1}], trigger_rule: all_done, `;
      return `  t${index}: { tool: ${tool}, ${needs}with: ${input} }\n`;
    })
    .join('')}`;

describe('a shared value', () => {
  it('counts its versions, whoever writes it', async () => {
    const run = await tell(`${shared}
tasks:
  first: { type: set, shared: { count: "\${{ shared.count + 1 }}" } }
  second: { tool: set_shared, needs: [first], with: { name: count, value: "\${{ shared.count + 10 }}" } }
  third: { tool: get_shared, needs: [second], with: { name: count, history: true } }
  total: { type: set, values: { n: "\${{ tasks.third.output.value + tasks.third.output.version }}" } }
`);
    expect(gave(run)).toEqual([
      { version: 2 },
      {
        version: 2,
        value: 11,
        by: 'tasks.second',
        history: [
          { version: 0, value: 0 },
          { version: 1, value: 1, by: 'tasks.first' },
          { version: 2, value: 11, by: 'tasks.second' },
        ],
      },
    ]);
    expect(run.output('total')).toEqual({ n: 13 });
  });

  it('is written only if it is still what the writer thinks', async () => {
    const run = await tell(
      steps(
        ['set_shared', '{ name: count, value: 1, if_version: 0 }'],
        ['set_shared', '{ name: count, value: 2, if_version: 0 }'],
        ['set_shared', '{ name: count, value: 2, expected: 0 }'],
        ['set_shared', '{ name: count, value: 2, expected: 1 }'],
        ['get_shared', '{ name: count }'],
      ),
    );
    expect(gave(run)).toEqual([
      { version: 1 },
      'conflict',
      'conflict',
      { version: 2 },
      { version: 2, value: 2, by: 'tasks.t3' },
    ]);
    expect(run.end('t1').error).toMatchObject({
      code: 'conflict',
      details: { version: 1 },
      remedy: expect.any(String),
    });
  });

  it('that is a map has entries with versions of their own', async () => {
    const run = await tell(
      steps(
        ['set_shared', '{ name: notes.a, value: x, if_version: 0 }'],
        ['set_shared', '{ name: notes.b, value: y, if_version: 0 }'],
        ['set_shared', '{ name: notes.a, value: z, if_version: 1 }'],
        ['get_shared', '{ name: notes.b }'],
        ['get_shared', '{ name: notes.none }'],
        ['get_shared', '{ name: notes }'],
        ['set_shared', '{ name: notes.a.b, value: dotted }'],
        ['set_shared', '{ name: notes, value: {} }'],
        ['get_shared', '{ name: notes.b, history: true }'],
      ),
    );
    expect(gave(run)).toEqual([
      { version: 1 },
      { version: 2 },
      { version: 3 },
      { version: 2, value: 'y', by: 'tasks.t1' },
      { version: 0, value: null },
      { version: 3, value: { a: 'z', b: 'y' }, by: 'tasks.t2' },
      { version: 4 },
      { version: 5 },
      {
        version: 5,
        value: null,
        by: 'tasks.t7',
        history: [
          { version: 0, value: null },
          { version: 2, value: 'y', by: 'tasks.t1' },
          { version: 5, value: null, by: 'tasks.t7' },
        ],
      },
    ]);
  });

  it.each([
    ['set_shared', '{ name: "${{ \'not\' + \'es.a\' }}", value: "${{ 1 + 1 }}" }', 'invalid_shared'],
    ['set_shared', '{ name: "${{ \'nobody\' }}", value: 1 }', 'unknown_shared'],
    ['get_shared', '{ name: "${{ \'count.x\' }}" }', 'not_a_map'],
    ['set_shared', '{ name: count, value: 1, if_version: 0, expected: 0 }', 'invalid_input'],
    ['set_shared', '{ name: notes.a, value: "${{ range(20000).join() }}" }', 'too_large'],
  ])('refuses %s %s with %s', async (tool, input, code) => {
    const run = await tell(steps([tool, input], ['get_shared', '{ name: count }']));
    expect(gave(run)).toEqual([code, { version: 0, value: 0 }]);
  });

  it('can be waited for, by its version', async () => {
    const run = await tell(`${shared}
tasks:
  watch: { tool: get_shared, with: { name: count, newer_than: 0, wait: 5m } }
  again: { tool: get_shared, needs: [watch], with: { name: notes.a, newer_than: 0, wait: 1m } }
  pause: { type: wait, duration: 20s }
  write: { type: set, needs: [pause], shared: { count: 7 } }
`);
    expect(gave(run)).toEqual([
      { version: 1, value: 7, by: 'tasks.write' },
      { version: 0, value: null },
    ]);
    const at = (path: string): number => run.end(path).at - (run.events[0]?.at ?? 0);
    expect([at('watch'), at('again')]).toEqual([20_000, 80_000]);
  });

  it('of a called file is its own', async () => {
    const run = await tell(
      `${shared}
tasks:
  call: { workflow: ./inner.segue.yaml }
  read: { tool: get_shared, needs: [call], with: { name: count } }
`,
      {
        files: {
          'inner.segue.yaml': `${shared}
tasks:
  one: { tool: set_shared, with: { name: count, value: 5 } }
  say: { tool: send_message, with: { text: inside } }
`,
        },
      },
    );
    expect(gave(run, 'read')).toEqual([{ version: 0, value: 0 }]);
    expect(gave(run, 'call/one')).toEqual([{ version: 1 }]);
  });
});

const notes = (...calls: readonly string[]): string => `
agents: { ann: { model: mock/a, memory: { working: true } }, ben: { model: mock/a, tools: [recall] } }
mock:
${calls.map((call, index) => `  - { agent: ann, nth: ${index + 1}, tool_calls: [${call}] }`).join('\n')}
  - { agent: ben, nth: 1, tool_calls: [{ name: recall, arguments: {} }] }
tasks:
  one: { agent: ann, with: { prompt: p } }
  two: { agent: ann, needs: [one], with: { prompt: p } }
  other: { agent: ben, needs: [two], with: { prompt: p } }
`;

describe('notes', () => {
  it('belong to one agent, in all of its tasks', async () => {
    const run = await tell(
      notes(
        '{ name: remember, arguments: { key: a, value: 1 } }, { name: remember, arguments: { key: b, value: [2] } }',
        '{ name: remember, arguments: { key: a, value: 3 } }',
        '{ name: recall, arguments: { key: a } }, { name: forget, arguments: { key: a } }, { name: forget, arguments: { key: a } }',
        '{ name: recall, arguments: {} }',
      ),
    );
    expect(gave(run, 'one')).toEqual([
      { kept: 1 },
      { kept: 2 },
      { kept: 2 },
      { entries: { a: 3 } },
      { forgotten: true },
      { forgotten: false },
      { entries: { b: [2] } },
    ]);
    expect(gave(run, 'other')).toEqual([{ entries: {} }]);
  });

  it('are there again after a crash', async () => {
    const text = notes('{ name: remember, arguments: { key: a, value: 1 } }', '{ name: recall, arguments: {} }');
    const run = await tell(`${text.replace('mock:', 'mock:\n  - { agent: ann, nth: 3, delay: 10s, reply: done }')}`, {
      at: [[5_000, 'crash']],
    });
    expect(gave(run, 'one')).toEqual([{ kept: 1 }, { entries: { a: 1 } }]);
    expect(run.status).toBe('completed');
  });
});

describe('an answer of the engine', () => {
  it('is not given twice, when a run is resumed: neither what it gave nor what it refused', async () => {
    const text = `${shared}
agents: { ann: { model: mock/a, tools: [set_shared, send_message], max_iterations: 3 } }
mock:
  - { agent: ann, nth: 1, tool_calls: [{ name: send_message, arguments: { text: t } }, { name: set_shared, arguments: { name: count, value: 1, if_version: 7 } }] }
  - { agent: ann, nth: 2, error: { code: bad_request } }
tasks: { one: { agent: ann, with: { prompt: p } } }
`;
    const run = await tell(text, { at: [[5_000, 'resume']] });
    expect([gave(run), run.status]).toEqual([[{ number: 1 }, 'conflict'], 'completed']);
  });

  it('that failed is asked for again, when the task that wanted it is resumed', async () => {
    const text = `${shared}
tasks:
  one: { tool: set_shared, with: { name: count, value: 1, if_version: 1 } }
  two: { type: set, needs: [one], trigger_rule: all_done, shared: { count: 5 } }
`;
    const run = await tell(text, { at: [[5_000, 'resume']] });
    expect([gave(run), run.status]).toEqual([['conflict', { version: 2 }], 'completed']);
    expect(run.events.filter(({ type }) => type === 'call-answered')).toMatchObject([
      { path: 'one/call#1' },
      { path: 'one/call#2' },
    ]);
  });
});

describe('find_agents', () => {
  it('tells an agent who is at work', async () => {
    const run = await tell(`
agents:
  lead: { model: mock/a, tools: [find_agents] }
  ann: { model: mock/a, capabilities: [maths] }
  ben: { model: mock/a, capabilities: [maths], description: Counts. }
mock:
  - { agent: lead, nth: 1, tool_calls: [{ name: find_agents, arguments: { capability: maths } }, { name: find_agents, arguments: { idle: true } }] }
  - { agent: ann, delay: 10s, reply: done }
tasks:
  slow: { agent: ann, with: { prompt: p } }
  ask: { agent: lead, with: { prompt: p } }
  idle: { tool: find_agents, needs: [slow, ask], with: { idle: true, capability: maths } }
outputs: { first: "\${{ tasks.idle.output[0].agent }}" }
`);
    expect(gave(run, 'ask')).toEqual([
      [
        { agent: 'ben', description: 'Counts.', capabilities: ['maths'], busy: 0 },
        { agent: 'ann', capabilities: ['maths'], busy: 1 },
      ],
      [{ agent: 'ben', description: 'Counts.', capabilities: ['maths'], busy: 0 }],
    ]);
    expect(run.outputs).toEqual({ first: 'ann' });
  });
});
