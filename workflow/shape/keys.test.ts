import { describe, expect, it } from 'vitest';
import { parseDocument } from '../syntax/document.ts';
import type { Node } from '../syntax/tree.ts';
import { describeKey, keysAt } from './keys.ts';
import type { Path } from './shape.ts';

const root = parseDocument(
  'a',
  `
segue: "1"
agents:
  one: { model: mock/x }
tasks:
  open: {}
  write: { agent: one, with: { prompt: Go. }, on_error: {} }
  list:
    type: for_each
    do:
      tasks:
        inner: { type: human }
  choose: { type: condition, cases: [{ to: [a] }] }
mock:
  - agent: one
`,
).root;

const names = (path: Path, node: Node | undefined = root) => keysAt(node, path).map((info) => info.key);

describe('keysAt', () => {
  it('offers what may stand there and does not yet', () => {
    expect(names([])).toContain('inputs');
    expect(names([])).not.toContain('segue');
    expect(names(['agents', 'one'])).toEqual(expect.arrayContaining(['instructions', 'tools']));
    expect(names(['agents'])).toEqual([]);
  });

  it('follows the type of a task, and offers the keys of all types while it is open', () => {
    expect(names(['tasks', 'open'])).toEqual(
      expect.arrayContaining(['type', 'agent', 'tool', 'items', 'cases', 'message', 'needs']),
    );
    expect(names(['tasks', 'write'])).toEqual(expect.arrayContaining(['output_schema', 'needs', 'priority']));
    expect(names(['tasks', 'write'])).not.toContain('items');
    expect(names(['tasks', 'write', 'with'])).toEqual(['messages']);
    expect(names(['tasks', 'list', 'do', 'tasks', 'inner'])).toContain('options');
    expect(names(['tasks', 'list', 'do'])).toEqual(['output', 'when']);
    expect(names(['tasks', 'choose', 'cases', 0])).toEqual(['when']);
    expect(names(['tasks', 'write', 'on_error'])).toEqual(['default', 'fallback']);
    expect(names(['mock', 0])).toEqual(expect.arrayContaining(['reply', 'delay']));
  });

  it('says which keys are required', () => {
    expect(keysAt(root, []).filter((info) => info.required)).toEqual([]);
    expect(
      keysAt(undefined, [])
        .filter((info) => info.required)
        .map((info) => info.key),
    ).toEqual(['segue', 'tasks']);
  });
});

describe('describeKey', () => {
  it('tells what a value names or means', () => {
    const kinds = ([path, kind]: readonly [Path, string]) =>
      expect(describeKey(root, path)?.kind, path.join('.')).toBe(kind);
    const expected: readonly (readonly [Path, string])[] = [
      [['tasks', 'write', 'agent'], 'agent'],
      [['tasks', 'write', 'needs', 0], 'task'],
      [['tasks', 'write', 'when'], 'expression'],
      [['tasks', 'write', 'with', 'prompt'], 'template'],
      [['tasks', 'write', 'timeout'], 'duration'],
      [['tasks', 'choose', 'cases', 0, 'to', 0], 'task'],
      [['tasks', 'list', 'do', 'tasks', 'inner', 'form'], 'json-schema'],
      [['agents', 'one', 'model'], 'model'],
      [['agents', 'one', 'tools', 0], 'tool'],
      [['agents', 'one', 'toolsets', 0], 'toolset'],
      [['mock', 0, 'task'], 'task-path'],
    ];
    for (const pair of expected) kinds(pair);
  });

  it('gives descriptions, examples, values and types', () => {
    expect(describeKey(root, ['tasks', 'write', 'trigger_rule'])).toMatchObject({
      values: ['all_success', 'none_failed', 'one_success', 'all_done'],
      types: ['string'],
    });
    expect(describeKey(root, ['tasks', 'open', 'type'])?.values).toEqual([
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
    ]);
    expect(describeKey(root, ['agents', 'one', 'model'])).toMatchObject({
      required: false,
      examples: ['openai/gpt-5-mini', 'mock/small'],
    });
    expect(describeKey(root, ['agents', 'one', 'model'])?.description).toContain('provider/model');
    expect(describeKey(root, ['nothing'])).toBeUndefined();
    expect(describeKey(undefined, ['providers', 'x', 'base_url'], 'config')).toMatchObject({ types: ['string'] });
  });
});
