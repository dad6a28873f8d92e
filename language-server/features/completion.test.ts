import { expect, test } from 'vitest';
import { openModelBook, priceOf } from '../../models/index.ts';
import { builtinTools } from '../../workflow/index.ts';
import { completeAt, type CompletionOptions } from './completion.ts';
import { expandedSnippet } from './completion-item.ts';
import { openMarked, openText } from './marked-text.ts';
import { wellKnownModels } from './model-names.ts';
import { OpenDocument } from './open-document.ts';

const toolNames = builtinTools.map(({ name }) => name);

const head = `segue: "1"
inputs:
  topic: { type: string }
  n: { type: integer }
  list: { type: array, items: { type: object, properties: { name: { type: string } }, required: [name] } }
shared:
  count: { type: integer, default: 0 }
agents:
  writer: { model: mock/a }
  critic:
    model: mock/b
    description: Judges texts.
toolsets:
  files: { builtin: [read_file] }
tasks:
  gather:
    agent: writer
    with: { prompt: hi }
`;

function complete(marked: string, kind: 'workflow' | 'config' = 'workflow', options: CompletionOptions = {}) {
  const { document, position } = openMarked(marked, kind);
  const completions = completeAt(document, position, options);
  const items = [...completions.items].sort((a, b) => ((a.sortText ?? '') < (b.sortText ?? '') ? -1 : 1));
  return { items, completions, labels: items.map((item) => item.label) };
}

/** What the text is after a suggestion was taken; `$0` shows where the cursor then stands. */
function take(marked: string, label: string): string {
  const { document, position } = openMarked(marked);
  const edit = completeAt(document, position).items.find((item) => item.label === label)?.textEdit;
  if (!edit || !('range' in edit)) throw new Error(`no ${label} offered`);
  const lines = document.text.split('\n');
  const { start, end } = edit.range;
  const line = lines[start.line] ?? '';
  lines[start.line] = line.slice(0, start.character) + edit.newText + line.slice(end.character);
  return lines.join('\n');
}

