// docs/language.md, "Tools of your own": functions of a module. What they are stands in the workflow; here it says what they do.
import { describe, expect, it } from 'vitest';
import { fails, Refused, type Surroundings, tell } from './stage.ts';

const toolset = `
toolsets:
  shop:
    module: ./shop.ts
    tools:
      price_of:
        description: Looks up what an article costs.
        effect: none
        input: { type: object, required: [article], properties: { article: { type: string } } }
        output: { type: object, required: [price], properties: { price: { type: integer } } }
      order: { description: Orders an article., input: { type: object } }
`;
const files = { 'shop.ts': '// The stage runs no code: it says what comes of a call.' };
const order = { article: 'tea' };

function visit(tasks: string, more: Surroundings = {}) {
  return tell(`${toolset}${tasks}`, { files, ...more });
}

describe('a tool of a module', () => {
  it('is called by a task, and what it gives has the type that the workflow says', async () => {
    const run = await visit(
      `
tasks: { cost: { tool: price_of, with: { article: tea } } }
outputs: { double: "\${{ tasks.cost.output.price * 2 }}" }
`,
      { tools: { price_of: () => ({ price: 4 }) } },
    );
    expect([run.status, run.outputs]).toEqual(['completed', { double: 8 }]);
    const [started] = run.events;
    expect(
      started?.type === 'run-started' && started.tools.map(({ name, effect, asks }) => [name, effect, asks]),
    ).toEqual([
      ['price_of', 'none', 'never'],
      ['order', 'once', 'first'],
    ]);
  });

  it('is called by an agent that has its toolset', async () => {
    const run = await visit(
      `
agents: { seller: { model: mock/a, toolsets: [shop] } }
mock:
  - { agent: seller, nth: 1, tool_calls: [{ name: price_of, arguments: { article: tea } }] }
  - { agent: seller, reply: Four euros. }
tasks: { answer: { agent: seller, with: { prompt: What does tea cost? } } }
`,
      { tools: { price_of: () => ({ price: 4 }) } },
    );
    expect(run.output('answer')).toBe('Four euros.');
    expect(run.messages('answer/turn[2]#1').at(-1)).toMatchObject({ role: 'tool', content: '{"price":4}' });
  });

  it('can be mocked like any other', async () => {
    const run = await visit(
      `
mock: [{ tool: price_of, reply: { price: 3 } }]
tasks: { cost: { tool: price_of, with: { article: tea } } }
`,
      { tools: { price_of: () => fails('was_called') } },
    );
    expect(run.output('cost')).toEqual({ price: 3 });
  });

  it('is `once` if nothing is said: a person is asked before, and about a call that was lost', async () => {
    const tasks = 'tasks: { buy: { tool: order, with: { article: tea } } }\n';
    const answers = { 'buy/call#1:approve': 'allow', 'buy/call#1:lost': 'repeat' };
    const undisturbed = await visit(tasks, { answers });
    expect([undisturbed.output('buy'), undisturbed.questions]).toEqual([order, ['buy/call#1:approve']]);
    const denied = await visit(tasks, { answers: { 'buy/call#1:approve': 'deny' } });
    expect(denied.tasks).toEqual({ buy: 'failed denied' });
    const alone = await visit(tasks, { interactive: false });
    expect(alone.tasks).toEqual({ buy: 'failed denied' });
  });

  it('that failed with something that may pass is not called again if it is `once`: a person is asked', async () => {
    const busy = () => fails('timeout', { retryable: true });
    const tools = { price_of: busy, order: busy };
    const retry = 'retry: { strategy: immediate, max_attempts: 3 }';
    const run = await visit(
      `
tasks:
  cost: { tool: price_of, with: { article: tea }, ${retry} }
  buy: { tool: order, with: { article: tea }, ${retry} }
`,
      { tools, answers: { 'buy/call#1:approve': 'allow', 'buy/call#1:lost': 'fail' } },
    );
    expect(run.tasks).toEqual({ cost: 'failed timeout', buy: 'failed lost' });
    expect(run.calls.filter(({ task }) => task === 'cost')).toHaveLength(3);
    expect(run.calls.filter(({ task }) => task === 'buy')).toHaveLength(1);
  });

  it('keeps a run from beginning where its file is missing', async () => {
    await expect(visit('tasks: { cost: { tool: price_of, with: { article: tea } } }\n', { files: {} })).rejects.toThrow(
      Refused,
    );
  });
});
