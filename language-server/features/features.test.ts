import { expect, test } from 'vitest';
import { codeActionsIn } from './code-actions.ts';
import { completeAt } from './completion.ts';
import { definitionAt } from './definition.ts';
import { diagnosticsOf } from './diagnostics.ts';
import { hoverAt } from './hover.ts';
import { everythingOf, openMarked, openText } from './marked-text.ts';
import { fileKindOf, OpenDocument } from './open-document.ts';
import { symbolsOf } from './symbols.ts';
import { workflowInfoOf } from './workflow-info.ts';

const workflow = `segue: "1"
name: études
inputs:
  topic: { type: string, description: What it is about. }
  n: { type: integer, default: 3 }
agents:
  writer:
    model: openai/gpt-5-mini
    description: Writes plainly.
    tools: [calculator]
  critic: { model: local/judge }
  fake: { model: mock/small }
tasks:
  draft:
    agent: writer
    description: A first text.
    with: { prompt: "On \${{ inputs.topic }}" }
  each:
    type: for_each
    items: \${{ tasks.draft.output.split(',') }}
    do:
      agent: critic
      with: { prompt: "\${{ item }} \${{ inputs.n }}" }
    on_error:
      fallback:
        tasks:
          sorry: { agent: fake, with: { prompt: Sorry. } }
        output: ["\${{ tasks.sorry.output }}"]
outputs:
  text: \${{ tasks.draft.output }}
`;

test('findings say where, how bad and what else is meant', () => {
  const document = openText('segue: "1"\nname: é😀\nname: b\ntasks: {}\n');
  const found = diagnosticsOf(document).find(({ code }) => code === 'duplicate-key');
  expect(found).toMatchObject({
    severity: 1,
    source: 'segue',
    range: { start: { line: 2, character: 0 }, end: { line: 2, character: 4 } },
    relatedInformation: [{ location: { uri: document.facts.uri, range: { start: { line: 1, character: 0 } } } }],
  });
});

test('positions count UTF-16 units', () => {
  const document = openText('agents: { a: { description: "😀", modle: x } }\ntasks: {}\n');
  const found = diagnosticsOf(document).find(({ code }) => code === 'unknown-key');
  expect(found?.range).toEqual({ start: { line: 0, character: 34 }, end: { line: 0, character: 39 } });
});

test('findings about the configuration stand in the configuration', () => {
  const config = { uri: 'file:///project/.segue/config.yaml', text: 'providers: { local: { base_url: nowhere } }\n' };
  const facts = { uri: 'file:///project/a.segue.yaml', version: 1, kind: 'workflow' as const, text: workflow, config };
  const beside = new OpenDocument(facts);
  expect(diagnosticsOf(beside)).toEqual([]);
  expect(workflowInfoOf(beside)?.errors).toBeGreaterThan(0);
  const itself = openText(config.text, 'config');
  expect(diagnosticsOf(itself).map(({ code }) => code)).toEqual(['wrong-value']);
});

test('a fix mends the text it was offered for, and no other version', () => {
  const { document, position } = openMarked(workflow.replace('agent: writer', 'agent: wr¦tier'));
  const [action] = codeActionsIn(document, { start: position, end: position }, everythingOf(document));
  expect(action).toMatchObject({ title: 'Change to writer', kind: 'quickfix', isPreferred: true });
  expect(action?.edit?.documentChanges).toEqual([
    {
      textDocument: { uri: document.facts.uri, version: 1 },
      edits: [{ range: { start: { line: 14, character: 11 }, end: { line: 14, character: 17 } }, newText: 'writer' }],
    },
  ]);
  expect(action?.diagnostics?.[0]?.code).toBe('unknown-agent');
  const elsewhere = { line: 0, character: 0 };
  expect(codeActionsIn(document, { start: elsewhere, end: elsewhere }, everythingOf(document))).toEqual([]);
});