test.each([
  ['an agent', `${head}  d:\n    agent: ¦`, ['writer', 'critic']],
  ['an agent half written', `${head}  d:\n    agent: wri¦\n    with: { prompt: x }\n`, ['writer', 'critic']],
  ['an agent in braces', `${head}  d: { agent: ¦ }\n`, ['writer', 'critic']],
  ['an agent in JSON', '{"agents": {"w": {"model": "m/n"}}, "tasks": {"a": {"agent": "¦', ['w']],
  [
    'an agent inside a body',
    `${head}  d:\n    type: for_each\n    items: [1]\n    do:\n      agent: ¦`,
    ['writer', 'critic'],
  ],
  ['an agent in braces left open', 'tasks:\n  a: { agent: ¦\nagents:\n  w: {}\n', ['w']],
  ['a task in brackets left open', 'tasks:\n  a: { needs: [¦\n  b: {}\n  c: {}\n', ['b', 'c']],
  ['a further specialist', `${head}  d:\n    type: supervisor\n    specialists: [writer, ¦]`, ['critic']],
  ['who gets work', `${head}  d:\n    type: supervisor\n    assign: ¦`, ['model', 'capability', 'least_busy']],
  ['a tool', `${head}  d:\n    tool: ¦`, toolNames],
  [
    'a tool of a module',
    `${head.replace('toolsets:', 'toolsets:\n  shop: { module: ./shop.ts, tools: { price_of: { description: Tells. } } }')}  d:\n    tool: ¦`,
    ['price_of', ...toolNames],
  ],
  [
    'a tool of a module, written in lines',
    `${head.replace('toolsets:', 'toolsets:\n  shop:\n    module: ./shop.ts\n    tools:\n      price_of:\n        description: Tells.')}  d:\n    tool: ¦`,
    ['price_of', ...toolNames],
  ],
  [
    'what another agent is good at, written in lines',
    'agents:\n  w:\n    capabilities:\n      - prose\n  v:\n    capabilities: [¦',
    ['prose'],
  ],
  ['a duration of a number', `${head}  d:\n    agent: writer\n    timeout: 5¦`, ['5ms', '5s', '5m', '5h']],
  [
    'a field that a schema requires',
    'inputs:\n  x:\n    type: object\n    properties: { a: {}, b: {} }\n    required: [a, ¦]',
    ['b'],
  ],
  [
    'a value that a tool is given',
    `toolsets:\n  a: { module: ./a.ts, tools: { b: { input: { properties: { c: { enum: [x, y] } } } } } }\ntasks:\n  t:\n    tool: b\n    with: { c: ¦`,
    ['x', 'y'],
  ],
  [
    'a value in a mocked call',
    `${head}mock:\n  - tool_calls: [{ name: send_message, arguments: { to: ¦`,
    ['writer', 'critic'],
  ],
  [
    'the path of a task that calls somebody',
    `${head}  pause: { type: wait, duration: 1s }\n  each: { type: for_each, items: [1], do: { agent: writer, with: { prompt: a } } }\nmock:\n  - task: ¦`,
    ['gather', 'each', 'each[]'],
  ],
  [
    'a tool that comes with Segue',
    'toolsets:\n  a: { module: ./a.ts, tools: { b: {} } }\n  c: { builtin: [¦] }',
    toolNames,
  ],
  [
    'an effect',
    'toolsets:\n  a:\n    module: ./a.ts\n    tools:\n      b:\n        effect: ¦',
    ['none', 'repeatable', 'once'],
  ],
  ['a tool that the file allows', `tools: { builtin: [calculator] }\ntasks:\n  a:\n    tool: ¦`, ['calculator']],
  ['a further tool', 'agents:\n  w:\n    tools: [calculator, ¦]', toolNames.slice(1)],
  ['an element of a list', 'agents:\n  w:\n    tools:\n      - calculator\n      - ¦', toolNames.slice(1)],
  ['whom a message is for', `${head}  d:\n    tool: send_message\n    with: { to: ¦ }`, ['writer', 'critic']],
  ['a shared value for a tool', `${head}  d:\n    tool: set_shared\n    with:\n      name: ¦`, ['count']],
  [
    'an agent to ask',
    'agents:\n  w: { model: mock/a }\n  x: { model: mock/a }\n  v: { model: mock/a, sub_agents: [x, ¦] }',
    ['w'],
  ],
  [
    'an agent to extend',
    'agents:\n  w: { model: mock/a }\n  v: { extends: ¦ }',
    ['w', 'analysis', 'research', 'summary', 'supervisor'],
  ],
  ['a toolset', `${head.replace('  critic:', '  x:\n    toolsets: [¦]\n  critic:')}`, ['files']],
  [
    'what another agent is good at',
    'agents:\n  w: { capabilities: [prose, facts] }\n  v: { capabilities: [facts, ¦] }',
    ['prose'],
  ],
  ['a task to need', `${head}  d:\n    needs: [¦]\n  e: {}\n`, ['gather', 'e']],
  ['a further task to need', `${head}  d:\n    needs: [gather, ¦]\n  e: {}\n`, ['e']],
  ['a task to choose', `${head}  d:\n    type: condition\n    cases:\n      - when: true\n        to: [¦`, ['gather']],
  [
    'tasks of the same scope',
    `${head}  d:\n    type: for_each\n    items: [1]\n    do:\n      tasks:\n        x: {}\n        y: { needs: [¦] }\n`,
    ['x'],
  ],
  ['the task of a mock', `${head}mock:\n  - task: ¦`, ['gather']],
  [
    'a word',
    `${head}  d:\n    agent: writer\n    trigger_rule: ¦`,
    ['all_success', 'none_failed', 'one_success', 'all_done'],
  ],
  ['a critic', `${head}  d:\n    type: reflect\n    agent: writer\n    critic: ¦`, ['self', 'writer', 'critic']],
  ['a bool', `${head}  d:\n    agent: writer\n    critical: ¦`, ['true', 'false']],
  ['a duration', `${head}  d:\n    agent: writer\n    timeout: ¦`, ['500ms', '1s', '10s', '30s', '2m', '1h']],
  [
    'a type',
    `${head}  d:\n    type: ¦`,
    [
      'agent',
      'tool',
      'workflow',
      'condition',
      'for_each',
      'loop',
      'pipeline',
      'parallel',
      'router',
      'reflect',
      'supervisor',
      'planner',
      'set',
      'human',
      'wait',
      'terminate',
    ],
  ],
  [
    'a type of JSON',
    'inputs:\n  x: { type: ¦ }',
    ['string', 'integer', 'number', 'boolean', 'array', 'object', 'null'],
  ],
])('values: %s', (_, marked, labels) => {
  expect(complete(marked).labels).toEqual(labels);
});

