import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { scanText, secretNamesIn } from './index.ts';

/** Sources in a text; an unterminated one ends with `…`. */
function sources(text: string): readonly string[] {
  return scanText(text).parts.flatMap((part) => {
    if (part.kind === 'text') return [];
    return [part.terminated ? part.source : `${part.source}…`];
  });
}

describe('scanText', () => {
  test.each([
    ['no expression', []],
    ['${{ a }}', [' a ']],
    ['${{a}} and ${{ b }}', ['a', ' b ']],
    ["${{ {'a': {'b': 1}}}}", [" {'a': {'b': 1}}"]],
    ['${{ \'}}\' + "}}" }}', [' \'}}\' + "}}" ']],
    ["${{ 'it\\'s }}' }}", [" 'it\\'s }}' "]],
    ["${{ r'\\' }}' }}", [" r'\\' }}' "]],
    ["${{ '''a ' }} b''' }}", [" '''a ' }} b''' "]],
    ['${{ r"""}}""" }}', [' r"""}}""" ']],
    ["${{ tasks.a.output.join('\n\n') }}", [" tasks.a.output.join('\n\n') "]],
    ['${{ a // note }} b', [' a // note ']],
    ['${{ a // }} b', [' a // ']],
    ["${{ 'http://x' }}", [" 'http://x' "]],
    ['$${{ a }} ${{ b }}', [' b ']],
    ['${{ a\nb ${{ c }}', [' a…', ' c ']],
    ['${{ a ${{ c }}', [' a …', ' c ']],
    ["${{ 'abc }} d", [" 'abc "]],
    ['${{ inputs.', [' inputs.…']],
    ['${{', ['…']],
    ['${{}}', ['']],
    ['${ a } {{ b }} $', []],
  ])('%j', (text, expected) => {
    expect(sources(text)).toEqual(expected);
  });

  test('a scalar that is one expression and nothing else is whole', () => {
    expect(
      ['${{ a }}', '  ${{ a }}\n', '${{ a }}.', '${{ a }}${{ b }}', '$${{ a }}', 'a'].map(
        (text) => scanText(text).whole,
      ),
    ).toEqual([true, true, false, false, false, false]);
  });

  test('$${{ writes ${{', () => {
    expect(scanText('a $${{ b }} c').parts).toEqual([{ kind: 'text', text: 'a ${{ b }} c', start: 0, end: 13 }]);
  });

  test('parts cover the text, one after the other, and say where their sources stand', () => {
    const piece = fc.constantFrom(
      '${{',
      '}}',
      '{',
      '}',
      "'",
      '"',
      "'''",
      '\\',
      '\n',
      ' ',
      'a',
      '$',
      '$${{',
      '//',
      'r',
      'é',
      '😀',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
        const text = pieces.join('');
        let at = 0;
        for (const part of scanText(text).parts) {
          expect(part.start).toBe(at);
          at = part.end;
          if (part.kind === 'expression') {
            const sourceEnd = part.sourceStart + part.source.length;
            expect(text.slice(part.sourceStart, sourceEnd)).toBe(part.source);
            expect(text.slice(part.start, part.sourceStart)).toBe('${{');
            expect(text.slice(sourceEnd, part.end)).toBe(part.terminated ? '}}' : '');
          }
        }
        expect(at).toBe(text.length);
      }),
      { numRuns: 3_000 },
    );
  });

  test('what is written between the marks is found again, whatever strings it holds', () => {
    const literal = fc.string({ maxLength: 12 }).map((text) => JSON.stringify(text).replaceAll('$', '_'));
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.stringMatching(/^[a-z .,:]*$/), literal), { minLength: 1, maxLength: 4 }),
        (pairs) => {
          const text = pairs.map(([before, string]) => `${before}\${{ {'k': ${string}} }}`).join('');
          expect(sources(text)).toEqual(pairs.map(([, string]) => ` {'k': ${string}} `));
        },
      ),
    );
  });
});

test('secretNamesIn finds the names, alone and inside text', () => {
  expect(
    secretNamesIn('Bearer ${{ secrets.A }} ${{secrets.B}} ${{ secrets.A }} ${{ inputs.c }} $${{ secrets.D }}'),
  ).toEqual(['A', 'B']);
});
