// F1–F3 of `formatting.ts`, on tables of small texts, on every file of ours, and on these after random changes.
import { globSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Lexer } from 'yaml';
import { parseDocument } from '../../workflow/index.ts';
import { formatEdits } from './format-edits.ts';
import { applied, formatDocument, formatRange, saysTheSame } from './formatting.ts';
import { openText } from './marked-text.ts';
import { toRange } from './ranges.ts';

function formatted(text: string): string {
  return applied(text, formatEdits(text));
}

describe('white space', () => {
  test.each([
    ['two spaces for each level', 'a:\n    b:\n        c: 1\n', 'a:\n  b:\n    c: 1\n'],
    ['lists stand right of their key', 'a:\n- b\n-   c: 1\n    d: 2\n', 'a:\n  - b\n  - c: 1\n    d: 2\n'],
    ['lists in lists', 'a:\n-   - b\n    - c\n', 'a:\n  - - b\n    - c\n'],
    ['a value on the next line', 'a:\n      b\n', 'a:\n  b\n'],
    ['one space behind keys and dashes', 'a:   1\nb:\n  -   2\n', 'a: 1\nb:\n  - 2\n'],
    ['brackets', 'a: {b: 1,c: [ 2,3 ] , d: {},e: [ ]}\n', 'a: { b: 1, c: [2, 3], d: {}, e: [] }\n'],
    ['brackets over lines move as one', 'a:\n    b: {\n         c: 1,\n      }\n', 'a:\n  b: {\n       c: 1,\n    }\n'],
    ['keys in quotes', 'a: {"b":1}\n', 'a: { "b": 1 }\n'],
    ['the end of lines', 'a: 1  \n  \nb: 2 # c  \n', 'a: 1\n\nb: 2 # c\n'],
    ['the end of the file', 'a: 1\n\n\n', 'a: 1\n'],
    ['no end of the file', 'a: 1', 'a: 1\n'],
    ['comments', '# x\na:\n    # y\n    b: 1   # z\n    # w\n# v\n', '# x\na:\n  # y\n  b: 1   # z\n  # w\n# v\n'],
    ['a comment below its list', 'a:\n- 1\n# two\n- 2\n', 'a:\n  - 1\n  # two\n  - 2\n'],
    [
      'block scalars',
      'a:\n    b: |  \n        x\n\n          y  \n    c: 1\n',
      'a:\n  b: |\n    x\n\n      y  \n  c: 1\n',
    ],
    ['a block scalar with its own indentation', 'a:\n    b: |2\n         x\n', 'a:\n  b: |2\n       x\n'],
    ['a block scalar at the end', 'a: |\n    x  \n\n\n', 'a: |\n  x  \n'],
    ['a block scalar that keeps its end', 'a: |+\n    x\n\n\n', 'a: |+\n  x\n\n\n'],
    [
      'texts over lines',
      'a:\n    b: one\n      two\n    c: "x\n      y"\n',
      'a:\n  b: one\n    two\n  c: "x\n    y"\n',
    ],
    ['anchors', 'a: &x   {b: 1}\nc:   *x\n', 'a: &x { b: 1 }\nc: *x\n'],
    ['an alias as a key', 'a: &x b\n*x : 1\n', 'a: &x b\n*x : 1\n'],
    ['CRLF', 'a:\r\n    b: 1 \r\n    c: |\r\n      x\r\n\r\n', 'a:\r\n  b: 1\r\n  c: |\r\n    x\r\n'],
    ['a BOM', '\ufeffa:\n    b: 1\n', '\ufeffa:\n  b: 1\n'],
    ['tabs', 'a:\t1\nb: {c: 1,\t\td: 2}\n', 'a: 1\nb: { c: 1, d: 2 }\n'],
    ['letters of two units', 'a:\n    "😀":   {ש: 1}\n', 'a:\n  "😀": { ש: 1 }\n'],
    ['explicit keys are left alone', '?   a\n:   b\n', '?   a\n:   b\n'],
    ['so are many documents', 'a:   1\n---\nb: 2\n', 'a:   1\n---\nb: 2\n'],
    ['nothing', '', ''],
  ])('%s', (_, text, expected) => {
    expect(formatted(text)).toBe(expected);
    expect(formatted(expected)).toBe(expected);
    expect(saysTheSame(parseDocument('a', text).root, parseDocument('a', expected).root)).toBe(true);
  });
});

test('faults of the syntax: nothing is touched', () => {
  for (const text of ['a:   1\n  b: 2\n', 'a:   "x\n', 'a:   ${{ x: y }}\n', 'a:   *x\n', 'a:   [1\n'])
    expect(formatDocument(openText(text)), text).toEqual([]);
});

test('edits are as small as the white space that changes', () => {
  const text = 'a:   1\nb: 2\nc: [1,2]\n';
  expect(formatEdits(text)).toEqual([
    { range: { start: 2, end: 5 }, newText: ' ' },
    { range: { start: 18, end: 18 }, newText: ' ' },
  ]);
});