test.each([
  ['a task', `${head}  d:\n    agent: writer\n    ¦`, ['with', 'type', 'output_schema', 'retry']],
  [
    'a task of another type',
    `${head}  d:\n    type: human\n    ¦\n    timeout: 1h\n`,
    ['message', 'options', 'form', 'on_timeout'],
  ],
  ['an agent', 'agents:\n  w:\n    ¦', ['model', 'instructions', 'description']],
  ['a map in braces', `${head}  d: { agent: writer, retry: { ¦`, ['strategy', 'max_attempts', 'delay']],
  ['an element of a list', `${head}mock:\n  - ¦`, ['task', 'agent', 'tool', 'nth']],
  ['the file', '¦', ['workflow', 'segue', 'tasks', 'name']],
  ['an input of a tool', `${head}  d:\n    tool: write_file\n    with:\n      path: x\n      ¦`, ['text']],
  [
    'an input of a tool of a module',
    `toolsets:\n  a: { module: ./a.ts, tools: { b: { input: { type: object, properties: { c: {}, d: {} } } } } }\ntasks:\n  t:\n    tool: b\n    with:\n      c: x\n      ¦`,
    ['d'],
  ],
  ['a toolset', 'toolsets:\n  a:\n    ¦', ['builtin', 'module', 'tools', 'timeout']],
  [
    'a tool of a module',
    'toolsets:\n  a:\n    module: ./a.ts\n    tools:\n      b:\n        ¦',
    ['description', 'input', 'output', 'effect'],
  ],
  ['shared values to set', `${head}  d:\n    type: set\n    shared:\n      ¦`, ['count']],
  ['a JSON Schema', 'inputs:\n  x:\n    type: string\n    ¦', ['description', 'default', 'enum']],
  [
    'a field of a JSON Schema',
    'agents:\n  w:\n    output_schema:\n      properties:\n        a: { ¦',
    ['type', 'description'],
  ],
])('keys: %s', (_, marked, labels) => {
  const wanted = complete(marked).labels.filter((label) => labels.includes(label));
  expect(wanted).toEqual(labels);
});

test('a model is suggested wherever one is wanted, and in a list only once', () => {
  const first = complete('agents:\n  w:\n    model: ¦').labels;
  expect(first).toContain('openai/gpt-5-mini');
  const further = complete(`agents:\n  w:\n    fallback: [${first[0]}, ¦]`).labels;
  expect(further).toEqual(first.slice(1));
});

test('no key is offered twice, nor where names are the author’s', () => {
  expect(complete(`${head}  d:\n    agent: writer\n    ¦`).labels).not.toContain('agent');
  expect(complete('agents:\n  w:\n    output_schema:\n      properties:\n        ¦').labels).toEqual([]);
});

