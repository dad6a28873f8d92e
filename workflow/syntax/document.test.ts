import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkWorkflow } from '../check.ts';
import { maxDepth, maxFileLength, parseDocument } from './document.ts';
import { type Node, type ScalarNode, valueOf } from './tree.ts';

const fixtures = new URL('../../test/fixtures/language/', import.meta.url);
const realFiles = readdirSync(fixtures)
  .filter((name) => name.endsWith('.yaml'))
  .map((name) => readFileSync(new URL(name, fixtures), 'utf8'));

describe('parseDocument', () => {
  it('keeps its invariants for any text', () => {
    fc.assert(
      fc.property(anyText(), (text) => keepsInvariants(text)),
      { numRuns: 300 },
    );
  });

  it('keeps its invariants for edited files, and so does checking them', () => {
    fc.assert(
      fc.property(editedFile(), (text) => {
        keepsInvariants(text);
        for (const { range } of checkWorkflow({ file: 'a', text }).diagnostics) expectWithin(range, text);
      }),
      { numRuns: 150 },
    );
  });

  it('refuses files that are too large or too deep, whatever they are made of', () => {
    const codeOf = (text: string) => parseDocument('a', text).diagnostics[0]?.code;
    expect(codeOf('a'.repeat(maxFileLength + 1))).toBe('file-too-large');
    for (const opening of ['[', '- ', '{a: ', '? ']) expect(codeOf(opening.repeat(100_000)), opening).toBe('too-deep');
    const nested = (depth: number) => `${'['.repeat(depth)}${']'.repeat(depth)}`;
    expect(codeOf(nested(maxDepth))).toBeUndefined();
    expect(codeOf(nested(maxDepth + 1))).toBe('too-deep');
  });

  it('bounds what aliases can add', () => {
    const levels = Array.from(
      { length: 20 },
      (_, level) =>
        `l${level}: &l${level} [${Array(9)
          .fill(level === 0 ? '1' : `*l${level - 1}`)
          .join(', ')}]`,
    );
    const { diagnostics } = parseDocument('a', levels.join('\n'));
    expect(diagnostics.map((diagnostic) => diagnostic.code)).toContain('too-many-aliases');
    expect(parseDocument('a', 'a: &a [*a]').diagnostics[0]?.code).toBe('recursive-alias');
    expect(parseDocument('a', 'a: &a [1]\nb: *a').diagnostics).toEqual([]);
  });

  it('finds repeated keys in one pass', () => {
    const text = Array.from({ length: 20_000 }, (_, index) => `k${index}: 1`).join('\n');
    expect(parseDocument('a', `${text}\nk7: 2`).diagnostics.map((diagnostic) => diagnostic.code)).toEqual([
      'duplicate-key',
    ]);
  });

  it('reads JSON', () => {
    const { root, diagnostics } = parseDocument('a', '{"segue": "1", "tasks": {"a": [1, true, null, "x\\n"]}}');
    expect(diagnostics).toEqual([]);
    expect(valueOf(valueOf(root, 'tasks'), 'a')).toMatchObject({
      kind: 'list',
      items: [{ value: 1 }, { value: true }, { value: null }, { value: 'x\n' }],
    });
  });
});

