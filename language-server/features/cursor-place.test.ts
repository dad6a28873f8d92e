import { expect, test } from 'vitest';
import { cursorPlace } from './cursor-place.ts';

/** The place of the `|` in a text; what is replaced stands in it too. */
function at(marked: string) {
  const offset = marked.indexOf('¦');
  const text = marked.slice(0, offset) + marked.slice(offset + 1);
  const found = cursorPlace(text, offset);
  return { ...found, path: found.path.join('.'), replaced: text.slice(found.range.start, found.range.end) };
}

test.each([
  ['¦', '', 'key', ''],
  ['na¦', '', 'key', 'na'],
  ['tasks:\n  draft:\n    ¦', 'tasks.draft', 'key', ''],
  ['tasks:\n  draft:\n    agent: wr¦', 'tasks.draft.agent', 'value', 'wr'],
  ['tasks:\n  draft:\n    agent: ¦', 'tasks.draft.agent', 'value', ''],
  ['tasks:\n  draft:\n    agent:\n      wr¦', 'tasks.draft.agent', 'key', 'wr'],
  ['tasks:\n  draft:\n    with:\n      prompt: x\n    ret¦', 'tasks.draft', 'key', 'ret'],
  ['tasks:\n  draft:\n    with:\n      prompt: x\n\n    # note\n    ¦\n    timeout: 1s', 'tasks.draft', 'key', ''],
  ['tasks:\n  a:\n    agent: w\n  b¦', 'tasks', 'key', 'b'],
  ['tasks:\r\n  a:\r\n    agent: w\r\n    ¦\r\n', 'tasks.a', 'key', ''],
  ['tasks:\n  a:\n    garbage\n    ¦', 'tasks.a', 'key', ''],
  ['a: {\n  b: 1,\n  # note, with a comma\n  c¦', 'a', 'key', 'c'],
])('in maps: %j', (text, path, wants, prefix) => {
  expect(at(text)).toMatchObject({ path, wants, prefix });
});

test.each([
  ['mock:\n  - agent: w\n    ¦', 'mock.0', 'key', ''],
  ['mock:\n  - agent: w\n  - re¦', 'mock.1', 'key', 're'],
  ['mock:\n- agent: w\n- ¦', 'mock.1', 'key', ''],
  ['mock:\n- agent: w\nta¦', '', 'key', 'ta'],
  ['mock:\n- agent: w\n  tool_calls:\n  - name: ¦', 'mock.0.tool_calls.0.name', 'value', ''],
  ['agents:\n  w:\n    tools:\n      - calc¦', 'agents.w.tools.0', 'key', 'calc'],
  ['agents:\n  w:\n    tools:\n    - a\n    - calc¦', 'agents.w.tools.1', 'key', 'calc'],
  ['tasks:\n  a:\n    cases:\n      - when: true\n        to: [x, ¦', 'tasks.a.cases.0.to.1', 'value', ''],
  [
    'tasks:\n  a:\n    cases:\n      - when: a\n        to: [x]\n      - to: [y]\n        ¦',
    'tasks.a.cases.1',
    'key',
    '',
  ],
  ['a:\n  - - x\n    - y¦', 'a.0.1', 'key', 'y'],
])('in lists: %j', (text, path, wants, prefix) => {
  expect(at(text)).toMatchObject({ path, wants, prefix });
});

test.each([
  ['agents:\n  w: { mod¦', 'agents.w', 'key', 'mod'],
  ['agents:\n  w: { model: mock/a, tools: [calculator, re¦', 'agents.w.tools.1', 'value', 're'],
  ['agents:\n  w: { model: mo¦ }', 'agents.w.model', 'value', 'mo'],
  ['agents:\n  w: { model: "mo¦" }', 'agents.w.model', 'value', 'mo'],
  ['agents:\n  w: {\n    model: mock/a,\n    ¦\n  }\n', 'agents.w', 'key', ''],
  ['agents:\n  w: {\n    model: ¦\ntasks:\n  a: 1\n', 'agents.w.model', 'value', ''],
  ['{ "agents": { "w": { "mod¦" } } }', 'agents.w', 'key', 'mod'],
  ['{\n  "tasks": {\n    "a": {\n      "agent": "w¦"\n', 'tasks.a.agent', 'value', 'w'],
  ['a: { b: "${{ x }}, ${{ y }}", c: ¦', 'a.c', 'value', ''],
  ['a: { b: ${{ {"x": 1} }}, c: ¦', 'a.c', 'value', ''],
  ['mock: [{ agent: w, reply: x }, { ¦', 'mock.1', 'key', ''],
])('in flow collections: %j', (text, path, wants, prefix) => {
  expect(at(text)).toMatchObject({ path, wants, prefix, flow: true });
});

test.each([
  ['a: x # ¦', 'nothing'],
  ['# ¦', 'nothing'],
  ['a: "x"¦', 'nothing'],
  ['a: { b: 1 }¦', 'nothing'],
  ['a:\n  prompt: |\n    text: ¦', 'text'],
  ['a:\n  prompt: >-\n    one\n\n    ¦', 'text'],
  ['a:\n  prompt: one\n    two¦', 'text'],
  ['a:\n  prompt: |\n    text\n  ¦', 'key'],
])('outside of keys and values: %j', (text, wants) => {
  expect(at(text)).toMatchObject({ wants });
});

test('a suggestion replaces the whole word or scalar', () => {
  expect(at('tasks:\n  a:\n    ag¦ent: w')).toMatchObject({ replaced: 'agent', hasColon: true });
  expect(at('tasks:\n  a:\n    agent: wri¦tre # who')).toMatchObject({ replaced: 'writre' });
  expect(at('tasks:\n  a: { agent: "wri¦tre", when: true }')).toMatchObject({ replaced: 'writre', quote: '"' });
  expect(at('a: [on¦e, two]')).toMatchObject({ replaced: 'one' });
});

test('a value that touches its colon must be parted from it', () => {
  expect(at('agent:¦')).toMatchObject({ path: 'agent', wants: 'value', needsSpace: true });
  expect(at('agent: ¦')).toMatchObject({ needsSpace: false });
});

test('a key below a dash knows its column', () => {
  expect(at('mock:\n  - ag¦')).toMatchObject({ indent: 4, lineIndent: 2 });
});