test.each([
  ['inputs', `${head}  d:\n    agent: writer\n    with:\n      prompt: On \${{ inputs.¦ }}.`, ['topic', 'n', 'list']],
  [
    'inputs, without an end',
    `${head}  d:\n    agent: writer\n    with: { prompt: "On \${{ inputs.¦`,
    ['topic', 'n', 'list'],
  ],
  [
    'inputs, in braces',
    `${head}  d: { agent: writer, with: { prompt: "On \${{ inputs.¦ }}" } }\n`,
    ['topic', 'n', 'list'],
  ],
  [
    'in a block of text',
    `${head}  d:\n    agent: writer\n    with:\n      prompt: |\n        One.\n        On \${{ inputs.¦\n        Three.\n`,
    ['topic', 'n', 'list'],
  ],
  [
    'in a list',
    `${head}  d:\n    agent: writer\n    with:\n      messages:\n        - { role: user, content: "\${{ inputs.¦ }}" }`,
    ['topic', 'n', 'list'],
  ],
  ['tasks, but not oneself', `${head}  d:\n    agent: writer\n    when: tasks.¦`, ['gather']],
  [
    'a bare condition',
    `${head}  d:\n    type: condition\n    cases:\n      - when: inputs.¦\n        to: []`,
    ['topic', 'n', 'list'],
  ],
  [
    'a quoted condition',
    `${head}  d:\n    agent: writer\n    when: 'inputs.topic == "x" && inputs.¦'`,
    ['topic', 'n', 'list'],
  ],
  [
    'what a body sees',
    `${head}  d:\n    type: for_each\n    items: \${{ inputs.list }}\n    do:\n      agent: writer\n      with:\n        prompt: \${{ item.¦`,
    ['name'],
  ],
  [
    'what a round gave',
    `${head}  d:\n    type: loop\n    max_iterations: 2\n    do: { type: set, values: { n: 1, more: 2 } }\n    until: output.¦`,
    ['n', 'more'],
  ],
  [
    'outputs',
    `${head}outputs:\n  o: \${{ tasks.gather.¦ }}`,
    ['output', 'status', 'reason', 'error', 'cost', 'tokens', 'attempts'],
  ],
])('expressions: %s', (_, marked, fields) => {
  const { items } = complete(marked);
  expect(items.filter((item) => item.kind === 5).map((item) => item.label)).toEqual(fields);
});

test('an error that is handled can be named', () => {
  const marked = `${head}  d:\n    agent: writer\n    on_error: { default: "\${{ ¦ }}" }`;
  expect(complete(marked).labels).toContain('error');
});

test('a keystroke after the last check is answered from that check', () => {
  const text =
    '{agents: {w: {model: mock/a}}, inputs: {topic: {}}, tasks: {a: {agent: w, with: {prompt: "${{ inputs }}"}}}}';
  const before = openText(text);
  expect(before.checked.expressions).toHaveLength(1);
  const later = text.replace('topic', 'thing').replace('inputs }', 'inputs.¦ }');
  const { document, position } = openMarked(later);
  const now = new OpenDocument(document.facts, before);
  const first = (asked: OpenDocument) => completeAt(asked, position).items[0]?.label;
  expect(first(document)).toBe('thing');
  expect(first(now)).toBe('topic');
  expect(now.checked.expressions).toHaveLength(1);
  expect(first(now)).toBe('thing');
});

test('a change of several lines is not taken for a keystroke', () => {
  const before = openText(`${head}  d:\n    agent: writer\n    when: inputs.n > 1`);
  expect(before.checked.expressions).toHaveLength(1);
  const { document, position } = openMarked(
    `${head}  d:\n    agent: writer\n    when: inputs.n > 1\n  e:\n    type: for_each\n    items: [1]\n    do:\n      agent: writer\n      when: ¦\n`,
  );
  const labels = completeAt(new OpenDocument(document.facts, before), position).items.map(({ label }) => label);
  expect(labels).toContain('item');
});

test('nothing is offered that would replace more than a line', () => {
  const marked = `${head}  d:\n    agent: writer\n    with:\n      prompt: |\n        \${{ inputs["""to\n        pi¦c"""] }}\n`;
  expect(complete(marked).labels).toEqual([]);
});

