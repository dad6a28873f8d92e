// docs/language.md, "Taking over": `extends` of agents. Maps merge by key, all else is replaced.
import { describe, expect, it } from 'vitest';
import { checkWorkflow } from '../../workflow/index.ts';
import { tell } from './stage.ts';

const agents = `
inputs: { topic: { type: string, default: whales } }
agents:
  base:
    model: mock/base
    fallback: [mock/other]
    instructions: "You know \${{ inputs.topic }}."
    tools: [echo, fetch]
    description: Knows a thing.
    capabilities: [knowing, telling, knowing]
    temperature: 0.5
    output_schema:
      type: object
      required: [n]
      properties: { n: { type: integer }, note: { type: string, maxLength: 9 } }
  middle:
    extends: base
    temperature: 0
    tools: [echo]
    output_schema:
      required: [n, more]
      properties: { more: { type: boolean }, note: { type: string } }
  other: { extends: base, capabilities: [] }
  top: { extends: middle, model: mock/top, max_iterations: 1 }
`;

describe('an agent that extends another', () => {
  it('is sent what it says, else what those before it say', async () => {
    const run = await tell(`${agents}
mock: [{ agent: top, reply: { n: 1, more: true } }]
tasks: { ask: { agent: top, with: { prompt: p } } }
`);
    expect(run.calls[0]?.request).toMatchObject({
      model: 'mock/top',
      messages: [{ content: 'You know whales.' }, { content: 'p' }],
      tools: ['echo'],
      parameters: { toolChoice: 'none', temperature: 0 },
    });
    expect(run.output('ask')).toEqual({ n: 1, more: true });
  });

  it('merges maps by key, at every depth, and replaces lists', async () => {
    const { workflow } = checkWorkflow({ file: 'a.segue.yaml', text: `segue: "1"\nname: a\n${agents}tasks: {}\n` });
    expect(workflow.agents.find(({ name }) => name === 'top')?.outputSchema).toEqual({
      type: 'object',
      required: ['n', 'more'],
      properties: { n: { type: 'integer' }, note: { type: 'string', maxLength: 9 }, more: { type: 'boolean' } },
    });
  });

  it('takes over what it is for and what it is good at, the list as a whole', () => {
    const { workflow } = checkWorkflow({ file: 'a.segue.yaml', text: `segue: "1"\nname: a\n${agents}tasks: {}\n` });
    const [top, other] = ['top', 'other'].map((name) => workflow.agents.find((agent) => agent.name === name));
    expect(top).toMatchObject({ description: 'Knows a thing.', capabilities: ['knowing', 'telling'] });
    expect(other).toMatchObject({ description: 'Knows a thing.', capabilities: [] });
  });

  it('stands in a line that can be followed, and ten thousand are looked at in no long time', () => {
    const many = Array.from({ length: 10_000 }, (_, index) => `  a${index}: { extends: a${index + 1} }`).join('\n');
    const text = `segue: "1"\nname: a\nagents:\n${many}\n  a10000: { model: mock/a }\ntasks: {}\n`;
    const codes = checkWorkflow({ file: 'a.segue.yaml', text }).diagnostics.map(({ code }) => code);
    expect(codes).toContain('too-deep');
    expect(codes).not.toContain('cycle');
  });

  it('takes over the list of fallback models', async () => {
    const run = await tell(`${agents}
mock: [{ agent: top, nth: 1, error: { code: not_found } }, { agent: top, reply: { n: 1, more: true } }]
tasks: { ask: { agent: top, with: { prompt: p } } }
`);
    expect(run.calls.map(({ request }) => request.kind === 'model' && request.model)).toEqual([
      'mock/top',
      'mock/other',
    ]);
  });

  it('is known to expressions by the schema that it takes over', async () => {
    const run = await tell(`${agents}
mock: [{ agent: middle, reply: { n: 7, more: false } }]
tasks:
  ask: { agent: middle, with: { prompt: p } }
  next: { type: set, values: { next: "\${{ tasks.ask.output.n + 1 }}" } }
`);
    expect(run.output('next')).toEqual({ next: 8 });
  });
});

