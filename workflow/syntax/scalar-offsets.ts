// Where each character of a scalar's value stands in the file. YAML folds lines, strips indentation and decodes
// escapes, so value and source are walked side by side: what is not white space must match, white space may differ.
import type { ScalarStyle } from './tree.ts';

/** The raw text of a scalar without its header: quotes included, block indentation included. */
export interface ScalarSource {
  readonly text: string;
  /** Where `text` begins in the file. */
  readonly offset: number;
  readonly style: ScalarStyle;
}

/**
 * @returns for each character of `value` its offset in the file, and last the offset of the end;
 * undefined if value and source could not be aligned (never seen for text that YAML itself read).
 */
export function alignScalar(value: string, source: ScalarSource): readonly number[] | undefined {
  const quoted = source.style === 'single-quoted' || source.style === 'double-quoted';
  const end = source.text.length - (quoted ? 1 : 0);
  const offsets: number[] = [];
  let at = quoted ? 1 : 0;
  for (let index = 0; index < value.length; index += 1) {
    const character = value.charAt(index);
    if (!isSpace(character)) at = skipSpace(source, at, end);
    const unit = readUnit(source, at, end);
    if (unit.text === character) {
      offsets.push(source.offset + at);
      at += unit.length;
      continue;
    }
    if (unit.text.length === 2 && unit.text === value.slice(index, index + 2)) {
      // An escape such as \U0001F600 gives two UTF-16 units at once.
      offsets.push(source.offset + at, source.offset + at);
      index += 1;
      at += unit.length;
      continue;
    }
    if (!isSpace(character)) return undefined;
    offsets.push(source.offset + Math.min(at, end));
    if (isSpace(unit.text)) at += unit.length;
  }
  offsets.push(source.offset + Math.min(at, end));
  return offsets;
}

/** Reads what stands for one character of the value: the character itself, a doubled quote, or an escape. */
function readUnit(source: ScalarSource, at: number, end: number): { readonly text: string; readonly length: number } {
  if (at >= end) return { text: '', length: 0 };
  const character = source.text.charAt(at);
  if (source.style === 'single-quoted' && character === "'") return { text: "'", length: 2 };
  if (source.style === 'double-quoted' && character === '\\') return readEscape(source.text, at);
  if (character === '\r' && source.text.charAt(at + 1) === '\n') return { text: '\n', length: 2 };
  return { text: character, length: 1 };
}

const simpleEscapes: { readonly [letter: string]: string } = {
  '0': '\0',
  a: '\x07',
  b: '\b',
  e: '\x1b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  N: '\u0085',
  _: '\u00a0',
  L: '\u2028',
  P: '\u2029',
  ' ': ' ',
  '"': '"',
  '/': '/',
  '\\': '\\',
  '\t': '\t',
};
const hexLengths: { readonly [letter: string]: number } = { x: 2, u: 4, U: 8 };

/** YAML 1.2 section 5.7: `\n`, `\x41`, `\u0041`, `\U00000041`. */
function readEscape(text: string, at: number): { readonly text: string; readonly length: number } {
  const letter = text.charAt(at + 1);
  const digits = hexLengths[letter];
  if (digits === undefined) return { text: simpleEscapes[letter] ?? `\\${letter}`, length: 2 };
  const code = Number.parseInt(text.slice(at + 2, at + 2 + digits), 16);
  const valid = Number.isInteger(code) && code <= 0x10ffff;
  return { text: valid ? String.fromCodePoint(code) : '\ufffd', length: 2 + digits };
}

/** Skips what a fold or an indentation left behind: white space, and a backslash at the end of a line. */
function skipSpace(source: ScalarSource, from: number, end: number): number {
  let at = from;
  while (at < end) {
    if (isSpace(source.text.charAt(at))) at += 1;
    else if (source.style === 'double-quoted' && /^\\\r?\n/.test(source.text.slice(at, at + 3))) at += 2;
    else break;
  }
  return at;
}

function isSpace(character: string): boolean {
  return character === ' ' || character === '\n' || character === '\t' || character === '\r';
}