test.each([
  [`${head}  d:\n    agent: wri¦xx # who`, 'critic', '    agent: critic # who'],
  [`${head}  d:\n    agent:¦`, 'critic', '    agent: critic'],
  [`${head}  d: { agent: "w¦" }`, 'critic', '  d: { agent: "critic" }'],
  [`${head}  d:\n    needs: ¦`, 'gather', '    needs: [gather]'],
  ['segue: ¦', '1', 'segue: "1"'],
  ['segue: "¦"', '1', 'segue: "1"'],
  ['agents:\n  w:\n    mo¦', 'model', '    model: $0'],
  ['agents:\n  w:\n    too¦', 'tools', '    tools: [$0]'],
  ['agents:\n  w:\n    mo¦x: y', 'model', '    model: y'],
  [`${head}  d:\n    when: size(inputs.to¦pi) > 0`, 'topic', '    when: size(inputs.topic) > 0'],
])('taken: %j', (marked, label, line) => {
  expect(take(marked, label).split('\n').at(-1)).toBe(line);
});

test('a map begins on the next line, further right behind a dash', () => {
  expect(take('agents:\n  w:\n    output¦', 'output_schema')).toBe('agents:\n  w:\n    output_schema:\n  $0');
  // The editor adds the indentation of the line, which ends before the dash.
  expect(take('mock:\n  - err¦', 'error')).toBe('mock:\n  - error:\n    $0');
  expect(take('agents:\n  w: { output¦ }', 'output_schema')).toBe('agents:\n  w: { output_schema: { $0 } }');
});

test('a suggestion is described when somebody asks, in the words of the schema', () => {
  const { completions, items } = complete(`${head}  d:\n    agent: writer\n    ¦`);
  const retry = items.find((item) => item.label === 'retry');
  expect(retry).not.toHaveProperty('documentation');
  expect(completions.documentationOf(Number(retry?.data))).toContain('Makes the call again');
});

test('the models of agents are told once the file has been checked', () => {
  const { document, position } = openMarked(`${head}  d:\n    agent: ¦`);
  expect(document.checked.workflow.agents).toHaveLength(2);
  const { items, documentationOf } = completeAt(document, position);
  expect(items.map((item) => item.detail)).toEqual(['mock/a', 'mock/b']);
  expect(items.map((item) => documentationOf(Number(item.data)))).toEqual([undefined, 'Judges texts.']);
});

test('in a configuration', () => {
  expect(complete('¦', 'config').labels).toEqual(['configuration', 'providers', 'retention']);
  expect(complete('retention:\n  ¦', 'config').labels).toEqual(['max_days', 'max_runs']);
  expect(complete('providers:\n  local:\n    ¦', 'config').labels).toEqual(['base_url', 'api_key']);
  const keys = complete('providers:\n  my-own:\n    api_key: ${{ secrets.¦', 'config').labels;
  expect(keys).toEqual(['MY_OWN_API_KEY', 'OPENAI_API_KEY', 'ANTHROPIC_API_KEY']);
});

test('nothing pops up while a line is indented, or in texts and comments', () => {
  expect(complete(`${head}  d:\n    agent: writer\n    ¦`, 'workflow', { typed: ' ' }).labels).toEqual([]);
  for (const marked of ['description: some ¦text', '# age¦', 'a:\n  b: |\n    agent: ¦', 'segue: "1"¦']) {
    expect(complete(marked).labels).toEqual([]);
  }
});

test('suggestions follow at once where the editor can ask again', () => {
  const agent = (options: CompletionOptions) =>
    complete(`${head}  d:\n    ¦`, 'workflow', options).items.find((item) => item.label === 'agent');
  expect(agent({ suggestsAgain: true })?.command?.command).toBe('editor.action.triggerSuggest');
  expect(agent({})?.command).toBeUndefined();
});

