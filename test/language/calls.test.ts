// docs/language.md, "How a run goes": attempts, time-outs, retries, and calls of which nobody knows what became.
import { describe, expect, it } from 'vitest';
import { fails, type Surroundings, tell } from './stage.ts';

/** When the attempts of the task `work` left, in milliseconds, if each fails like this. */
async function attempts(
  keys: string,
  error = '{ code: network }',
  more: Surroundings = {},
): Promise<readonly number[]> {
  const run = await tell(
    `
mock: [{ tool: fetch, error: ${error} }]
tasks:
  work: { tool: fetch${keys} }
`,
    more,
  );
  return run.calls.map(({ ms }) => ms);
}

describe('a retry', () => {
  it.each([
    ['immediate', ', retry: { strategy: immediate, max_attempts: 3 }', [0, 0, 0]],
    ['constant', ', retry: { strategy: constant, max_attempts: 4, delay: 2s, jitter: false }', [0, 2000, 4000, 6000]],
    ['linear', ', retry: { strategy: linear, max_attempts: 4, delay: 2s, jitter: false }', [0, 2000, 6000, 12_000]],
    [
      'exponential',
      ', retry: { strategy: exponential, max_attempts: 4, delay: 2s, jitter: false }',
      [0, 2000, 6000, 14_000],
    ],
    ['with a base', ', retry: { max_attempts: 4, delay: 1s, base: 3, jitter: false }', [0, 1000, 4000, 13_000]],
    [
      'up to max_delay',
      ', retry: { max_attempts: 5, delay: 4s, max_delay: 5s, jitter: false }',
      [0, 4000, 9000, 14_000, 19_000],
    ],
    [
      'with a long delay alone',
      ', retry: { strategy: constant, max_attempts: 2, delay: 1h, jitter: false }',
      [0, 3_600_000],
    ],
    ['that leaves out the rest', ', retry: { jitter: false }', [0, 1000, 3000]],
    ['none, on a tool', '', [0]],
  ])('%s', async (_, keys, times) => {
    expect(await attempts(keys)).toEqual(times);
  });

  it('of a model call without `retry` is exponential, 3 attempts, from 1s, with jitter', async () => {
    const run = await tell(`
agents: { writer: { model: mock/a } }
mock: [{ agent: writer, error: { code: overloaded } }]
tasks: { draft: { agent: writer, with: { prompt: p } } }
`);
    const [first = 0, second = 0, third = 0, ...more] = run.calls.map(({ ms }) => ms);
    expect(more).toEqual([]);
    expect(first).toBe(0);
    expect(second).toBeGreaterThanOrEqual(500);
    expect(second).toBeLessThanOrEqual(1000);
    expect(third - second).toBeGreaterThanOrEqual(1000);
    expect(third - second).toBeLessThanOrEqual(2000);
    expect(run.calls.map(({ attempt }) => attempt)).toEqual([1, 2, 3]);
    expect(run.end('draft').error).toMatchObject({ code: 'overloaded' });
  });

  it.each([
    ['{ code: timeout }', 2],
    ['{ code: rate_limited, status: 429 }', 2],
    ['{ code: server_error, status: 503 }', 2],
    ['{ code: stream_incomplete }', 2],
    ['{ code: bad_request, status: 400 }', 1],
    ['{ code: unauthorized, status: 401 }', 1],
    ['{ code: forbidden, status: 403 }', 1],
    ['{ code: output_truncated }', 1],
    ['{ code: content_filtered }', 1],
  ])('after %s: %i attempts of 2', async (error, count) => {
    expect(await attempts(', retry: { strategy: immediate, max_attempts: 2 }', error)).toHaveLength(count);
  });

  it('with `on` is for the codes listed, and only for them', async () => {
    const listed = ', retry: { strategy: immediate, max_attempts: 3, on: [odd] }';
    expect(await attempts(listed, '{ code: odd, status: 400 }')).toHaveLength(3);
    expect(await attempts(listed, '{ code: network }')).toHaveLength(1);
  });

  it('waits as long as `retry-after` asks, also beyond max_delay', async () => {
    const run = await tell('tasks: { work: { tool: fetch, retry: { delay: 1s, max_delay: 2s, max_attempts: 2 } } }', {
      tools: { fetch: (_, nth) => (nth === 1 ? fails('rate_limited', { retryable: true, retryAfterMs: 20_000 }) : 1) },
    });
    expect(run.callTimes).toEqual([
      ['work/call#1', 0],
      ['work/call#2', 20_000],
    ]);
  });

  it('does not begin the task again: its input stays, its attempts are counted', async () => {
    const run = await tell(
      `
tasks:
  work: { tool: fetch, with: { n: 1 }, retry: { strategy: immediate, max_attempts: 4 } }
  after: { type: set, values: { attempts: "\${{ tasks.work.attempts }}" } }
`,
      { tools: { fetch: (input, nth) => (nth < 3 ? fails('network', { retryable: true }) : input) } },
    );
    expect(run.begun).toEqual(['work', 'after']);
    expect(run.output('after')).toEqual({ attempts: 3 });
  });

  it('comes before `on_error`', async () => {
    const run = await tell(`
mock: [{ tool: fetch, error: { code: network } }]
tasks:
  work: { tool: fetch, retry: { strategy: immediate, max_attempts: 3 }, on_error: { default: 5 } }
`);
    expect(run.calls).toHaveLength(3);
    expect(run.output('work')).toBe(5);
  });
});

