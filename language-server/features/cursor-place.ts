// Where the cursor stands in a text that is being written: which path, and whether a key or a value is wanted.
import type { Path, Range } from '../../workflow/index.ts';
import { BlockReader, indentOf, keyAt, lineEnd, valueStart } from './block-reader.ts';
import { closingQuote, readFlow } from './flow-reader.ts';

/** The place of the cursor. */
export interface CursorPlace {
  /** The map that wants a key, the element of a list, or the key whose value is wanted. */
  readonly path: Path;
  /**
   * `key`: a key may stand here, or the scalar that `path` wants; `value`: the value of the last step of `path`;
   * `text`: within a text of several lines; `nothing`: in a comment, or behind a value.
   */
  readonly wants: 'key' | 'value' | 'text' | 'nothing';
  /** What is already written of it, without an opening quote. */
  readonly prefix: string;
  /** The whole word or scalar, without quotes: what a suggestion replaces. */
  readonly range: Range;
  /** The same with its quotes: what is taken out so that the rest can be read. */
  readonly outer: Range;
  /** The quote it stands in. */
  readonly quote: '' | '"' | "'";
  /** Columns before the key, for text that goes on below it, and before the first character of the line. */
  readonly indent: number;
  readonly lineIndent: number;
  /** In `{ }` or `[ ]`. */
  readonly flow: boolean;
  /** Of a key: its `:` is already there. */
  readonly hasColon: boolean;
  /** Of a value: it must be parted from its `:` first. */
  readonly needsSpace: boolean;
}

/** Finds the place of an offset (UTF-16 units) in a text. */
export function cursorPlace(text: string, offset: number): CursorPlace {
  const reader = new BlockReader(text);
  while (lineEnd(text, reader.at) < offset) {
    const line = reader.next();
    // A collection of several lines may reach over the cursor.
    const isInside = line.start < offset && reader.at > offset;
    if (isInside) return inMultilineFlow(text, offset, line.start);
  }
  const lineStart = reader.at;
  return onLine({ text, offset, lineStart, reader, line: text.slice(lineStart, offset) });
}

interface OnLine {
  readonly text: string;
  readonly offset: number;
  readonly lineStart: number;
  readonly reader: BlockReader;
  /** Up to the cursor. */
  readonly line: string;
}

function onLine(at: OnLine): CursorPlace {
  const { text, offset, reader, line } = at;
  const indent = indentOf(line);
  const { openText } = reader;
  if (openText && continuesText(line, indent, openText)) {
    const range = { start: openText.start, end: lineEnd(text, offset) };
    return placeOf(at, { path: reader.path, wants: 'text', range, outer: range });
  }
  const { content } = reader.enter(line, indent);
  const rest = line.slice(content);
  if (rest.startsWith('#')) return placeOf(at, { path: [], wants: 'nothing' });
  const key = keyAt(rest);
  const holder = holderAt(reader, content);
  if (!key) return scalarOrFlow(at, content, content, holder, 'key');
  const value = valueStart(line, content + key.length);
  const needsSpace = value === content + key.length;
  return { ...scalarOrFlow(at, content, value, [...holder, key.name], 'value'), needsSpace };
}

/** @returns the way to the map in which a key at this column stands, or to the element behind a dash */
function holderAt({ frames, path }: BlockReader, column: number): Path {
  const top = frames.at(-1);
  return top?.kind === 'map' && top.column >= column ? path.slice(0, -1) : path;
}

function continuesText(line: string, indent: number, openText: NonNullable<BlockReader['openText']>): boolean {
  if (indent <= openText.column) return false;
  return openText.isLiteral || !(line.slice(indent).startsWith('- ') || keyAt(line.slice(indent)));
}