describe('an agent in a file of its own', () => {
  const shared = 'model: mock/shared\ninstructions: "You know ${{ inputs.topic }}."\n';
  const text = `
inputs: { topic: { type: string, default: whales } }
tasks: { ask: { agent: writer, with: { prompt: p } } }
`;

  it.each([
    ['beside the workflow', 'agents/writer.agent.yaml'],
    ['in the workspace', '.segue/agents/writer.agent.yaml'],
  ])('is found %s', async (_, path) => {
    const run = await tell(text, { files: { [path]: shared } });
    expect(run.calls[0]?.request).toMatchObject({
      model: 'mock/shared',
      messages: [{ content: 'You know whales.' }, { content: 'p' }],
    });
    const [started] = run.events;
    expect(started?.type === 'run-started' && started.sources[path]).toBe(shared);
    expect(started?.type === 'run-started' && Object.keys(started.prices)).toEqual(['mock/shared']);
  });

  it('stands behind one of the workflow, and the nearer file before the farther', async () => {
    const files = { 'agents/writer.agent.yaml': shared, '.segue/agents/writer.agent.yaml': 'model: mock/far\n' };
    const own = await tell(`agents: { writer: { model: mock/own } }\n${text}`, { files });
    expect(own.calls[0]?.request).toMatchObject({ model: 'mock/own' });
    expect((await tell(text, { files })).calls[0]?.request).toMatchObject({ model: 'mock/shared' });
  });

  it('extends and is extended: by the workflow, by files beside it, by the workspace', async () => {
    const run = await tell(`agents: { writer: { extends: near, temperature: 1 } }\n${text}`, {
      files: {
        'agents/near.agent.yaml': 'extends: middle\ntools: [echo]\n',
        'agents/middle.agent.yaml': 'extends: far\n',
        '.segue/agents/far.agent.yaml': shared,
      },
    });
    expect(run.calls[0]?.request).toMatchObject({
      model: 'mock/shared',
      tools: ['echo'],
      parameters: { temperature: 1 },
    });
  });

  it('is kept by a run that goes on after a crash, whatever becomes of the file', async () => {
    const run = await tell(`${text}\nmock: [{ agent: writer, delay: 10s, reply: ok }]\n`, {
      files: { 'agents/writer.agent.yaml': shared },
      at: [[5000, 'crash']],
    });
    expect(run.calls.map(({ request }) => request.kind === 'model' && request.model)).toEqual([
      'mock/shared',
      'mock/shared',
    ]);
    expect(run.output('ask')).toBe('ok');
  });

  it.each([
    ['there is none', {}, /no agent `writer`/],
    [
      'it has no model',
      { 'agents/writer.agent.yaml': 'temperature: 0\n' },
      /`agents\/writer\.agent\.yaml`.*no `model`/,
    ],
    ['it has an unknown key', { 'agents/writer.agent.yaml': 'model: mock/a\ncolour: 1\n' }, /line 2: `colour`/],
    [
      'it names an input that the workflow has not',
      { 'agents/writer.agent.yaml': 'model: mock/a\ninstructions: "${{ inputs.other }}"\n' },
      /line 2: Unknown input `other`/,
    ],
    [
      'it extends itself through another',
      { 'agents/writer.agent.yaml': 'extends: other\n', 'agents/other.agent.yaml': 'extends: writer\n' },
      /`writer` → `other` → `writer`/,
    ],
    [
      'what it extends has an error',
      { 'agents/writer.agent.yaml': 'extends: other\n', 'agents/other.agent.yaml': 'model: [1]\n' },
      /`agents\/other\.agent\.yaml` has an error in line 1/,
    ],
  ])('refuses the run if %s', async (_, files, message) => {
    await expect(tell(text, { files: files as Record<string, string> })).rejects.toThrow(message);
  });
});

describe('an agent that comes with Segue', () => {
  it('is taken over, and its text is kept with the run', async () => {
    const run = await tell(
      `
agents: { research: { extends: research, model: mock/a, tools: [echo] } }
tasks: { find: { agent: research, with: { prompt: p } } }
mock: [{ agent: research, delay: 10s, reply: { findings: [], open: [all] } }]
`,
      { at: [[5000, 'crash']] },
    );
    expect(run.output('find')).toEqual({ findings: [], open: ['all'] });
    expect(run.messages('find/turn[1]#1')[0]?.content).toMatch(/^You find out what is asked for/);
    const [started] = run.events;
    const sources = started?.type === 'run-started' ? started.sources : {};
    expect(Object.keys(sources)).toEqual(['story.segue.yaml', 'segue:agents/research.agent.yaml']);
  });
});