test('files are named by their way from the document', () => {
  const { document, position } = openMarked(`${head}  d:\n    workflow: ¦`);
  const paths = [
    '/project/b.segue.yaml',
    '/project/sub/c.segue.json',
    '/d.segue.yml',
    '/project/a.segue.yaml',
    '/e.yaml',
  ];
  const at = (nearby: () => readonly string[] | undefined) =>
    completeAt(new OpenDocument({ ...document.facts, nearby }), position);
  expect(at(() => paths).items.map(({ label }) => label)).toEqual([
    './b.segue.yaml',
    './sub/c.segue.json',
    '../d.segue.yml',
  ]);
  expect(at(() => paths).isIncomplete).toBe(false);
  expect(at(() => undefined)).toMatchObject({ items: [], isIncomplete: true });
});

test('what another letter changes is asked for again', () => {
  expect(complete(`${head}  d:\n    timeout: 1¦`).completions.isIncomplete).toBe(true);
  expect(complete(`${head}  d:\n    agent: w¦`).completions.isIncomplete).toBe(false);
});

test('a dot takes a name in an expression and is written behind it; signatures follow a function', () => {
  const options = { suggestsAgain: true };
  const { items } = complete(`${head}  d:\n    when: ¦`, 'workflow', options);
  expect(items.find(({ label }) => label === 'inputs')?.commitCharacters).toEqual(['.']);
  const size = items.find(({ label }) => label === 'size');
  expect(size).not.toHaveProperty('commitCharacters');
  expect(size?.command?.command).toBe('editor.action.triggerParameterHints');
});

test('the inputs of a called file are offered, those without a default first', () => {
  const other = 'segue: "1"\ninputs:\n  late: { type: string, default: a }\n  text: { type: string }\ntasks: {}\n';
  const { document, position } = openMarked(`${head}  d:\n    workflow: ./b.segue.yaml\n    with:\n      ¦`);
  const files = { get: (path: string) => (path === '/project/b.segue.yaml' ? { text: other } : undefined) };
  const opened = new OpenDocument({ ...document.facts, files });
  expect(opened.checked.files).toHaveLength(1);
  const items = completeAt(opened, position).items;
  expect(items.map(({ label, detail }) => `${label} (${detail})`)).toEqual([
    'late (string)',
    'text (required · string)',
  ]);
});

test('models of declared providers come first, with their price where it is known', async () => {
  const models = await openModelBook();
  const { document, position } = openMarked('agents:\n  w:\n    model: ¦');
  const config = {
    uri: 'file:///project/.segue/config.yaml',
    text: 'providers: { anthropic: {}, mine: {}, groq: {} }',
  };
  const opened = new OpenDocument({ ...document.facts, config, models: () => models });
  expect(opened.checked.config.providers).toHaveLength(3);
  const { items } = completeAt(opened, position);
  expect(items[0]?.label).toBe('anthropic/claude-sonnet-4-5');
  expect(items[0]?.detail).toMatch(/^\$3 in · \$15 out per million tokens · window [\d,]+$/);
  const labels = items.map(({ label }) => label);
  expect(labels.indexOf('mine/')).toBeLessThan(labels.indexOf('groq/llama-3.3-70b-versatile'));
  expect(labels.indexOf('groq/llama-3.3-70b-versatile')).toBeLessThan(labels.indexOf('mock/small'));
  expect(new Set(labels).size).toBe(labels.length);
});

test('a body, a stage and a branch begin with what they may hold', () => {
  const bodies = complete(`${head}  d:\n    type: loop\n    do:\n      ¦`).labels.filter((label) =>
    label.endsWith(' body'),
  );
  expect(bodies).toContain('agent body');
  expect(bodies).not.toContain('condition body');
  const stages = complete(`${head}  d:\n    type: pipeline\n    stages:\n      ¦`).labels;
  expect(stages).toContain('loop task');
  expect(stages).not.toContain('router task');
  expect(take(`${head}  d:\n    type: loop\n    do:\n      ¦`, 'agent body')).toContain(
    '      agent: ${2|writer,critic|}\nwith:\n  prompt: $0',
  );
});

