// What the editor does by itself while somebody types, as language-configuration.json tells it.
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';

const text = readFileSync(new URL('../../language-configuration.json', import.meta.url), 'utf8');
const { indentationRules, onEnterRules, wordPattern, folding, autoClosingPairs } = JSON.parse(text);

/** What stands in the new line after Enter, beside the indentation of this one. */
function afterEnter(line: string): string {
  const rule = onEnterRules.find(({ beforeText }: { beforeText: string }) => new RegExp(beforeText).test(line));
  if (rule) return rule.action.appendText;
  return new RegExp(indentationRules.increaseIndentPattern).test(line) ? 'deeper' : '';
}

describe('Enter', () => {
  test.each([
    ['tasks:', 'deeper'],
    ['  draft: # first', 'deeper'],
    ['  "my task":', 'deeper'],
    ["  'it''s':", 'deeper'],
    ['      prompt: |', 'deeper'],
    ['      prompt: >-', 'deeper'],
    ['    to: &both', 'deeper'],
    ['  - when:', 'deeper'],
    ['  -', 'deeper'],
    ['    agent: writer', ''],
    ['    url: http://x.y:80/', ''],
    ['  draft: { agent: writer }', ''],
    ['# a comment', '# '],
    ['    # a comment:', '# '],
    ['#', ''],
    ['  - one', '- '],
    ['  - "one: two"', '- '],
    ['  - agent: writer', '  '],
    ['  - "a b": c', '  '],
    ['  - { agent: writer }', ''],
    ['  - when: |', 'deeper'],
    ['', ''],
  ])('%s', (line, expected) => {
    expect(afterEnter(line)).toBe(expected);
  });
});

test('a double click takes a name: each of a path, with its hyphens, in any script', () => {
  const words = (line: string) => line.match(new RegExp(wordPattern.pattern, `g${wordPattern.flags}`));
  expect(words('${{ tasks.draft_2.output }} my-agent: שלום -5 mock/small-1')).toEqual([
    'tasks',
    'draft_2',
    'output',
    'my-agent',
    'שלום',
    '5',
    'mock',
    'small-1',
  ]);
});

test('regions fold, and expressions are closed', () => {
  expect(new RegExp(folding.markers.start).test('  # region Who works')).toBe(true);
  expect(new RegExp(folding.markers.end).test('# endregion')).toBe(true);
  expect(autoClosingPairs).toContainEqual({ open: '${{', close: '}}', notIn: ['comment'] });
});
