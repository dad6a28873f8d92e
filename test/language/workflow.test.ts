// docs/language.md, "Calling other files".
import { describe, expect, it } from 'vitest';
import { fails, Refused, tell } from './stage.ts';

const greeter = `
inputs:
  name: { type: string }
  mark: { type: string, default: "!" }
tasks:
  greet: { type: set, values: { text: "Hello \${{ inputs.name }}\${{ inputs.mark }}" } }
outputs:
  text: \${{ tasks.greet.output.text }}
`;

describe('a call', () => {
  it('gives the outputs of the other file, whose tasks are a part of the run', async () => {
    const run = await tell(
      `
tasks:
  ask: { workflow: ./greeter.segue.yaml, with: { name: Ann } }
outputs:
  said: \${{ tasks.ask.output.text }}
`,
      { files: { 'greeter.segue.yaml': greeter } },
    );
    expect(run.outputs).toEqual({ said: 'Hello Ann!' });
    expect(run.begun).toEqual(['ask', 'ask/greet']);
    const [started] = run.events;
    expect(started).toMatchObject({
      sources: { 'greeter.segue.yaml': expect.any(String) },
      plan: {
        tasks: [
          {
            path: 'ask',
            range: { file: 'story.segue.yaml' },
            workflow: 'greeter.segue.yaml',
            children: [{ path: 'ask/greet', range: { file: 'greeter.segue.yaml' } }],
          },
        ],
      },
    });
  });

  it('sees its own inputs, shared values and agents, and nothing of its caller', async () => {
    const run = await tell(
      `
inputs: { word: { type: string, default: outer } }
shared: { count: { type: integer, default: 10 } }
agents: { voice: { model: mock/outer, instructions: "Outer \${{ inputs.word }}" } }
tasks:
  one: { workflow: ./inner.segue.yaml, with: { word: first } }
  two: { workflow: ./inner.segue.yaml, with: { word: second }, needs: [one] }
  own: { agent: voice, with: { prompt: Hi }, needs: [two] }
  count: { type: set, needs: [two], values: { is: "\${{ shared.count }}" } }
`,
      {
        files: {
          'inner.segue.yaml': `
inputs: { word: { type: string } }
shared: { count: { type: integer, default: 0 } }
agents: { voice: { model: mock/inner, instructions: "Inner \${{ inputs.word }}" } }
tasks:
  add: { type: set, shared: { count: "\${{ shared.count + 1 }}" } }
  say: { agent: voice, needs: [add], with: { prompt: "\${{ shared.count }}" } }
`,
        },
      },
    );
    expect(run.messages('one/say/turn[1]#1')).toEqual([
      { role: 'system', content: 'Inner first' },
      { role: 'user', content: '1' },
    ]);
    expect(run.messages('two/say/turn[1]#1').at(-1)).toMatchObject({ content: '1' });
    expect(run.messages('own/turn[1]#1')[0]).toMatchObject({ content: 'Outer outer' });
    expect(run.output('count')).toEqual({ is: 10 });
    expect(run.calls.map(({ request }) => request.kind === 'model' && request.model)).toEqual([
      'mock/inner',
      'mock/inner',
      'mock/outer',
    ]);
  });

  it('stands in a for_each, in a fallback, and in another called file', async () => {
    const run = await tell(
      `
tasks:
  all: { type: for_each, items: [a, b], do: { workflow: ./flows/outer.segue.yaml, with: { name: "\${{ item }}" } } }
  rescued:
    tool: fetch
    with: { mode: "\${{ 1 / 0 }}" }
    output_schema: { type: object }
    on_error: { fallback: { workflow: ./greeter.segue.yaml, with: { name: "\${{ error.code }}" } } }
`,
      {
        files: {
          'greeter.segue.yaml': greeter,
          'flows/outer.segue.yaml': `
inputs: { name: { type: string } }
tasks:
  inner: { workflow: ../greeter.segue.yaml, with: { name: "\${{ inputs.name }}", mark: "?" } }
outputs: { said: "\${{ tasks.inner.output.text }}" }
`,
        },
      },
    );
    expect(run.output('all')).toEqual([{ said: 'Hello a?' }, { said: 'Hello b?' }]);
    expect(run.begun).toContain('all[1]/inner/greet');
    expect(run.events.find((event) => 'path' in event && event.path === 'all[1]/inner/greet')).toMatchObject({
      staticPath: 'all[]/inner/greet',
    });
    expect(run.output('rescued')).toEqual({ text: 'Hello expression_error!' });
  });

  it('fails when an input does not fit', async () => {
    const run = await tell(
      `
inputs: { any: { default: 7 } }
tasks:
  ask: { workflow: ./greeter.segue.yaml, with: { name: "\${{ inputs.any }}" } }
`,
      { files: { 'greeter.segue.yaml': greeter } },
    );
    expect(run.tasks).toEqual({ ask: 'failed invalid_inputs' });
  });
});