test.each([
  ['a key', workflow.replace('    items:', '    it¦ems:'), 'The list.'],
  ['a key in braces', workflow.replace('{ agent: fake', '{ ag¦ent: fake'), 'The agent that does it'],
  ['a word', workflow.replace('for_each', 'for¦_each'), 'Runs a body once for each element'],
  [
    'what an agent is good at',
    workflow
      .replace('agent: writer', 'agent: wri¦ter')
      .replace('  writer:', '  writer: # it\n    capabilities: [prose]'),
    'Writes plainly.\n\nCapabilities: `prose`',
  ],
  [
    'whom an agent reaches',
    workflow
      .replace('agent: writer', 'agent: wri¦ter')
      .replace('    tools: [calculator]', '    sub_agents: [critic]\n    handoffs: [fake]'),
    'Asks: `critic`\n\nHands over to: `fake`',
  ],
  [
    'an agent',
    workflow.replace('agent: writer', 'agent: wri¦ter'),
    '**writer** · agent · `openai/gpt-5-mini`\n\nWrites plainly.',
  ],
  ['a tool', workflow.replace('[calculator]', '[calc¦ulator]'), 'Evaluates a mathematical expression'],
  ['an input', workflow.replace('inputs.topic', 'inputs.to¦pic'), 'inputs.topic: string'],
  ['what it is', workflow.replace('inputs.topic', 'inputs.to¦pic'), 'What it is about.'],
  ['an element', workflow.replace('{{ item }}', '{{ it¦em }}'), 'item'],
  ['a function', workflow.replace('split(', 'spl¦it('), 'split('],
])('hover tells of %s', (_, marked, said) => {
  const { document, position } = openMarked(marked);
  expect(JSON.stringify(hoverAt(document, position)?.contents)).toContain(JSON.stringify(said).slice(1, -1));
});

const shop = `segue: "1"
toolsets:
  shop:
    module: ./tools/shop.ts
    tools:
      price_of: { description: Tells the price., effect: once }
tasks:
  cost: { tool: price_of }
`;

test('a tool of a module tells what the workflow says of it, and leads there; the module leads to its file', () => {
  const tool = openMarked(shop.replace('tool: price_of', 'tool: pri¦ce_of'));
  const said = JSON.stringify(hoverAt(tool.document, tool.position)?.contents);
  expect(said).toContain('**price_of** · tool · effect once · `./tools/shop.ts`');
  expect(said).toMatch(/Tells the price.*Asks a person/);
  expect(definitionAt(tool.document, tool.position)?.range.start).toEqual({ line: 5, character: 6 });
  const module = openMarked(shop.replace('shop.ts', 'sh¦op.ts'));
  const folder = module.document.facts.uri.replace(/[^/]*$/, '');
  expect(definitionAt(module.document, module.position)?.uri).toBe(`${folder}tools/shop.ts`);
});

test('hover marks what it speaks of, and is silent elsewhere', () => {
  const { document, position } = openMarked(workflow.replace('inputs.topic', 'inputs.to¦pic'));
  expect(hoverAt(document, position)?.range).toEqual({
    start: { line: 16, character: 35 },
    end: { line: 16, character: 40 },
  });
  for (const silent of [workflow.replace('études', 'ét¦udes'), '¦', `# ¦x\n${workflow}`]) {
    const open = openMarked(silent);
    expect(hoverAt(open.document, open.position)).toBeNull();
  }
});

test.each([
  ['an agent', workflow.replace('agent: writer', 'agent: wri¦ter'), '  writer:'],
  ['a task', workflow.replace('tasks.draft.output.split', 'tasks.dra¦ft.output.split'), '  draft:'],
  [
    'an input',
    workflow.replace('inputs.topic', 'inputs.to¦pic'),
    '  topic: { type: string, description: What it is about. }',
  ],
])('the definition of %s is its name', (_, marked, line) => {
  const { document, position } = openMarked(marked);
  const place = definitionAt(document, position)?.range.start;
  expect(document.text.split('\n')[place?.line ?? -1]).toBe(line);
  expect(place?.character).toBe(2);
});

test('the outline names what is there, tasks with what is inside them', () => {
  const names = (symbols: readonly { name: string; children?: readonly never[] }[]): unknown[] =>
    symbols.map(({ name, children }) => (children ? [name, ...names(children)] : name));
  expect(names(symbolsOf(openText(workflow)) as never)).toEqual([
    ['inputs', 'topic', 'n'],
    ['agents', 'writer', 'critic', 'fake'],
    ['tasks', 'draft', ['each', 'do', 'sorry']],
    ['outputs', 'text'],
  ]);
  const patterns = `tasks:
  letter:
    type: pipeline
    stages:
      outline: { agent: a, with: { prompt: Go. } }
      text:
        type: parallel
        branches: { one: { agent: a, with: { prompt: Go. } } }
        gate: { judge: a }
  polish: { type: reflect, agent: a, critic: self, until: true, with: { prompt: Go. } }
`;
  expect(names(symbolsOf(openText(patterns)) as never)).toEqual([
    ['tasks', ['letter', 'outline', ['text', 'one']], 'polish'],
  ]);
  expect(names(symbolsOf(openText('providers:\n  local: { base_url: "http://x" }\n', 'config')) as never)).toEqual([
    ['providers', 'local'],
  ]);
});