describe('a timeout', () => {
  it('is for one attempt, and may be retried', async () => {
    const run = await tell(`
mock: [{ tool: fetch, delay: 1m, reply: 1 }]
tasks:
  work: { tool: fetch, timeout: 5s, retry: { strategy: constant, delay: 1s, max_attempts: 2, jitter: false } }
`);
    expect(run.callTimes).toEqual([
      ['work/call#1', 0],
      ['work/call#2', 6000],
    ]);
    expect(run.end('work').error).toMatchObject({ code: 'timeout', remedy: expect.stringContaining('`timeout`') });
  });

  it('of an agent is for each call of its turns', async () => {
    const run = await tell(`
agents: { worker: { model: mock/a, tools: [fetch] } }
mock:
  - { agent: worker, nth: 1, delay: 4s, tool_calls: [{ name: fetch, arguments: {} }] }
  - { agent: worker, delay: 4s, reply: done }
  - { tool: fetch, delay: 4s, reply: 1 }
tasks:
  work: { agent: worker, with: { prompt: p }, timeout: 5s }
`);
    expect(run.tasks).toEqual({ work: 'completed' });
  });
});

describe('a `once` call', () => {
  const once = (error: string): string => `
mock: [{ tool: send, nth: 1, error: ${error} }]
tasks:
  work: { tool: send, with: { n: 1 }, retry: { strategy: immediate, max_attempts: 3 } }
`;
  const question = 'work/call#1:lost';

  it.each(['{ code: rate_limited, status: 429 }', '{ code: odd, status: 429 }'])(
    'is retried when it surely did nothing: %s',
    async (error) => {
      const run = await tell(once(error));
      expect([run.calls.length, run.questions, run.status]).toEqual([2, [], 'completed']);
    },
  );

  it('is retried when the connection was refused', async () => {
    const run = await tell('tasks: { work: { tool: send, retry: { strategy: immediate, max_attempts: 3 } } }', {
      tools: {
        send: (_, nth) => (nth === 1 ? fails('network', { retryable: true, details: { notSent: true } }) : { n: 1 }),
      },
    });
    expect([run.calls.length, run.questions, run.status]).toEqual([2, [], 'completed']);
  });

  it.each(['{ code: timeout }', '{ code: network }', '{ code: server_error, status: 500 }'])(
    'is lost after %s: a person is asked',
    async (error) => {
      const run = await tell(once(error));
      expect([run.calls.length, run.questions, run.status]).toEqual([1, [question], 'waiting']);
    },
  );

  it('is lost after its own timeout', async () => {
    const run = await tell(`
mock: [{ tool: send, delay: 1m, reply: 1 }]
tasks: { work: { tool: send, timeout: 5s } }
`);
    expect([run.questions, run.status]).toEqual([[question], 'waiting']);
  });

  it('fails with what was refused for good, and is not made again', async () => {
    const run = await tell(once('{ code: bad_request, status: 400 }'));
    expect([run.calls.length, run.tasks]).toEqual([1, { work: 'failed bad_request' }]);
  });

  it.each([
    ['repeat', 2, { work: 'completed' }, { n: 1 }],
    ['done', 1, { work: 'completed' }, null],
    ['fail', 1, { work: 'failed lost' }, undefined],
    [{ answer: 'done', output: { n: 7 } }, 1, { work: 'completed' }, { n: 7 }],
  ])('that was lost, and a person says %j', async (answer, calls, tasks, output) => {
    const run = await tell(once('{ code: network }'), { answers: { [question]: answer } });
    expect([run.calls.length, run.tasks, run.output('work')]).toEqual([calls, tasks, output]);
    // A lost call uses up no attempt.
    expect(run.calls.at(-1)?.attempt).toBe(1);
  });

  it('is asked about even when nobody is there, and the run waits', async () => {
    const run = await tell(once('{ code: network }'), { interactive: false });
    expect([run.questions, run.status]).toEqual([[question], 'waiting']);
  });

  it('that was on its way when the engine died is asked about; a repeatable one is made again', async () => {
    const run = await tell(
      `
mock:
  - { tool: send, delay: 10s, reply: 1 }
  - { tool: fetch, delay: 10s, reply: 2 }
tasks:
  a: { tool: send }
  b: { tool: fetch }
`,
      { at: [[5000, 'crash']] },
    );
    expect(run.callTimes).toEqual([
      ['a/call#1', 0],
      ['b/call#1', 0],
      ['b/call#2', 5000],
    ]);
    expect([run.questions, run.tasks]).toEqual([['a/call#1:lost'], { b: 'completed' }]);
  });
});

describe('a crash', () => {
  it('loses no finished call, and deadlines stay where they were', async () => {
    const run = await tell(
      `
mock:
  - { tool: echo, delay: 1s, reply: 1 }
  - { tool: fetch, error: { code: network } }
tasks:
  done: { tool: echo }
  retried: { tool: fetch, retry: { strategy: constant, delay: 10s, max_attempts: 2, jitter: false } }
  asked: { type: human, message: m, options: [a], timeout: 20s, on_timeout: skip }
`,
      { at: [[5000, 'crash']] },
    );
    expect(run.callTimes).toEqual([
      ['done/call#1', 0],
      ['retried/call#1', 0],
      ['retried/call#2', 10_000],
    ]);
    expect(run.tasks['asked']).toBe('skipped timed_out');
    expect(run.questions).toEqual(['asked:question']);
  });
});