describe('offsets of scalars', () => {
  const value = 'say ${{ x }} and ${{ y }}';
  const styles: readonly (readonly [string, string])[] = [
    ['plain', `a: ${value}\n`],
    ['plain over lines', 'a: say ${{ x }}\n  and ${{ y }}\n'],
    ['single quotes', `a: '${value}'\n`],
    ['single quotes over lines', "a: 'say ${{ x }}\n\n   and ${{ y }}'\n"],
    ['single quotes with quotes', "a: 'it''s ${{ x }} ''and'' ${{ y }}'\n"],
    ['double quotes', `a: "${value}"\n`],
    ['double quotes with escapes', 'a: "\\t\\u0041\\n${{ x }} \\"\\U0001F600\\" \\\n   ${{ y }}"\n'],
    ['literal', 'a: |\n  say ${{ x }}\n    deeper\n\n  and ${{ y }}\n'],
    ['literal with indentation', 'a: |2-\n    say ${{ x }}\n  and ${{ y }}\n'],
    ['folded', 'a: >-\n  say ${{ x }}\n  and\n\n    ${{ y }}\n'],
    ['with carriage returns', 'a: |\r\n  say ${{ x }}\r\n  and ${{ y }}\r\n'],
  ];

  it.each(styles)('are exact in %s', (_, text) => {
    const scalar = scalarAt(text);
    for (const name of ['x', 'y']) {
      const inValue = scalar.text.indexOf(`{{ ${name} }}`) + 3;
      expect(text.slice(scalar.toFileOffset(inValue), scalar.toFileOffset(inValue + 1))).toBe(name);
    }
  });

  it('point at the same character in any style', () => {
    const lines = fc.array(fc.stringMatching(/^[a-z"'\\{}$: #-]{0,12}$/), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(lines, fc.integer({ min: 0, max: 4 }), (content, style) => {
        const text = written(content, style);
        const { root, diagnostics } = parseDocument('a', text);
        const scalar = valueOf(root, 'a');
        if (diagnostics.length > 0 || scalar?.kind !== 'scalar' || typeof scalar.value !== 'string') return;
        for (let index = 0; index < scalar.text.length; index += 1) {
          const character = scalar.text.charAt(index);
          if (!/[a-z:{}$]/.test(character)) continue;
          expect(text.charAt(scalar.toFileOffset(index)), `${JSON.stringify(text)} at ${index}`).toBe(character);
        }
      }),
      { numRuns: 1000 },
    );
  });
});

function written(lines: readonly string[], style: number): string {
  const joined = lines.join('\n  ');
  switch (style) {
    case 0:
      return `a: ${joined}\n`;
    case 1:
      return `a: '${joined.replaceAll("'", "''")}'\n`;
    case 2:
      return `a: ${JSON.stringify(lines.join('\n'))}\n`;
    case 3:
      return `a: |\n  ${joined}\n`;
    default:
      return `a: >\n  ${joined}\n`;
  }
}

function scalarAt(text: string): ScalarNode {
  const scalar = valueOf(parseDocument('a', text).root, 'a');
  if (scalar?.kind !== 'scalar') throw new Error(`not a scalar: ${text}`);
  return scalar;
}

function keepsInvariants(text: string): void {
  const document = parseDocument('a', text);
  for (const diagnostic of document.diagnostics) expectWithin(diagnostic.range, text);
  if (document.root) visit(document.root, text, new Set());
}

function visit(node: Node, text: string, seen: Set<Node>): void {
  if (seen.has(node)) return; // An alias names a node that was visited.
  seen.add(node);
  expectWithin(node.range, text);
  if (node.kind === 'scalar') {
    const at = node.toFileOffset(node.text.length);
    expect(at >= node.range.start && at <= node.range.end).toBe(true);
  } else if (node.kind === 'list') for (const item of node.items) visit(item, text, seen);
  else for (const pair of node.pairs) for (const part of [pair.keyNode, pair.value]) visit(part, text, seen);
}

function expectWithin(range: { start: number; end: number }, text: string): void {
  expect(range.start >= 0 && range.start <= range.end && range.end <= text.length).toBe(true);
}

function anyText(): fc.Arbitrary<string> {
  const pieces = fc.constantFrom(
    'a',
    ': ',
    '- ',
    '\n',
    '  ',
    '"',
    "'",
    '|',
    '>',
    '{',
    '}',
    '[',
    ']',
    '&x',
    '*x',
    '!t',
    '#',
    '${{',
    '}}',
    '?',
    '%',
    '---\n',
    '\t',
    '\r\n',
    'é',
    '😀',
    '\0',
    '<<',
    ',',
  );
  return fc.oneof(
    fc.string({ unit: 'binary', maxLength: 60 }),
    fc.array(pieces, { maxLength: 60 }).map((parts) => parts.join('')),
  );
}

/** A real file with a few pieces cut out, put in, or moved. */
function editedFile(): fc.Arbitrary<string> {
  const edit = fc.record({ at: fc.double({ min: 0, max: 1, noNaN: true }), length: fc.nat(20), insert: anyText() });
  return fc.tuple(fc.constantFrom(...realFiles), fc.array(edit, { minLength: 1, maxLength: 4 })).map(([file, edits]) =>
    edits.reduce((text, { at, length, insert }) => {
      const start = Math.floor(at * text.length);
      return text.slice(0, start) + insert + text.slice(start + length);
    }, file),
  );
}
