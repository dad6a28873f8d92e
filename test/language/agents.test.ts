// docs/language.md, "Agents": their turns and tools, output that must meet a schema.
import { describe, expect, it } from 'vitest';
import { fails, tell } from './stage.ts';

const number = '{ type: object, required: [n], properties: { n: { type: integer } } }';

describe('an agent', () => {
  it('is sent its instructions and the prompt, and gives a text', async () => {
    const run = await tell(`
inputs: { topic: { type: string, default: whales } }
agents:
  writer: { model: mock/a, instructions: "You know \${{ inputs.topic }}.", temperature: 0.2, max_output_tokens: 99 }
mock: [{ agent: writer, reply: They sing. }]
tasks:
  draft: { agent: writer, with: { prompt: "On \${{ inputs.topic }}: \${{ {'a': [1, 2.5]} }}" } }
`);
    expect(run.output('draft')).toBe('They sing.');
    expect(run.messages('draft/turn[1]#1')).toEqual([
      { role: 'system', content: 'You know whales.' },
      { role: 'user', content: 'On whales: {"a":[1,2.5]}' },
    ]);
    expect(run.calls[0]?.request).toMatchObject({ parameters: { temperature: 0.2, maxOutputTokens: 99 } });
  });

  it('is not told twice what came of a tool: after a resume one that failed is not called again', async () => {
    let calls = 0;
    const run = await tell(
      `
agents: { clerk: { model: mock/a, tools: [fetch] } }
mock:
  - { agent: clerk, nth: 1, tool_calls: [{ name: fetch, arguments: {} }] }
  - { agent: clerk, nth: 2, error: { code: bad_request } }
  - { agent: clerk, reply: It is closed. }
tasks:
  ask: { agent: clerk, with: { prompt: Is it open? } }
`,
      {
        at: [[1000, 'resume']],
        tools: {
          fetch: () => {
            calls += 1;
            return fails('not_found');
          },
        },
      },
    );
    expect([run.output('ask'), calls]).toEqual(['It is closed.', 1]);
  });

  it('is sent a whole conversation with `messages`', async () => {
    const run = await tell(`
agents: { writer: { model: mock/a } }
tasks:
  draft:
    agent: writer
    with:
      messages:
        - { role: system, content: Be short. }
        - { role: user, content: "\${{ 'Hello'.upper() }}" }
        - { role: assistant, content: Yes? }
        - { role: user, content: Go on. }
`);
    expect(run.messages('draft/turn[1]#1').map(({ role, content }) => `${role} ${content}`)).toEqual([
      'system Be short.',
      'user HELLO',
      'assistant Yes?',
      'user Go on.',
    ]);
  });

  it('gives the value of its schema, and the schema of the task takes the place of its own', async () => {
    const run = await tell(`
agents: { typed: { model: mock/a, output_schema: ${number} } }
mock:
  - { task: own, reply: { n: 3 } }
  - { task: other, reply: [x, y] }
tasks:
  own: { agent: typed, with: { prompt: p } }
  other: { agent: typed, with: { prompt: p }, output_schema: { type: array, items: { type: string } } }
  after: { type: set, values: { n: "\${{ tasks.own.output.n + size(tasks.other.output) }}" } }
`);
    expect(run.output('after')).toEqual({ n: 5 });
  });

  it('repairs an answer that does not meet the schema, once, without tools', async () => {
    const run = await tell(`
agents: { typed: { model: mock/a, tools: [echo], output_schema: ${number} } }
mock:
  - { task: draft, nth: 1, reply: { n: many } }
  - { task: draft, reply: { n: 4 } }
tasks:
  draft: { agent: typed, with: { prompt: p } }
outputs: { n: "\${{ tasks.draft.output.n }}", attempts: "\${{ tasks.draft.attempts }}" }
`);
    expect(run.outputs).toEqual({ n: 4, attempts: 1 });
    expect(run.calls.map(({ path }) => path)).toEqual(['draft/turn[1]#1', 'draft/turn[1]/repair#1']);
    expect(run.messages('draft/turn[1]/repair#1').at(-1)?.content).toContain('n must be');
    expect(run.calls.map(({ request }) => request.kind === 'model' && request.tools)).toEqual([['echo'], []]);
  });

  it('fails when the repair does not meet the schema either; that is not retried', async () => {
    const run = await tell(`
agents: { typed: { model: mock/a, output_schema: ${number} } }
mock: [{ task: draft, reply: no JSON }]
tasks:
  draft: { agent: typed, with: { prompt: p }, retry: { strategy: immediate, max_attempts: 5 } }
`);
    expect(run.tasks).toEqual({ draft: 'failed invalid_output' });
    expect(run.calls).toHaveLength(2);
    expect(run.end('draft').error?.message).toMatch(
      /^The answer in draft does not fit its schema, nor does the repair: it is not JSON/,
    );
  });

  it('calls tools turn by turn, and in the last turn must answer without them', async () => {
    const run = await tell(
      `
agents: { worker: { model: mock/a, tools: [fetch], max_iterations: 3 } }
mock: [{ agent: worker, tool_calls: [{ name: fetch, arguments: { n: 1 } }, { name: fetch, arguments: { n: 2 } }] }]
tasks:
  work: { agent: worker, with: { prompt: p } }
`,
      { tools: { fetch: (input) => ({ got: input }) } },
    );
    expect(run.calls.map(({ path }) => path)).toEqual([
      'work/turn[1]#1',
      'work/turn[1]/tool[1]#1',
      'work/turn[1]/tool[2]#1',
      'work/turn[2]#1',
      'work/turn[2]/tool[1]#1',
      'work/turn[2]/tool[2]#1',
      'work/turn[3]#1',
    ]);
    expect(run.calls.at(-1)?.request).toMatchObject({ tools: ['fetch'], parameters: { toolChoice: 'none' } });
    expect(run.messages('work/turn[2]#1').map(({ role, content }) => `${role} ${content}`)).toEqual([
      'assistant ',
      'tool {"got":{"n":1}}',
      'tool {"got":{"n":2}}',
    ]);
    expect(run.tasks).toEqual({ work: 'completed' });
  });

  it('is told of a tool that failed, in one attempt, and goes on', async () => {
    const run = await tell(
      `
agents: { worker: { model: mock/a, tools: [fetch] } }
mock:
  - { agent: worker, nth: 1, tool_calls: [{ name: fetch, arguments: {} }, { name: nothing, arguments: {} }] }
  - { agent: worker, reply: done }
tasks:
  work: { agent: worker, with: { prompt: p }, retry: { max_attempts: 5, strategy: immediate } }
`,
      { tools: { fetch: () => fails('network', { retryable: true }) } },
    );
    expect(run.output('work')).toBe('done');
    expect(run.messages('work/turn[2]#1').slice(1)).toMatchObject([
      { role: 'tool', content: 'network: It failed with network.', isError: true },
      { role: 'tool', content: 'unknown_tool: There is no tool nothing. Tools: fetch.', isError: true },
    ]);
    expect(run.calls.filter(({ request }) => request.kind === 'tool')).toHaveLength(1);
  });

  it('with tools and a schema binds only the final answer', async () => {
    const run = await tell(`
agents: { worker: { model: mock/a, tools: [echo], output_schema: ${number} } }
mock:
  - { agent: worker, nth: 1, tool_calls: [{ name: echo, arguments: { n: 1 } }] }
  - { agent: worker, reply: { n: 9 } }
tasks:
  work: { agent: worker, with: { prompt: p } }
`);
    expect(run.output('work')).toEqual({ n: 9 });
    expect(run.calls.map(({ path }) => path)).not.toContain('work/turn[1]/repair#1');
  });

  it('with a schema that is only text gives the text', async () => {
    const run = await tell(`
agents: { typed: { model: mock/a, output_schema: { type: string, minLength: 3 } } }
mock: [{ agent: typed, reply: abc }]
tasks:
  draft: { agent: typed, with: { prompt: p } }
`);
    expect(run.output('draft')).toBe('abc');
  });

  it('has tools of its toolsets too', async () => {
    const run = await tell(`
toolsets: { both: { builtin: [fetch, echo] } }
agents: { worker: { model: mock/a, tools: [send], toolsets: [both] } }
tasks:
  work: { agent: worker, with: { prompt: p } }
`);
    expect(run.calls[0]?.request).toMatchObject({ tools: ['send', 'fetch', 'echo'] });
  });
});

