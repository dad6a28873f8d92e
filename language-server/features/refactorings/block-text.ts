// A text on one line into a block of lines, where long prompts are easier to read and to change.
import { type Pair, pairsOf, type Node, type ScalarNode } from '../../../workflow/index.ts';
import { lineEnd } from '../block-reader.ts';
import { touches } from '../ranges.ts';
import type { Refactoring } from './refactoring.ts';
import { beginsLine, columnOf, eolOf } from './written.ts';

/** Keys under which people write sentences. */
const keysOfProse: ReadonlySet<string> = new Set([
  'prompt',
  'instructions',
  'message',
  'content',
  'goal',
  'description',
]);

export const blockText: Refactoring = ({ document: { syntax, text }, range }) => {
  const pair = proseAt(syntax.root, range.start);
  if (!pair || !beginsLine(text, pair.range) || !canBeBlock(text, pair.value)) return [];
  const { value } = pair;
  const eol = eolOf(text);
  const indent = ' '.repeat(columnOf(text, pair.range.start) + 2);
  const lines = value.text.replace(/\n$/, '').split('\n');
  const behind = lineEnd(text, value.range.end);
  const rest = text.slice(value.range.end, behind).replace(/\r$/, '');
  const written = lines.map((line) => (line === '' ? '' : `${indent}${line}`)).join(eol);
  const newText = `|${value.text.endsWith('\n') ? '' : '-'}${rest}${eol}${written}`;
  const edit = { range: { start: value.range.start, end: value.range.end + rest.length }, newText };
  const title = `Write \`${pair.key}\` as a block of lines`;
  return [{ title, kind: 'refactor.rewrite.text', outcome: { edits: [edit] } }];
};

interface Prose extends Pair {
  readonly value: ScalarNode;
}

/** The innermost pair of a block map around an offset, if a text stands under it. */
function proseAt(root: Node | undefined, offset: number): Prose | undefined {
  let found: Prose | undefined;
  let node = root;
  while (node && node.kind !== 'scalar') {
    const inside: Node | undefined =
      node.kind === 'list' ? node.items.find(({ range }) => touches(range, offset)) : undefined;
    const pair = node.kind === 'map' ? pairsOf(node).findLast(({ range }) => touches(range, offset)) : undefined;
    if (pair?.value.kind === 'scalar' && keysOfProse.has(pair.key) && node.kind === 'map' && !node.flow)
      found = { ...pair, value: pair.value };
    node = pair?.value ?? inside;
  }
  return found;
}

/** Blocks say nothing but what stands there: no escapes, no blanks before the first letter or behind a line. */
function canBeBlock(text: string, { value, style, range }: ScalarNode): boolean {
  if (typeof value !== 'string' || style === 'literal' || style === 'folded') return false;
  if (/[\n&!]/.test(text.slice(range.start - 2, range.start)) || value.trim() === '') return false;
  return !/^\s|[ \t](\n|$)|\n\n$|[^\n\x20-\ud7ff\ue000-\ufffd\ud800-\udfff]/.test(value);
}