describe('some lines', () => {
  test.each([
    ['those alone', 'a:   1\nb:   2\n', 1, 'a:   1\nb: 2\n'],
    ['a whole block', 'a:\n    b: 1\nc:   2\n', 1, 'a:\n  b: 1\nc:   2\n'],
    [
      'where indentation needs others, only what is behind it',
      'a:\n    b:   1\n    c: 2\n',
      1,
      'a:\n    b: 1\n    c: 2\n',
    ],
  ])('%s', (_, text, line, expected) => {
    const document = openText(text);
    const range = { start: { line, character: 0 }, end: { line: line + 1, character: 0 } };
    const edits = formatRange(document, range).map((edit) => ({ ...edit, range: toRange(document.lines, edit.range) }));
    expect(applied(text, edits)).toBe(expected);
  });
});

const root = new URL('../../', import.meta.url).pathname;
const texts = globSync('{examples,templates,test/fixtures}/**/*.yaml', { cwd: root }).map((name) => ({
  name,
  text: readFileSync(`${root}${name}`, 'utf8'),
}));
const sound = texts.filter(({ text }) => canBeFormatted(text));

function canBeFormatted(text: string): boolean {
  return parseDocument('a', text).diagnostics.every(({ code }) => code === 'duplicate-key');
}

test.each(sound)('$name', ({ text }) => checkFormatting(text));

/** How people who do not care write white space. Each piece may go to the beginning or the end of a line, or between two letters. */
const changes = fc.array(
  fc.record({
    at: fc.double({ min: 0, max: 1, noNaN: true }),
    what: fc.constantFrom('wider', 'narrower', 'blank', 'comment', 'tail', 'space', 'noSpace', 'crlf'),
  }),
  { minLength: 1, maxLength: 12 },
);

test('whatever white space was like, what is formatted says the same, with the same comments, and stays as it is', () => {
  let checked = 0;
  fc.assert(
    fc.property(fc.constantFrom(...sound), changes, ({ text }, some) => {
      const changed = some.reduce((now, { at, what }) => change(now, at, what), text);
      if (!canBeFormatted(changed)) return;
      checked += 1;
      checkFormatting(changed);
    }),
    { numRuns: 400 },
  );
  expect(checked).toBeGreaterThan(100);
}, 60_000);

function checkFormatting(text: string): void {
  const result = formatted(text);
  const [before, after] = [parseDocument('a', text), parseDocument('a', result)];
  expect(after.diagnostics.map(({ code, message }) => [code, message])).toEqual(
    before.diagnostics.map(({ code, message }) => [code, message]),
  );
  expect(saysTheSame(before.root, after.root)).toBe(true);
  expect(commentsOf(result)).toEqual(commentsOf(text));
  expect(result.replace(/\s/g, '')).toBe(text.replace(/\s/g, ''));
  expect(formatted(result)).toBe(result);
}

function commentsOf(text: string): readonly string[] {
  return [...new Lexer().lex(text)].filter((lexeme) => lexeme.startsWith('#')).map((comment) => comment.trimEnd());
}

function change(text: string, at: number, what: string): string {
  const lines = text.split('\n');
  const index = Math.floor(at * lines.length);
  const line = lines[index] ?? '';
  const space = line.indexOf(' ', Math.floor(line.length * ((at * 997) % 1)));
  const instead: { readonly [what: string]: string } = {
    wider: `  ${line}`,
    narrower: line.replace(/^ {1,2}/, ''),
    blank: `   \n${line}`,
    comment: `${' '.repeat(Math.floor(at * 10))}# note ${index}\n${line}`,
    tail: `${line}  `,
    space: space < 0 ? line : `${line.slice(0, space)}  ${line.slice(space)}`,
    noSpace: line.replace(/([,[{]) /, '$1').replace(/ ([\]}])/, '$1'),
  };
  if (what === 'crlf') return text.replace(/\r?\n/g, '\r\n');
  // A block moves as a whole: else most changes would break the text.
  if (what === 'wider' || what === 'narrower') {
    const depth = line.length - line.trimStart().length;
    let end = index + 1;
    while (end < lines.length && /^\s*$|^\s/.test(lines[end] ?? '') && depthOf(lines[end] ?? '') > depth) end += 1;
    const move = (each: string) => (what === 'wider' ? `  ${each}` : each.replace(/^ {1,2}/, ''));
    return [...lines.slice(0, index + 1), ...lines.slice(index + 1, end).map(move), ...lines.slice(end)].join('\n');
  }
  return [...lines.slice(0, index), instead[what] ?? line, ...lines.slice(index + 1)].join('\n');
}

function depthOf(line: string): number {
  return line.trim() === '' ? Number.POSITIVE_INFINITY : line.length - line.trimStart().length;
}