describe('limits', () => {
  const busy = `
limits: { max_parallel: 2 }
tasks:
  all: { type: for_each, items: [1, 2, 3, 4], do: { tool: echo, with: { n: "\${{ item }}" } } }
`;
  const slow = `
agents: { none: { model: mock/m } }
mock: [{ tool: echo, delay: 1s, reply: { ok: true } }]
`;

  it('of a called file hold for its calls alone', async () => {
    const run = await tell(
      `
${slow}
tasks:
  one: { workflow: ./busy.segue.yaml }
  other: { type: for_each, items: [1, 2, 3], do: { tool: echo, with: { n: "\${{ item }}" } } }
`,
      { files: { 'busy.segue.yaml': `mock: [{ tool: echo, delay: 1s, reply: { ok: true } }]\n${busy}` } },
    );
    const at = (ms: number) => run.callTimes.filter(([, time]) => time === ms).map(([path]) => path.split('/call')[0]);
    expect(at(0)).toEqual(['one/all[0]', 'one/all[1]', 'other[0]', 'other[1]', 'other[2]']);
    expect(at(1000)).toEqual(['one/all[2]', 'one/all[3]']);
  });

  it('of the caller count what is called too', async () => {
    const run = await tell(
      `
${slow}
limits: { max_parallel: 3 }
tasks:
  one: { workflow: ./busy.segue.yaml }
  two: { workflow: ./busy.segue.yaml }
`,
      { files: { 'busy.segue.yaml': `mock: [{ tool: echo, delay: 1s, reply: { ok: true } }]\n${busy}` } },
    );
    const at = (ms: number) => run.callTimes.filter(([, time]) => time === ms).map(([path]) => path.split('/call')[0]);
    expect(at(0)).toEqual(['one/all[0]', 'one/all[1]', 'two/all[0]']);
    expect(at(1000)).toEqual(['one/all[2]', 'one/all[3]', 'two/all[1]']);
    expect(at(2000)).toEqual(['two/all[2]', 'two/all[3]']);
  });
});

