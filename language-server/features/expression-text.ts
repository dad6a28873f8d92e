// The expression that the cursor stands in, as text: found in the line as it is written, because what surrounds it may
// not be readable yet.
import { describeKey, scanText } from '../../workflow/index.ts';
import { lineEnd } from './block-reader.ts';
import type { CursorPlace } from './cursor-place.ts';
import type { OpenDocument } from './open-document.ts';
import { outlineAround } from './outline.ts';

export interface ExpressionText {
  readonly source: string;
  /** Of the cursor, in `source`. */
  readonly offset: number;
  /** From an offset in `source` to one in the file. */
  readonly toFile: (offset: number) => number;
  /** A condition: no `${{ }}` around it. */
  readonly isBare: boolean;
  /** Where it ends in the file, with its `}}`. */
  readonly end: number;
  /** Where it begins in the file, with its `${{`. */
  readonly start: number;
}

/** @returns the expression at an offset of the file; undefined where there is none */
export function expressionTextAt(
  document: OpenDocument,
  place: CursorPlace,
  offset: number,
): ExpressionText | undefined {
  if (place.wants === 'nothing' || place.needsSpace) return undefined;
  return wrapped(document, place, offset) ?? bare(document, place, offset);
}

function wrapped({ text }: OpenDocument, place: CursorPlace, offset: number): ExpressionText | undefined {
  const { start } = place.range;
  const end = place.quote ? place.range.end : lineEnd(text, offset);
  if (!text.slice(start, offset).includes('${{')) return undefined;
  const decoded = decode(text.slice(start, end), place.quote);
  const cursor = decoded.indexAt(offset - start);
  for (const part of scanText(decoded.text).parts) {
    if (part.kind !== 'expression') continue;
    const { source, sourceStart } = part;
    if (cursor < sourceStart || cursor > sourceStart + source.length) continue;
    return {
      source,
      offset: cursor - sourceStart,
      toFile: (at) => start + decoded.rawAt(sourceStart + at),
      isBare: false,
      start: start + decoded.rawAt(part.start),
      end: start + decoded.rawAt(part.end),
    };
  }
  return undefined;
}

function bare(document: OpenDocument, place: CursorPlace, offset: number): ExpressionText | undefined {
  const last = place.path.at(-1);
  if (place.wants !== 'value' || typeof last !== 'string' || document.facts.kind !== 'workflow') return undefined; // Only workflows have conditions.
  const { text } = document;
  if (text.slice(place.range.start, place.range.end).includes('${{')) return undefined;
  // Only now: the outline costs more than all the rest.
  const info = describeKey(outlineAround(text, place), place.path);
  if (info?.kind !== 'expression') return undefined;
  const { start, end } = place.range;
  const decoded = decode(text.slice(start, end), place.quote);
  return {
    source: decoded.text,
    offset: decoded.indexAt(offset - start),
    toFile: (at) => start + decoded.rawAt(at),
    isBare: true,
    start,
    end,
  };
}

interface Decoded {
  readonly text: string;
  readonly rawAt: (index: number) => number;
  readonly indexAt: (raw: number) => number;
}

const escapes: { readonly [char: string]: string } = { n: '\n', t: '\t', r: '\r', '0': '\0' };

/** What stands in quotes, as YAML reads it (the escapes that people use), and the way back. */
function decode(raw: string, quote: CursorPlace['quote']): Decoded {
  const starts: number[] = [];
  let text = '';
  let at = 0;
  while (at < raw.length) {
    const isEscape =
      (quote === '"' && raw[at] === '\\' && at + 1 < raw.length) || (quote === "'" && raw.startsWith("''", at));
    const char = raw[isEscape ? at + 1 : at] ?? '';
    text += isEscape && quote === '"' ? (escapes[char] ?? char) : char;
    starts.push(at);
    at += isEscape ? 2 : 1;
  }
  starts.push(raw.length);
  return {
    text,
    rawAt: (index) => starts[Math.min(Math.max(index, 0), text.length)] ?? raw.length,
    indexAt: (rawOffset) => {
      const index = starts.findIndex((start) => start >= rawOffset);
      return index < 0 ? text.length : index;
    },
  };
}
