// From pieces to edits of the white space between them. Lines are neither joined nor broken; in brackets and in texts over
// several lines, lines move along with what they belong to.
import type { TextEdit } from '../../workflow/index.ts';
import { type Frame, type Piece, piecesOf } from './format-pieces.ts';

/** @returns edits of white space, in order; none for a text that is as it should be, or is left alone */
export function formatEdits(text: string): readonly TextEdit[] {
  const pieces = piecesOf(text);
  return pieces ? new EditWriter(text, pieces).edits() : [];
}

class EditWriter {
  readonly #text: string;
  readonly #pieces: readonly Piece[];
  readonly #edits: TextEdit[] = [];
  /** For each piece the next one that is no comment. */
  readonly #following: readonly (Piece | undefined)[];
  /** How far the outermost bracket has moved to the right. */
  #flowShift = 0;
  /** The block around the last word. */
  #frame: Frame | undefined;
  /** Where the line of the last piece begins. */
  #lineStart: number;
  /** Where the last piece ends, and its new column there. */
  #end: number;
  #column = 0;

  constructor(text: string, pieces: readonly Piece[]) {
    this.#text = text;
    this.#pieces = pieces;
    this.#following = wordsAfter(pieces);
    this.#end = text.startsWith('\ufeff') ? 1 : 0;
    this.#lineStart = this.#end;
  }

