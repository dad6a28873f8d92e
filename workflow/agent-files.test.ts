import { describe, expect, it } from 'vitest';
import { checkAgent, checkWithFiles, checkWorkflow, type OtherFile } from './index.ts';

const text = 'segue: "1"\nname: a\ntasks: { ask: { agent: writer, with: { prompt: p } } }\n';

describe('the files of agents', () => {
  it('are looked for from near to far, no further than one is found', async () => {
    const files = new Map([['.segue/agents/writer.agent.yaml', 'model: mock/a\n']]);
    const asked: string[] = [];
    const read = (path: string): Promise<OtherFile> => {
      asked.push(path);
      const found = files.get(path);
      return Promise.resolve(found === undefined ? { problem: 'missing' } : { text: found });
    };
    const { checked } = await checkWithFiles({ file: 'flows/deep/a.segue.yaml', text }, read);
    expect(checked.diagnostics).toEqual([]);
    expect(asked).toEqual([
      'flows/deep/agents/writer.agent.yaml',
      'flows/deep/.segue/agents/writer.agent.yaml',
      'flows/.segue/agents/writer.agent.yaml',
      '.segue/agents/writer.agent.yaml',
    ]);
    expect(checked.uses.find(({ kind }) => kind === 'agent')).toMatchObject({
      known: true,
      declaredIn: '.segue/agents/writer.agent.yaml',
    });
  });

  it('are not asked for where the workflow has the agent, and nothing is said while one is not known', () => {
    const own = checkWorkflow({
      file: 'a.segue.yaml',
      text: `${text}agents: { writer: { model: mock/a } }\n`,
      files: new Map(),
    });
    expect([own.wanted, own.diagnostics]).toEqual([[], []]);
    const unknown = checkWorkflow({ file: 'a.segue.yaml', text, files: new Map() });
    expect([unknown.wanted, unknown.diagnostics]).toEqual([['agents/writer.agent.yaml'], []]);
    expect(checkWorkflow({ file: 'a.segue.yaml', text }).diagnostics).toMatchObject([{ code: 'unknown-agent' }]);
  });
});

it.each(['outside', 'not-text', 'unreadable', 'too-large'] as const)(
  'a file that is %s is said to be so, and a further one does not take its place',
  (problem) => {
    const files = new Map<string, OtherFile>([
      ['agents/writer.agent.yaml', { problem }],
      ['.segue/agents/writer.agent.yaml', { text: 'model: mock/a\n' }],
    ]);
    expect(checkWorkflow({ file: 'a.segue.yaml', text, files }).diagnostics).toMatchObject([
      { code: 'unusable-file', message: expect.stringContaining('`agents/writer.agent.yaml`') },
    ]);
  },
);

it('places where an agent was looked for in vain count for nothing against the limit of files', async () => {
  const names = Array.from({ length: 190 }, (_, number) => `writer${number}`);
  const agents = new Set(names.map((name) => `.segue/agents/${name}.agent.yaml`));
  const tasks = names.map((name, number) => `  t${number}: { agent: ${name}, with: { prompt: p } }\n`);
  const request = { file: 'flows/deep/a.segue.yaml', text: `segue: "1"\ntasks:\n${tasks.join('')}` };
  const read = (path: string): Promise<OtherFile> =>
    Promise.resolve(agents.has(path) ? { text: 'model: mock/a\n' } : { problem: 'missing' });
  expect((await checkWithFiles(request, read)).checked.diagnostics).toEqual([]);
});

describe('an agent file by itself', () => {
  const codes = (agent: string, files = new Map<string, OtherFile>()) =>
    checkAgent({ file: 'agents/writer.agent.yaml', text: agent, files }).diagnostics.map(({ code }) => code);

  it.each([
    ['model: mock/a\ninstructions: On ${{ inputs.anything.at.all }} in ${{ env.LANG }}.\ntools: [mine]\n', []],
    ['', ['not-an-agent']],
    ['- model', ['not-an-agent']],
    ['instructions: x\n', ['missing-key']],
    ['model: mok/a\n', ['unknown-provider']],
    ['model: mock/a\nfallback: [mock/a]\n', ['no-effect']],
    ['model: mock/a\ninstructions: ${{ tasks.a.output }}\n', ['unknown-name']],
    ['model: mock/a\ninstructions: ${{ secrets.KEY }}\n', ['secret-not-allowed']],
    ['model: mock/a\noutput_schema: { type: nothing }\n', ['invalid-schema']],
    ['model: [\n', ['wrong-type', 'yaml-syntax']],
    ['extends: other\n', []],
  ])('%j: %j', (agent, expected) => {
    expect(codes(agent)).toEqual(expected);
  });

  it('is checked with what it extends', () => {
    const missing = { problem: 'missing' } as const;
    const places = [
      'agents/other.agent.yaml',
      'agents/.segue/agents/other.agent.yaml',
      '.segue/agents/other.agent.yaml',
    ];
    expect(codes('extends: other\n', new Map(places.map((path) => [path, missing])))).toEqual(['unknown-agent']);
    expect(
      codes('extends: other\n', new Map([['agents/other.agent.yaml', { text: 'model: mock/a\ncolour: 1\n' }]])),
    ).toEqual(['agent-file']);
    expect(codes('extends: other\n', new Map([['agents/other.agent.yaml', { text: 'model: mock/a\n' }]]))).toEqual([]);
  });

  it('is not suggested to itself', () => {
    const places = ['agents/.segue/agents/', '.segue/agents/'].map((folder) => `${folder}writer.agent.yaml`);
    const files = new Map(places.map((path) => [path, { problem: 'missing' } as const]));
    const { diagnostics } = checkAgent({ file: 'agents/writer.agent.yaml', text: 'extends: writer\n', files });
    expect(diagnostics.map(({ message }) => message)).toEqual([
      'There is no agent `writer`. There are `analysis`, `research`, `summary` and `supervisor`.',
    ]);
  });

  it('is taken for one by its name', async () => {
    const request = { file: 'agents/writer.agent.yaml', text: 'modell: mock/a\n' };
    const { checked } = await checkWithFiles(request, () => Promise.resolve({ problem: 'missing' }));
    expect(checked.diagnostics.map(({ code }) => code)).toEqual(['unknown-key']);
  });
});