test.each([
  ['gate with a judge', `${head}  d:\n    agent: writer\n    with: { prompt: x }\n    ¦`],
  ['gate with a condition', `${head}  d:\n    agent: writer\n    with: { prompt: x }\n    ¦`],
  ['reply of an agent', `${head}mock:\n  - ¦`],
  ['failure', `${head}mock:\n  - ¦`],
  ['tool call', `${head}mock:\n  - ¦`],
  ['result of a tool', `${head}mock:\n  - ¦`],
  ['reply of an agent', `${head}mock:\n  ¦`],
  ['case', `${head}  d:\n    type: condition\n    cases:\n      - ¦`],
  ['route', `${head}  d:\n    type: router\n    agent: writer\n    with: { prompt: x }\n    routes:\n      - ¦`],
  ['message', `${head}  d:\n    agent: writer\n    with:\n      messages:\n        - ¦`],
  ['agent with tools', `${head.replace('toolsets:', '  ¦\ntoolsets:')}`],
  ['agent with a schema', `${head.replace('toolsets:', '  ¦\ntoolsets:')}`],
  ['toolset of a module', `${head.replace('tasks:', '  ¦\ntasks:')}`],
])('a piece can be run once it is filled in: %s in %j', (label, marked) => {
  const snippet =
    complete(marked).items.find((item) => item.label === label && item.kind === 15)?.textEdit?.newText ?? '';
  expect(snippet).not.toBe('');
  const fill = label === 'case' || label === 'route' ? 'gather' : label === 'tool call' ? 'expression: "1"' : 'Text.';
  const lines = expandedSnippet(snippet.replace('[$1]', '[gather]').replace('$0', fill)).split('\n');
  // An editor indents what follows the first line like that line, and a dash is not part of its indentation.
  const lineIndent = ' '.repeat(
    /^ */.exec(marked.slice(0, marked.indexOf('¦')).split('\n').at(-1) ?? '')?.[0].length ?? 0,
  );
  const text = marked.replace('¦', lines.map((line, at) => (at === 0 ? line : lineIndent + line)).join('\n'));
  expect(openText(text).diagnostics.filter(({ severity }) => severity === 'error')).toEqual([]);
});

const filled: { readonly [type: string]: string } = {
  'agent task': 'Hi',
  'tool task': 'expression: 1 + 1',
  'workflow task': '',
  'for_each task': 'inputs.list',
  'loop task': '',
  'pipeline task': '',
  'planner task': '',
  'parallel task': '',
  'router task': 'gather',
  'supervisor task': 'Go.',
  'condition task': 'gather',
  'human task': '',
  'set task': '1 + 1',
  'wait task': '',
  'terminate task': 'Enough',
};

test('there is a skeleton for each type of task, and it can be run once it is filled in', () => {
  const types = complete(`${head}  d:\n    type: ¦`).labels;
  const { items } = complete(`${head}  ¦`);
  expect(items.map((item) => item.label).sort()).toEqual(types.map((type) => `${type} task`).sort());
  for (const item of items) {
    const snippet = item.textEdit?.newText ?? '';
    const body = expandedSnippet(snippet.replace('$0', filled[item.label] ?? '')).replaceAll('\n', '\n  ');
    const document = openText(`${head}  ${body}\n`);
    expect(document.diagnostics.filter(({ severity }) => severity === 'error')).toEqual([]);
  }
});

test('the skeleton of a file can be run as it is', () => {
  const { items } = complete('¦');
  const document = openText(expandedSnippet(items[0]?.textEdit?.newText ?? ''));
  expect(document.diagnostics).toEqual([]);
});

test('well-known models have a known price', async () => {
  for (const model of wellKnownModels()) expect(await priceOf(model), model).not.toBeNull();
});