test('before a run a client hears of inputs, errors, providers and tasks', () => {
  const config = {
    uri: 'file:///project/.segue/config.yaml',
    text: 'providers: { local: { base_url: "http://localhost:1/v1" } }\n',
  };
  const document = new OpenDocument({
    uri: 'file:///project/a.segue.yaml',
    version: 1,
    kind: 'workflow',
    text: workflow,
    config,
  });
  expect(workflowInfoOf(document)).toEqual({
    files: [],
    name: 'études',
    inputs: [
      { name: 'topic', schema: { type: 'string', description: 'What it is about.' }, required: true },
      { name: 'n', schema: { type: 'integer', default: 3 }, required: false, default: 3 },
    ],
    errors: 0,
    providers: [
      { provider: 'openai', secret: 'OPENAI_API_KEY' },
      { provider: 'local', secret: null, origin: 'http://localhost:1' },
      { provider: 'mock', secret: null },
    ],
    tasks: 4,
  });
  expect(workflowInfoOf(openText('', 'config'))).toBeNull();
});

test.each([
  ['file:///w/a.segue.yaml', 'segue', 'workflow'],
  ['file:///w/a%20b.segue.yml', 'yaml', 'workflow'],
  ['untitled:Untitled-1', 'segue', 'workflow'],
  ['file:///w/.segue/config.yaml', 'yaml', 'config'],
  ['file:///w/docker-compose.yaml', 'yaml', undefined],
])('%s (%s) is a %s', (uri, language, kind) => {
  expect(fileKindOf(uri, language)).toBe(kind);
});

test('an agent in a file of its own: diagnostics, hover and completion there, and the way to it from a workflow', () => {
  const { document, position } = openMarked('model: mo¦ck/small\ncolour: red\n', 'agent');
  expect(document.diagnostics.map(({ code }) => code)).toEqual(['unknown-key']);
  expect(JSON.stringify(hoverAt(document, position)?.contents)).toContain('**mock/small** · model');
  const begun = openMarked('mod¦', 'agent');
  expect(
    completeAt(begun.document, begun.position, { suggestsAgain: false }).items.map(({ label }) => label),
  ).toContain('model');
  const base = openMarked('extends: ¦', 'agent');
  const near = new OpenDocument({ ...base.document.facts, agents: () => ['poet', 'writer'] });
  expect(completeAt(near, base.position, { suggestsAgain: false }).items.map(({ label }) => label)).toEqual([
    'poet',
    'analysis',
    'research',
    'summary',
    'supervisor',
  ]);
  const files = new Map([['/project/agents/poet.agent.yaml', { text: 'model: mock/small\n' }]]);
  const user = openMarked('segue: "1"\ntasks:\n  a: { agent: po¦et, with: { prompt: x } }\n');
  const open = new OpenDocument({ ...user.document.facts, files });
  expect(definitionAt(open, user.position)?.uri).toBe('file:///project/agents/poet.agent.yaml');
  expect(JSON.stringify(hoverAt(open, user.position)?.contents)).toContain('mock/small');
  expect(symbolsOf(open).map(({ name }) => name)).toEqual(['tasks']);
});

test('an agent that comes with Segue tells what it is, and leads nowhere', () => {
  const at = openMarked('segue: "1"\nagents:\n  mine: { extends: sum¦mary, model: mock/a }\ntasks: {}\n');
  const said = JSON.stringify(hoverAt(at.document, at.position)?.contents);
  expect(said).toContain('**summary** · agent that comes with Segue');
  expect(said).toContain('You make texts short');
  expect(definitionAt(at.document, at.position)).toBeNull();
  expect(symbolsOf(at.document)[0]?.children?.map(({ name }) => name)).toEqual(['mine']);
});

test('a called file: the way to it, what it takes and gives, and its tasks where a mock names them', () => {
  const called = `segue: "1"
name: summary
description: Makes a text short.
inputs: { text: { type: string } }
tasks: { draft: { type: set, description: The first try., values: { a: 1 } } }
outputs: { short: "\${{ tasks.draft.output.a }}" }
`;
  const files = new Map([['/project/lib/b.segue.yaml', { text: called }]]);
  const caller = `segue: "1"
tasks: { sum: { workflow: ./lib/b.segue.yaml, with: { text: x } } }
mock: [{ task: sum/draft, reply: x }]
`;
  const at = (marked: string) => {
    const { document, position } = openMarked(marked);
    return [new OpenDocument({ ...document.facts, files }), position] as const;
  };
  const reference = at(caller.replace('lib', 'li¦b'));
  expect(definitionAt(...reference)?.uri).toBe('file:///project/lib/b.segue.yaml');
  expect(JSON.stringify(hoverAt(...reference)?.contents)).toMatch(/summary.*Makes a text short.*`text`.*`short`/);
  expect(JSON.stringify(hoverAt(...at(caller.replace('sum/draft', 'sum/dr¦aft')))?.contents)).toContain(
    'The first try.',
  );
});
