// docs/language.md, "Mock models".
import { describe, expect, it } from 'vitest';
import { tell } from './stage.ts';

const agents = 'agents: { writer: { model: mock/a }, critic: { model: mock/b } }';

describe('a mock entry', () => {
  it('is taken if it is the first that matches; `nth` once, others again and again', async () => {
    const run = await tell(`
${agents}
mock:
  - { agent: critic, reply: no }
  - { task: "all[]", nth: 2, reply: second }
  - { when: prompt.contains('4'), reply: four }
  - { agent: writer, reply: other }
  - { agent: writer, reply: never }
tasks:
  all: { type: for_each, items: [1, 2, 3, 4], max_parallel: 1, do: { agent: writer, with: { prompt: "\${{ item }}" } } }
  judge: { agent: critic, with: { prompt: "4" } }
`);
    expect(run.output('all')).toEqual(['other', 'second', 'other', 'four']);
    expect(run.output('judge')).toBe('no');
  });

  it('reaches into fallbacks and graphs by their paths', async () => {
    const run = await tell(`
${agents}
mock:
  - { task: bad, error: { code: broken } }
  - { task: bad/fallback, reply: from the fallback }
  - { task: "all[]/inner", reply: from inside }
tasks:
  bad: { agent: writer, with: { prompt: p }, on_error: { fallback: { agent: critic, with: { prompt: p } } } }
  all: { type: for_each, items: [1], do: { tasks: { inner: { agent: writer, with: { prompt: p } } } } }
`);
    expect(run.output('bad')).toBe('from the fallback');
    expect(run.output('all')).toEqual(['from inside']);
  });

  it('answers a tool, and its `when` sees the input', async () => {
    const run = await tell(`
mock:
  - { tool: fetch, when: input.n > 1, reply: many }
  - { tool: fetch, reply: one }
tasks:
  a: { tool: fetch, with: { n: 1 } }
  b: { tool: fetch, with: { n: 2 } }
  c: { tool: echo, with: { n: 2 } }
`);
    expect([run.output('a'), run.output('b'), run.output('c')]).toEqual(['one', 'many', { n: 2 }]);
  });

  it('that is missing leaves a value of the schema, the same each time', async () => {
    const text = `
${agents}
tasks:
  typed:
    agent: writer
    with: { prompt: p }
    output_schema:
      type: object
      required: [n, words]
      properties: { n: { type: integer, minimum: 3, maximum: 5 }, words: { type: array, minItems: 2, items: { type: string } } }
  plain: { agent: writer, with: { prompt: Hello } }
`;
    const [first, second] = [await tell(text), await tell(text)];
    expect(first.status).toBe('completed');
    expect(first.output('typed')).toEqual(second.output('typed'));
    expect(first.output('plain')).toBe('This is a mock answer of writer to: Hello');
  });

  it('that is missing is an error with `strict`', async () => {
    const run = await tell(`
${agents}
mock: { strict: true, entries: [{ task: a, reply: x }] }
tasks:
  a: { agent: writer, with: { prompt: p } }
  b: { agent: writer, with: { prompt: p } }
`);
    expect(run.tasks).toEqual({ a: 'completed', b: 'failed no_mock_answer' });
    expect(run.error).toMatchObject({ remedy: expect.stringContaining('strict') });
  });

  it('takes its `delay`', async () => {
    const run = await tell(`
${agents}
mock: [{ task: a, delay: 1500ms, reply: slow }, { task: b, delay: 2s, error: { code: broken } }]
tasks:
  a: { agent: writer, with: { prompt: p } }
  after: { tool: echo, needs: [a] }
  b: { agent: writer, with: { prompt: p } }
`);
    expect(run.callTimes).toContainEqual(['after/call#1', 1500]);
    expect(run.tasks['b']).toBe('failed broken');
  });

  it('whose `when` can not be evaluated fails the call, and says so', async () => {
    const run = await tell(`
mock: [{ tool: fetch, when: input.missing == 1, reply: 1 }]
tasks: { a: { tool: fetch, with: { n: 1 } } }
`);
    expect(run.end('a').error?.message).toContain('`when`');
    expect(run.end('a').error?.message).toContain('missing');
  });

  it('with tool_calls has the model call tools for real', async () => {
    const run = await tell(`
agents: { worker: { model: mock/a, tools: [fetch, echo] } }
mock:
  - { agent: worker, nth: 1, tool_calls: [{ name: fetch, arguments: { n: 1 } }, { name: echo, arguments: { m: 2 } }] }
  - { agent: worker, when: prompt.contains('2'), reply: seen }
  - { tool: fetch, reply: mocked }
tasks: { work: { agent: worker, with: { prompt: p } } }
`);
    expect(run.messages('work/turn[2]#1').map(({ content }) => content)).toEqual(['', 'mocked', '{"m":2}']);
    expect(run.output('work')).toBe('seen');
  });

  it('counts a retried call in `nth`, and not one that was lost in a crash', async () => {
    const text = `
${agents}
mock:
  - { task: a, nth: 1, delay: 10s, reply: first }
  - { task: a, reply: later }
tasks: { a: { agent: writer, with: { prompt: p } } }
`;
    expect((await tell(text, { at: [[5000, 'crash']] })).output('a')).toBe('first');
    expect((await tell(text.replace('delay: 10s, reply: first', 'error: { code: network }'))).output('a')).toBe(
      'later',
    );
  });
});