describe('how a call ends', () => {
  const failing = (more: string) => `
${more}
tasks:
  good: { tool: echo, with: { n: 1 } }
  bad: { tool: fetch, with: {} }
outputs: { n: "\${{ tasks.good.output.hasValue() }}" }
`;
  const tools = { fetch: () => fails('broken') };

  it('is failed when one of its tasks failed, and the message says which', async () => {
    const run = await tell(`tasks: { ask: { workflow: ./f.segue.yaml } }\n`, {
      tools,
      files: { 'f.segue.yaml': failing('').replace('.hasValue()', '') },
    });
    expect(run.tasks).toMatchObject({ 'ask/good': 'completed', 'ask/bad': 'failed broken', ask: 'failed broken' });
    expect(run.end('ask').error?.message).toContain('ask/bad');
  });

  it("is decided by the called file's own `on_failure`", async () => {
    const run = await tell(`tasks: { ask: { workflow: ./f.segue.yaml } }\n`, {
      tools,
      files: { 'f.segue.yaml': failing('on_failure: { allow_partial: true }') },
    });
    expect(run.tasks['ask']).toBe('completed partially_completed');
    expect(run.output('ask')).toEqual({ n: true });
    expect(run.status).toBe('completed');
  });

  it.each([
    ['completed', 'completed', 'completed'],
    ['failed', 'failed terminated', 'failed'],
    ['cancelled', 'failed terminated', 'failed'],
  ])('is %s when a `terminate` inside says so, and the caller goes on', async (status, call, whole) => {
    const run = await tell(
      `
tasks:
  ask: { workflow: ./f.segue.yaml }
  after: { tool: echo, needs: [ask], trigger_rule: all_done }
`,
      {
        files: {
          'f.segue.yaml': `
tasks:
  stop: { type: terminate, status: ${status}, message: Enough. }
  long: { type: wait, duration: 1h }
outputs: { late: "\${{ tasks.long.status }}" }
`,
        },
      },
    );
    expect(run.tasks).toMatchObject({ 'ask/long': 'cancelled terminated', ask: call, after: 'completed' });
    expect(run.status).toBe(whole);
    if (status === 'completed') expect(run.output('ask')).toEqual({ late: 'cancelled' });
  });

  it('with `fail_run` inside cancels the rest of the call, not of the run', async () => {
    const run = await tell(
      `
tasks:
  ask: { workflow: ./f.segue.yaml, on_error: { default: {} } }
  other: { type: wait, duration: 10s }
`,
      {
        tools,
        files: {
          'f.segue.yaml': `
tasks:
  bad: { tool: fetch, on_error: fail_run }
  long: { type: wait, duration: 1h }
`,
        },
      },
    );
    expect(run.tasks).toEqual({
      'ask/bad': 'failed broken',
      'ask/long': 'cancelled',
      ask: 'completed recovered',
      other: 'completed',
    });
  });

  it('comes with its `timeout`, which cuts what is inside', async () => {
    const run = await tell(
      `
tasks:
  ask: { workflow: ./f.segue.yaml, timeout: 5s, on_error: continue }
`,
      { files: { 'f.segue.yaml': 'tasks: { long: { type: wait, duration: 1h } }\n' } },
    );
    expect(run.tasks).toEqual({ 'ask/long': 'cancelled', ask: 'completed recovered' });
    expect(run.end('ask').error?.code).toBe('timeout');
  });
});

describe('retry of a call', () => {
  const two = `
tasks:
  good: { tool: echo, with: { n: 1 } }
  bad: { tool: fetch, needs: [good] }
  last: { tool: send, with: { n: 3 }, needs: [bad] }
outputs: { n: "\${{ tasks.bad.output }}" }
`;

  it('makes again what failed, and what was skipped for it, and keeps what finished', async () => {
    const run = await tell(
      `tasks: { ask: { workflow: ./f.segue.yaml, retry: { max_attempts: 3, delay: 2s, jitter: false } } }\n`,
      {
        files: { 'f.segue.yaml': two },
        tools: { fetch: (_, nth) => (nth < 3 ? fails('broken', { retryable: true }) : 'third') },
      },
    );
    expect(run.status).toBe('completed');
    expect(run.output('ask')).toEqual({ n: 'third' });
    expect(run.callTimes).toEqual([
      ['ask/good/call#1', 0],
      ['ask/bad/call#1', 0],
      ['ask/bad/call#2', 2000],
      ['ask/bad/call#3', 6000],
      ['ask/last/call#1', 6000],
    ]);
    expect(run.begun).toEqual(['ask', 'ask/good', 'ask/bad', 'ask/bad', 'ask/bad', 'ask/last']);
  });

  it('ends with the last attempt, and begins afresh when the run is resumed', async () => {
    const run = await tell(
      `tasks: { ask: { workflow: ./f.segue.yaml, retry: { max_attempts: 2, delay: 1s, jitter: false } } }\n`,
      {
        files: { 'f.segue.yaml': two },
        tools: { fetch: (_, nth) => (nth < 4 ? fails('broken', { retryable: true }) : 'fourth') },
        at: [[10_000, 'resume']],
      },
    );
    expect(run.events.filter(({ type }) => type === 'run-ended')).toMatchObject([
      { status: 'failed' },
      { status: 'completed' },
    ]);
    expect(run.calls.filter(({ path }) => path.startsWith('ask/bad')).map(({ ms }) => ms)).toEqual([
      0, 1000, 10_000, 11_000,
    ]);
    expect(run.calls.filter(({ path }) => path.startsWith('ask/good'))).toHaveLength(1);
  });

  it('outlives a crash in its pause', async () => {
    const run = await tell(
      `tasks: { ask: { workflow: ./f.segue.yaml, retry: { max_attempts: 2, delay: 5s, jitter: false } } }\n`,
      {
        files: { 'f.segue.yaml': two },
        tools: { fetch: (_, nth) => (nth < 2 ? fails('broken', { retryable: true }) : 'second') },
        at: [[2000, 'crash']],
      },
    );
    expect(run.output('ask')).toEqual({ n: 'second' });
    expect(run.calls.find(({ path }) => path === 'ask/bad/call#2')?.ms).toBe(5000);
  });
});