describe('a tool task', () => {
  it('gives the result, and takes an input of expressions', async () => {
    const run = await tell(
      `
tasks:
  base: { type: set, values: { n: 2 } }
  work: { tool: fetch, with: { a: "\${{ tasks.base.output.n }}", b: ["x\${{ tasks.base.output.n }}"] } }
  bare: { tool: fetch }
`,
      { tools: { fetch: (input) => ({ got: input }) } },
    );
    expect(run.output('work')).toEqual({ got: { a: 2, b: ['x2'] } });
    expect(run.output('bare')).toEqual({ got: {} });
  });

  it('fails when its result does not meet `output_schema`; a tool is not asked to repair', async () => {
    const run = await tell(`
mock: [{ tool: fetch, reply: { n: many } }]
tasks:
  work: { tool: fetch, output_schema: ${number}, retry: { max_attempts: 3, strategy: immediate } }
`);
    expect(run.tasks).toEqual({ work: 'failed invalid_output' });
    expect(run.end('work').error?.message).toContain('The result of fetch in work: n must be');
    expect(run.calls).toHaveLength(1);
  });
});

describe('a tool that asks first', () => {
  const two = `
tasks:
  one: { tool: guarded, with: { n: 1 } }
  two: { tool: guarded, with: { n: 2 }, needs: [one] }
`;

  it('runs when a person allows it, and is asked about again', async () => {
    const run = await tell(two, { answers: { 'one/call#1:approve': 'allow', 'two/call#1:approve': 'deny' } });
    expect(run.questions).toEqual(['one/call#1:approve', 'two/call#1:approve']);
    expect(run.tasks).toEqual({ one: 'completed', two: 'failed denied' });
    expect(run.end('two').error?.message).toBe('A person did not allow two to call guarded.');
  });

  it('runs for the rest of the run with `allow_all`', async () => {
    const run = await tell(two, { answers: { 'one/call#1:approve': 'allow_all' } });
    expect(run.questions).toEqual(['one/call#1:approve']);
    expect(run.status).toBe('completed');
  });

  it('is refused when nobody is there to be asked', async () => {
    const run = await tell(two, { interactive: false });
    expect(run.questions).toEqual([]);
    expect(run.tasks).toEqual({ one: 'failed denied', two: 'skipped upstream_failed' });
    expect(run.error).toMatchObject({ code: 'denied', remedy: expect.stringContaining('--no-input') });
  });

  it('waits, and the run with it, as long as nobody answers', async () => {
    const run = await tell(two);
    expect([run.status, run.tasks]).toEqual(['waiting', {}]);
  });

  it('is an error result for an agent that may not call it', async () => {
    const run = await tell(
      `
agents: { worker: { model: mock/a, tools: [guarded] } }
mock:
  - { agent: worker, nth: 1, tool_calls: [{ name: guarded, arguments: { n: 1 } }] }
  - { agent: worker, reply: Then not. }
tasks:
  work: { agent: worker, with: { prompt: p } }
`,
      { answers: { 'work/turn[1]/tool[1]#1:approve': 'deny' } },
    );
    expect(run.output('work')).toBe('Then not.');
    expect(run.messages('work/turn[2]#1').at(-1)).toMatchObject({
      isError: true,
      content: expect.stringContaining('denied'),
    });
  });
});
