// Reads the block structure of a YAML text line by line, by indentation: which map or list each line belongs to. Takes
// what it can get: a broken line costs no more than itself. The parser can not do this, for the text is broken at the
// very place that matters; and a reading of a thousand lines takes a fraction of a millisecond.
import type { Path } from '../../workflow/index.ts';
import { readFlow, unquoted } from './flow-reader.ts';

/** A map or list that is open at a line, and where in it the line is. */
export interface BlockFrame {
  readonly kind: 'map' | 'list';
  readonly column: number;
  step: string | number;
}

/** What a line is. */
export type LineKind =
  /** Blank, or a comment. */
  | 'empty'
  /** Keys or elements. */
  | 'structure'
  /** More of a text or flow collection that began above. */
  | 'continued';

/** A text that goes on below its first line. */
export interface OpenText {
  /** Lines that begin right of it belong to the text. */
  readonly column: number;
  /** Where the text begins: after the header of a block scalar, at the first character of another. */
  readonly start: number;
  /** `|` and `>`: whatever stands there is text. */
  readonly isLiteral: boolean;
}

export interface Line {
  readonly kind: LineKind;
  readonly start: number;
  /** Without its line break; of a flow collection the end of its last line. */
  readonly end: number;
  /** The map or list that the line is in: the outermost one it adds to. */
  readonly path: Path;
}

const keyPattern = /^("(?:[^"\\]|\\.)*"|'(?:[^']|'')*'|[^\s"'#,[\]{}|>&*!%@`:-][^:#]*?|-[^\s:#][^:#]*?)\s*:(?=\s|$)/;

export class BlockReader {
  readonly frames: BlockFrame[] = [];
  openText: OpenText | undefined;
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  /** Where the next line begins. */
  get at(): number {
    return this.#at;
  }

  get isAtEnd(): boolean {
    return this.#at > this.#text.length;
  }

  /** @returns the way to the innermost map or list, and in it. */
  get path(): Path {
    return this.frames.map((frame) => frame.step);
  }

  /** Reads a line; a flow collection that begins on it with all its lines. */
  next(): Line {
    const start = this.#at;
    const end = lineEnd(this.#text, start);
    this.#at = end + 1;
    const line = this.#text.slice(start, end).replace(/\r$/, '');
    const indent = indentOf(line);
    if (this.openText && this.#continues(line, indent)) return { kind: 'continued', start, end, path: this.path };
    if (indent === line.length || line[indent] === '#' || /^(---|\.\.\.)(\s|$)/.test(line)) {
      return { kind: 'empty', start, end, path: [] };
    }
    this.openText = undefined;
    const { content, path } = this.enter(line, indent);
    const key = keyAt(line.slice(content));
    if (key) this.#setKey(key.name, content);
    const value = content + (key?.length ?? 0);
    const top = this.frames.at(-1);
    // A scalar on a line of its own is most likely a key that is being written: nothing beside it belongs to it.
    const column = !key && top?.kind === 'list' && top.column < content ? top.column : content;
    return { kind: 'structure', start, path, end: this.#value(start, line, value, column, end) };
  }

  /** Goes to the indentation of a line and over its dashes. @returns where its content begins, and what it adds to */
  enter(line: string, indent: number): { readonly content: number; readonly path: Path } {
    this.#leave(indent);
    let at = indent;
    let path: Path | undefined;
    while (isDash(line, at)) {
      this.#leave(at);
      const top = this.frames.at(-1);
      path ??= this.frames.slice(0, top?.kind === 'list' && top.column === at ? -1 : undefined).map(({ step }) => step);
      if (top?.kind === 'list' && top.column === at) top.step = Number(top.step) + 1;
      else this.frames.push({ kind: 'list', column: at, step: 0 });
      at += 1;
      while (line[at] === ' ') at += 1;
    }
    const top = this.frames.at(-1);
    // `key:` below `- …` at the same column: the list has ended.
    if (path === undefined && top?.kind === 'list' && top.column === at) this.frames.pop();
    const own = this.frames.at(-1);
    path ??= this.frames.slice(0, own?.kind === 'map' && own.column === at ? -1 : undefined).map(({ step }) => step);
    return { content: at, path };
  }

  #leave(column: number): void {
    while ((this.frames.at(-1)?.column ?? -1) > column) this.frames.pop();
  }

  #setKey(key: string, column: number): void {
    const top = this.frames.at(-1);
    if (top?.kind === 'map' && top.column === column) top.step = key;
    else this.frames.push({ kind: 'map', column, step: key });
  }

  #continues(line: string, indent: number): boolean {
    const { column, isLiteral } = this.openText ?? { column: 0, isLiteral: false };
    if (indent === line.length) return isLiteral;
    if (indent <= column) return false;
    return isLiteral || !(isDash(line, indent) || keyAt(line.slice(indent)));
  }

  /** Takes note of what begins with a value. @returns where its last line ends */
  #value(start: number, line: string, from: number, column: number, end: number): number {
    const value = valueStart(line, from);
    if (value === line.length || line[value] === '#') return end;
    if (/^[|>][\d+-]*\s*(#.*)?$/.test(line.slice(value))) {
      this.openText = { column, start: end + 1, isLiteral: true };
      return end;
    }
    if (line[value] !== '{' && line[value] !== '[') {
      this.openText = { column, start: start + value, isLiteral: false };
      return end;
    }
    const flow = readFlow(this.#text, start + value, this.#text.length, column);
    const last = lineEnd(this.#text, flow.closedAt ?? flow.end);
    this.#at = last + 1;
    return last;
  }
}

/** @returns the key at the beginning of a text, and how long it is with its colon. */
export function keyAt(text: string): { readonly name: string; readonly length: number } | undefined {
  const found = keyPattern.exec(text);
  return found ? { name: unquoted(found[1] ?? ''), length: found[0].length } : undefined;
}

/** @returns where a value begins after its key or dash: after spaces, an anchor and a tag. */
export function valueStart(line: string, from: number): number {
  const lead = /^\s*(?:[&!]\S*\s+)*/.exec(line.slice(from));
  return from + (lead?.[0].length ?? 0);
}

/** @returns how many spaces a line begins with. */
export function indentOf(line: string): number {
  let indent = 0;
  while (line[indent] === ' ') indent += 1;
  return indent;
}

/** @returns the offset at which the line of an offset ends, before its line break. */
export function lineEnd(text: string, at: number): number {
  const end = text.indexOf('\n', at);
  return end < 0 ? text.length : end;
}

function isDash(line: string, at: number): boolean {
  return line[at] === '-' && (at + 1 === line.length || line[at + 1] === ' ');
}