describe('mocks', () => {
  const inner = `
agents: { voice: { model: mock/m } }
mock: [{ agent: voice, reply: from inside }]
tasks: { say: { agent: voice, with: { prompt: Hi } } }
outputs: { said: "\${{ tasks.say.output }}" }
`;

  it('are those of the called file, unless a caller names the task', async () => {
    const run = await tell(
      `
agents: { voice: { model: mock/m } }
mock:
  - { task: two/say, reply: from outside }
  - { agent: voice, reply: mine }
tasks:
  one: { workflow: ./f.segue.yaml }
  two: { workflow: ./f.segue.yaml }
  own: { agent: voice, with: { prompt: Hi } }
`,
      { files: { 'f.segue.yaml': inner } },
    );
    expect([run.output('one'), run.output('two'), run.output('own')]).toEqual([
      { said: 'from inside' },
      { said: 'from outside' },
      'mine',
    ]);
  });

  it('that a strict caller misses are errors', async () => {
    const run = await tell(`mock: { strict: true, entries: [] }\ntasks: { one: { workflow: ./f.segue.yaml } }\n`, {
      files: { 'f.segue.yaml': inner.replace('mock: [{ agent: voice, reply: from inside }]', '') },
    });
    expect(run.status).toBe('failed');
  });
});

describe('a run is refused', () => {
  const refusal = async (text: string, files: { readonly [path: string]: string }): Promise<string> => {
    try {
      await tell(text, { files });
    } catch (error) {
      if (error instanceof Refused) return error.refused.message;
      throw error;
    }
    return 'not at all';
  };
  const call = 'tasks: { ask: { workflow: ./f.segue.yaml } }\n';

  it('when a file is not there', async () => {
    expect(await refusal(call, {})).toContain('There is no file `./f.segue.yaml`');
  });

  it('when a called file has an error, at its place', async () => {
    expect(
      await refusal(call, { 'f.segue.yaml': 'tasks: { a: { agent: nobody, with: { prompt: Hi } } }\n' }),
    ).toContain('`nobody`');
  });

  it('when a key for a model of a called file is missing', async () => {
    const file = 'agents: { a: { model: openai/gpt-5-mini } }\ntasks: { t: { agent: a, with: { prompt: Hi } } }\n';
    expect(await refusal(call, { 'f.segue.yaml': file })).toContain('OPENAI_API_KEY');
  });

  it('when files call each other without end', async () => {
    const back = 'tasks: { again: { workflow: ./story.segue.yaml } }\n';
    expect(await refusal(call, { 'f.segue.yaml': back })).toContain(
      'story.segue.yaml → f.segue.yaml → story.segue.yaml',
    );
  });
});
