import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { jsonTokens, parseStructured, readableText } from './json-text.ts';

describe('jsonTokens', () => {
  it('tells keys from texts, numbers and literals', () => {
    const kinds = jsonTokens('{"a": "b", "c": [-1.5e3, true, null]}').filter(({ kind }) => kind !== 'other');
    expect(kinds.map(({ kind, text }) => `${kind} ${text}`)).toEqual([
      'key "a"',
      'string "b"',
      'key "c"',
      'number -1.5e3',
      'literal true',
      'literal null',
    ]);
  });

  it('loses nothing of any text', () => {
    fc.assert(fc.property(fc.string(), (text) => joined(text) === text));
    fc.assert(fc.property(fc.json(), (text) => joined(text) === text));
  });
});

describe('parseStructured', () => {
  it.each([
    ['{"a":1}', { a: 1 }],
    [' [1]\n', [1]],
    ['"text"', undefined],
    ['12', undefined],
    ['{not json}', undefined],
    ['', undefined],
  ])('%s', (text, expected) => {
    expect(parseStructured(text)).toEqual(expected);
  });
});

it('leaves texts as they are', () => {
  expect(readableText('a "b"')).toBe('a "b"');
  expect(readableText({ a: 1 })).toBe('{\n  "a": 1\n}');
});

function joined(text: string): string {
  return jsonTokens(text)
    .map((token) => token.text)
    .join('');
}