/** @param content the column of the key or dash's content @param value the column where the scalar or collection begins */
function scalarOrFlow(at: OnLine, content: number, value: number, path: Path, wants: 'key' | 'value'): CursorPlace {
  const { text, offset, lineStart, line } = at;
  const first = line[value];
  if (first === '{' || first === '[') return inFlow(at, lineStart + value, content, path);
  if (/^[|>][\d+-]*(\s|$)/.test(line.slice(value))) return placeOf(at, { path, wants: 'nothing' });
  const start = lineStart + value;
  if (first === '"' || first === "'") {
    if (closingQuote(text, start, offset) !== undefined)
      return placeOf(at, { path, wants: 'nothing', indent: content });
    const end = closingQuote(text, start, text.length);
    const lineStop = trimmedEnd(text, offset);
    const range = { start: start + 1, end: end ?? lineStop };
    const outer = { start, end: end === undefined ? lineStop : end + 1 };
    return placeOf(at, { path, wants, range, outer, quote: first, indent: content });
  }
  if (/\s#/.test(line.slice(value))) return placeOf(at, { path, wants: 'nothing', indent: content });
  if (wants === 'key') return keyPlace(at, start, path, content, false);
  const end = Math.max(offset, plainEnd(text, offset, lineEnd(text, offset)));
  return placeOf(at, { path, wants, range: { start, end }, indent: content });
}

function keyPlace(at: OnLine, start: number, path: Path, indent: number, flow: boolean): CursorPlace {
  const { text, offset } = at;
  const rest = text.slice(offset, lineEnd(text, offset));
  const [word = ''] = /^[\w./-]*/.exec(rest) ?? [];
  const hasColon = /^\s*:(\s|$)/.test(rest.slice(word.length));
  const end = offset + word.length;
  return placeOf(at, { path, wants: 'key', range: { start, end }, indent, flow, hasColon });
}

function inMultilineFlow(text: string, offset: number, lineStart: number): CursorPlace {
  const reader = new BlockReader(text);
  while (reader.at < lineStart) reader.next();
  const line = text.slice(lineStart, lineEnd(text, lineStart));
  const { content } = reader.enter(line, indentOf(line));
  const key = keyAt(line.slice(content));
  const holder = holderAt(reader, content);
  const start = lineStart + valueStart(line, content + (key?.length ?? 0));
  const at = { text, offset, lineStart, reader, line: text.slice(lineStart, offset) };
  return inFlow(at, start, content, key ? [...holder, key.name] : holder);
}

/** @param start where the collection begins @param path of the collection */
function inFlow(at: OnLine, start: number, content: number, path: Path): CursorPlace {
  const { text, offset } = at;
  const flow = readFlow(text, start, offset, -1);
  if (flow.closedAt !== undefined || flow.inComment) return placeOf(at, { path, wants: 'nothing', flow: true });
  const inner = flow.open.at(-1);
  const steps = flow.open.flatMap((frame): Path => {
    if (frame.kind === '[') return [frame.index];
    return frame.key === undefined ? [] : [frame.key];
  });
  const whole: Path = [...path, ...steps];
  const from = inner ? inner.start + leadIn(text.slice(inner.start, offset)) : offset;
  const needsSpace = inner?.key !== undefined && from === inner.start && text[from - 1] === ':';
  const isKey = inner?.kind === '{' && inner.key === undefined;
  if (flow.quoteAt !== undefined) return inFlowQuote(at, flow.quoteAt, whole, isKey ? 'key' : 'value');
  if (/^["'{[]/.test(text.slice(from, offset))) return placeOf(at, { path: whole, wants: 'nothing', flow: true });
  if (isKey) return keyPlace(at, from, whole, content, true);
  const stop = offset + (/^[^,{}[\]\n]*/.exec(text.slice(offset))?.[0].length ?? 0);
  const end = Math.max(offset, plainEnd(text, offset, stop));
  return { ...placeOf(at, { path: whole, wants: 'value', range: { start: from, end }, flow: true }), needsSpace };
}

/** How much comes before a key or a value in braces: spaces, line breaks, comments. */
function leadIn(text: string): number {
  return /^(?:\s+|#[^\n]*\n?)*/.exec(text)?.[0].length ?? 0;
}

function inFlowQuote(at: OnLine, start: number, path: Path, wants: 'key' | 'value'): CursorPlace {
  const { text, offset } = at;
  const close = closingQuote(text, start, text.length);
  const end = close ?? trimmedEnd(text, offset);
  const range = { start: start + 1, end };
  const outer = { start, end: close === undefined ? end : close + 1 };
  const quote = text[start] === '"' ? '"' : "'";
  const hasColon = close !== undefined && /^\s*:/.test(text.slice(close + 1));
  return placeOf(at, { path, wants, range, outer, quote, flow: true, hasColon });
}

/** The end of a plain scalar that goes on after the cursor: before spaces and comments. */
function plainEnd(text: string, offset: number, stop: number): number {
  const rest = text.slice(offset, stop);
  const comment = /(^|\s)#/.exec(rest);
  return offset + rest.slice(0, comment?.index ?? rest.length).trimEnd().length;
}

function trimmedEnd(text: string, offset: number): number {
  return Math.max(offset, offset + text.slice(offset, lineEnd(text, offset)).trimEnd().length);
}

/** Fills in what follows from the rest. */
function placeOf(at: OnLine, found: Pick<CursorPlace, 'path' | 'wants'> & Partial<CursorPlace>): CursorPlace {
  const { text, offset, line } = at;
  const range = found.range ?? { start: offset, end: offset };
  return {
    prefix: text.slice(range.start, offset),
    outer: range,
    quote: '',
    indent: indentOf(line),
    lineIndent: indentOf(line),
    flow: false,
    hasColon: false,
    needsSpace: false,
    ...found,
    range,
  };
}
