// docs/language.md, "Fallback models": a call that failed for good goes to the next model of the list.
import { describe, expect, it } from 'vitest';
import { type Surroundings, tell } from './stage.ts';
import type { Story } from './story.ts';

const quick = 'retry: { strategy: immediate, max_attempts: 2 }';

/** A writer with three models whose calls go as `mock` says. */
async function write(mock: string, keys = quick, more: Surroundings = {}): Promise<Story> {
  const text = `
agents: { writer: { model: mock/a, fallback: [mock/b, mock/c] } }
mock: ${mock}
tasks: { draft: { agent: writer, with: { prompt: p }, ${keys} } }
`;
  return tell(text, more);
}

/** `model attempt` of each model call, in their order. */
function asked(run: Story): readonly string[] {
  return run.calls.flatMap(({ request, attempt }) => (request.kind === 'model' ? [`${request.model} ${attempt}`] : []));
}

describe('a model call that fails for good', () => {
  it('goes to the next model, with attempts of its own, and then to the next', async () => {
    const run = await write(`[{ agent: writer, nth: 1, error: { code: overloaded } },
  { agent: writer, nth: 2, error: { code: overloaded } },
  { agent: writer, nth: 3, error: { code: network } },
  { agent: writer, nth: 4, error: { code: not_found, status: 404 } },
  { agent: writer, reply: third }]`);
    expect(asked(run)).toEqual(['mock/a 1', 'mock/a 2', 'mock/b 1', 'mock/b 2', 'mock/c 1']);
    expect(run.calls.map(({ path }) => path)).toEqual([1, 2, 3, 4, 5].map((nth) => `draft/turn[1]#${nth}`));
    expect(run.output('draft')).toBe('third');
  });

  it('sends the next model the whole conversation, and records its messages once', async () => {
    const run = await write('[{ agent: writer, nth: 1, error: { code: not_found } }, { agent: writer, reply: ok }]');
    expect(run.messages('draft/turn[1]#1')).toEqual([{ role: 'user', content: 'p' }]);
    expect(run.messages('draft/turn[1]#2')).toEqual([]);
  });

  it('fails the task with the last failure when no model is left', async () => {
    const run = await write('[{ agent: writer, error: { code: not_found, status: 404 } }]');
    expect(asked(run)).toEqual(['mock/a 1', 'mock/b 1', 'mock/c 1']);
    expect(run.tasks).toEqual({ draft: 'failed not_found' });
  });

  it.each([
    ['timeout', 4],
    ['rate_limited', 4],
    ['server_error', 4],
    ['authentication', 2],
    ['permission_denied', 2],
    ['invalid_request', 2],
    ['budget_exceeded', 1],
    ['denied', 1],
    ['output_truncated', 1],
    ['content_filtered', 1],
  ])('%s: %i calls with two models of two attempts', async (code, calls) => {
    const run = await tell(`
agents: { writer: { model: mock/a, fallback: [mock/b] } }
mock: [{ agent: writer, error: { code: ${code} } }]
tasks: { draft: { agent: writer, with: { prompt: p }, ${quick} } }
`);
    expect(asked(run)).toHaveLength(calls);
  });

  it('is asked after its own timeout', async () => {
    const run = await write(
      '[{ agent: writer, nth: 1, delay: 1m, reply: late }, { agent: writer, reply: ok }]',
      'timeout: 5s, retry: { max_attempts: 1 }',
    );
    expect(run.callTimes).toEqual([
      ['draft/turn[1]#1', 0],
      ['draft/turn[1]#2', 5000],
    ]);
    expect(run.output('draft')).toBe('ok');
  });

  it('comes before `on_error`', async () => {
    const run = await write('[{ agent: writer, error: { code: not_found } }]', 'on_error: { default: none }');
    expect(asked(run)).toHaveLength(3);
    expect(run.output('draft')).toBe('none');
  });
});

describe('the model that answered', () => {
  const worker = `
agents:
  worker:
    model: mock/a
    fallback: [mock/b, mock/c]
    tools: [fetch]
    output_schema: { type: object, required: [n], properties: { n: { type: integer } } }
`;

  it('takes the turns after it and the repair, and those after it in the list are next', async () => {
    const run = await tell(`${worker}
mock:
  - { agent: worker, nth: 1, error: { code: not_found } }
  - { agent: worker, nth: 2, tool_calls: [{ name: fetch, arguments: {} }] }
  - { agent: worker, nth: 3, reply: { n: many } }
  - { agent: worker, nth: 4, error: { code: not_found } }
  - { agent: worker, reply: { n: 4 } }
tasks: { work: { agent: worker, with: { prompt: p } } }
`);
    expect(asked(run)).toEqual(['mock/a 1', 'mock/b 1', 'mock/b 1', 'mock/b 1', 'mock/c 1']);
    expect(run.output('work')).toEqual({ n: 4 });
  });

  it('goes on after a resume, with fresh attempts', async () => {
    const run = await tell(
      `${worker}
mock:
  - { agent: worker, nth: 1, error: { code: not_found } }
  - { agent: worker, nth: 2, tool_calls: [{ name: fetch, arguments: {} }] }
  - { agent: worker, nth: 3, error: { code: not_found } }
  - { agent: worker, nth: 4, error: { code: not_found } }
  - { agent: worker, reply: { n: 4 } }
tasks: { work: { agent: worker, with: { prompt: p } } }
`,
      { at: [[1000, 'resume']] },
    );
    expect(asked(run)).toEqual(['mock/a 1', 'mock/b 1', 'mock/b 1', 'mock/c 1', 'mock/b 1']);
    expect(run.status).toBe('completed');
  });

  it('is asked again after a crash in the middle of its call, in the same attempt', async () => {
    const run = await write(
      '[{ agent: writer, nth: 1, error: { code: not_found } }, { agent: writer, delay: 10s, reply: ok }]',
      quick,
      { at: [[5000, 'crash']] },
    );
    expect(asked(run)).toEqual(['mock/a 1', 'mock/b 1', 'mock/b 1']);
    expect(run.output('draft')).toBe('ok');
  });
});

describe('the start of a run', () => {
  it('records the prices of all models', async () => {
    const run = await write('[{ agent: writer, reply: ok }]');
    const [started] = run.events;
    expect(started?.type === 'run-started' && Object.keys(started.prices)).toEqual(['mock/a', 'mock/b', 'mock/c']);
  });

  it('is refused when a key of any of them is missing', async () => {
    const text = `
agents: { writer: { model: mock/a, fallback: [openai/gpt-5-mini] } }
tasks: { draft: { agent: writer, with: { prompt: p } } }
`;
    await expect(tell(text)).rejects.toThrow(/missing_key/);
  });

  it('asks a model that stands in the list twice once', async () => {
    const run = await tell(`
agents: { writer: { model: mock/a, fallback: [mock/a, mock/b, mock/a] } }
mock: [{ agent: writer, error: { code: not_found } }]
tasks: { draft: { agent: writer, with: { prompt: p } } }
`);
    expect(asked(run)).toEqual(['mock/a 1', 'mock/b 1']);
  });
});
