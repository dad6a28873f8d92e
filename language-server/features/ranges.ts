// Between offsets of a text and the positions of the protocol. Both count UTF-16 units.
import type { Position, Range as LspRange } from 'vscode-languageserver';
import { type LineMap, offsetAt, positionAt, type Range } from '../../workflow/index.ts';

/** @returns the range as the protocol writes it. */
export function toLspRange(lines: LineMap, range: Range): LspRange {
  return { start: toLspPosition(lines, range.start), end: toLspPosition(lines, range.end) };
}

/** @returns the position of an offset. */
export function toLspPosition(lines: LineMap, offset: number): Position {
  const { line, column } = positionAt(lines, offset);
  return { line, character: column };
}

/** @returns the offset of a position; one outside the text is moved into it. */
export function toOffset(lines: LineMap, { line, character }: Position): number {
  return offsetAt(lines, { line, column: character });
}

/** @returns the offsets of a range. */
export function toRange(lines: LineMap, range: LspRange): Range {
  return { start: toOffset(lines, range.start), end: toOffset(lines, range.end) };
}

/** Whether an offset is in a range, or at its end, where a cursor stands after the last letter. */
export function touches(range: Range, offset: number): boolean {
  return range.start <= offset && offset <= range.end;
}