  edits(): readonly TextEdit[] {
    this.#pieces.forEach((piece, index) => {
      if (piece.kind === 'block-text') this.#blockText(piece);
      else this.#piece(piece, index);
    });
    this.#lastLine();
    return this.#edits;
  }

  #piece(piece: Piece, index: number): void {
    const between = this.#text.slice(this.#end, piece.start);
    if (index === 0 || /[\r\n]/.test(between)) this.#beginLine(piece, index);
    else this.#goOn(piece, between);
    const shift = this.#column - (piece.start - this.#lineStart);
    if (piece.kind === 'flow-start') this.#flowShift = shift;
    if (piece.kind !== 'comment') this.#frame = piece.frame;
    this.#moveLines(piece, piece.kind === 'in-flow' ? this.#flowShift : shift);
    this.#end = piece.end;
  }

  #beginLine(piece: Piece, index: number): void {
    this.#lineStart = this.#trimLines(this.#end, piece.start);
    this.#column = this.#columnOf(piece, index, piece.start - this.#lineStart);
    this.#replace(this.#lineStart, piece.start, ' '.repeat(this.#column));
  }

  /** Comments stand where they are: people align them. */
  #goOn({ start, gap }: Piece, between: string): void {
    const before = gap === 'keep' ? between : ' '.repeat(gap);
    this.#replace(this.#end, start, before);
    this.#column += before.length;
  }

  #columnOf(piece: Piece, index: number, oldColumn: number): number {
    if (piece.kind === 'in-flow') return shifted(oldColumn, this.#flowShift, piece.frame);
    return piece.kind === 'comment' ? this.#commentColumn(index, oldColumn) : piece.column;
  }

  /** A comment belongs to the innermost block that it is not left of; what follows it is such a block too. */
  #commentColumn(index: number, oldColumn: number): number {
    let best: Pick<Frame, 'old' | 'now'> = { old: 0, now: 0 };
    const consider = (frame: Pick<Frame, 'old' | 'now'>) => {
      if (frame.old <= oldColumn && frame.old >= best.old) best = frame;
    };
    for (let frame = this.#frame; frame; frame = frame.outer) consider(frame);
    const next = this.#following[index];
    if (next) consider({ old: columnIn(this.#text, next.start), now: next.column });
    return best.now;
  }

  /** Lines of a plain or quoted text after the first move with it; what they say does not depend on where they begin. */
  #moveLines({ start, end, frame }: Piece, shift: number): void {
    const lines = linesIn(this.#text, start, end);
    for (const line of lines.slice(1)) {
      const indent = /^[ \t]*/.exec(line.text)?.[0] ?? '';
      this.#lineStart = line.start;
      if (indent === line.text) continue;
      this.#column = shifted(indent.replaceAll('\t', '  ').length, shift, frame);
      this.#replace(line.start, line.start + indent.length, ' '.repeat(this.#column));
      this.#column -= indent.length;
    }
    this.#column += lines.at(-1)?.text.length ?? 0;
  }

  /** Moves the lines of a block scalar as a whole: what stands behind its indentation is its content. */
  #blockText(piece: Piece): void {
    this.#trimLines(this.#end, piece.start);
    const lines = linesIn(this.#text, piece.start, piece.end);
    const { old, now } = indentationOf(piece, lines);
    const isBlank = ({ text }: Line) => text.length <= old && /^ *$/.test(text);
    for (const line of this.#linesOfContent(piece, lines, isBlank)) {
      if (isBlank(line)) this.#replace(line.start, line.end, '');
      else if (line.text.startsWith(' '.repeat(old))) this.#replace(line.start, line.start + old, ' '.repeat(now));
      this.#end = line.end;
    }
  }

  /** Blank lines at the end of the file are no content, unless the header says that they are. */
  #linesOfContent({ end, keepsEnd }: Piece, lines: readonly Line[], isBlank: (line: Line) => boolean): readonly Line[] {
    const isLast = end >= this.#text.length && keepsEnd !== true;
    // What stands behind the last line break is the next line.
    return lines.slice(0, isLast ? lines.findLastIndex((line) => !isBlank(line)) + 1 : -1);
  }

  /** Takes white space from the ends of lines between two pieces. @returns where the line of the next piece begins */
  #trimLines(from: number, to: number): number {
    const lines = linesIn(this.#text, from, to);
    for (const line of lines.slice(0, -1)) this.#replace(line.start, line.end, '');
    return lines.at(-1)?.start ?? from;
  }

  /** The file ends with one line break. */
  #lastLine(): void {
    const last = this.#pieces.at(-1);
    if (!last || last.keepsEnd) return;
    const breaks = /\r\n|\r|\n/;
    const lineBreak = (breaks.exec(this.#text.slice(this.#end)) ?? breaks.exec(this.#text))?.[0] ?? '\n';
    this.#replace(this.#end, this.#text.length, lineBreak);
  }

  #replace(start: number, end: number, newText: string): void {
    // `\r` and `\n` with white space between them are two line breaks, and would become one.
    const joinsBreaks = newText === '' && this.#text.charAt(start - 1) === '\r' && this.#text.charAt(end) === '\n';
    if (this.#text.slice(start, end) !== newText && !joinsBreaks) this.#edits.push({ range: { start, end }, newText });
  }
}

/** How far the lines of a block scalar are indented, and should be: as far as its header says, or as its first line with letters is. */
function indentationOf(
  { column, frame, indentation }: Piece,
  lines: readonly Line[],
): { readonly old: number; readonly now: number } {
  if (indentation !== undefined) return { old: (frame?.old ?? 0) + indentation, now: (frame?.now ?? 0) + indentation };
  const first = lines.find(({ text }) => /[^ ]/.test(text));
  return { old: first?.text.search(/[^ ]/) ?? 0, now: column };
}

function wordsAfter(pieces: readonly Piece[]): readonly (Piece | undefined)[] {
  let next: Piece | undefined;
  return pieces
    .toReversed()
    .map((piece) => {
      const after = next;
      if (piece.kind !== 'comment') next = piece;
      return after;
    })
    .toReversed();
}

function columnIn(text: string, offset: number): number {
  const lineStart = Math.max(text.lastIndexOf('\n', offset - 1), text.lastIndexOf('\r', offset - 1)) + 1;
  return text.slice(lineStart, offset).replace('\ufeff', '').length;
}

/** What goes on below a block stands right of it. */
function shifted(column: number, shift: number, frame: Frame | undefined): number {
  return Math.max(frame ? frame.now + 2 : 0, column + shift);
}

interface Line {
  readonly start: number;
  /** Without its line break. */
  readonly end: number;
  readonly text: string;
}

function linesIn(text: string, start: number, end: number): readonly Line[] {
  const part = text.slice(start, end);
  let at = start;
  return part.split(/(\r\n|\r|\n)/).flatMap((piece, index) => {
    const line = { start: at, end: at + piece.length, text: piece };
    at += piece.length;
    return index % 2 === 0 ? [line] : [];
  });
}
