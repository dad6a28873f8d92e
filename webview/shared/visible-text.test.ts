import { describe, expect, it } from 'vitest';
import { visibleLine, visibleText } from './visible-text.ts';

describe('visibleText', () => {
  it.each([
    ['colours of a terminal', '\u001b[1;31mred\u001b[0m', 'red'],
    ['a terminal title', '\u001b]0;pwned\u0007after', 'after'],
    ['a terminal link', '\u001b]8;;https://x\u001b\\text\u001b]8;;\u001b\\', 'text'],
    ['an override of the reading order', 'abc\u202Egnp.exe', 'abc⟨U+202E⟩gnp.exe'],
    ['isolates', '\u2066a\u2069', '⟨U+2066⟩a⟨U+2069⟩'],
    ['control characters', 'a\u0000b\u0007c\u0085d', 'a⟨U+0000⟩b⟨U+0007⟩c⟨U+0085⟩d'],
    ['hidden tag characters', 'a\u{e0041}b', 'a⟨U+E0041⟩b'],
    ['line ends of other systems', 'a\r\nb\rc', 'a\nb\nc'],
    ['tabs and line feeds', 'a\tb\nc', 'a\tb\nc'],
    ['joined emoji', '👩‍👧', '👩‍👧'],
    ['right-to-left letters', 'שלום', 'שלום'],
    ['HTML, which is only text', '<img src=x onerror=alert(1)>', '<img src=x onerror=alert(1)>'],
  ])('shows %s', (_, text, expected) => {
    expect(visibleText(text)).toBe(expected);
  });

  it('takes a million escape beginnings without slowing down', () => {
    expect(visibleText('\u001b]'.repeat(500_000))).toBe('');
  });
});

it('puts labels on one line', () => {
  expect(visibleLine('  a\n\tb\u202E ')).toBe('a b⟨U+202E⟩');
});
