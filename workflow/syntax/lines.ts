// Offsets and positions of one text. Lines end at \n, \r\n or \r, as in the language server protocol.

/** A place in a text: line and column count from 0, columns in UTF-16 units. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** Where the lines of a text begin. Built once per text, asked often. */
export interface LineMap {
  readonly length: number;
  /** The offset of the first unit of each line; the first is 0. */
  readonly starts: readonly number[];
}

/** @returns the line map of a text. */
export function lineMap(text: string): LineMap {
  const starts = [0];
  const breaks = /\r\n|\r|\n/g;
  while (breaks.exec(text)) starts.push(breaks.lastIndex);
  return { length: text.length, starts };
}

/** @returns the position of an offset; offsets outside the text are moved to its nearest end. */
export function positionAt(map: LineMap, offset: number): Position {
  const at = Math.min(Math.max(offset, 0), map.length);
  let low = 0;
  let high = map.starts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((map.starts[middle] ?? 0) <= at) low = middle;
    else high = middle - 1;
  }
  return { line: low, column: at - (map.starts[low] ?? 0) };
}

/** @returns the offset of a position; a column beyond its line goes to the start of the next, a line beyond the text to its end. */
export function offsetAt(map: LineMap, position: Position): number {
  const start = map.starts[Math.max(position.line, 0)];
  if (start === undefined) return map.length;
  const next = map.starts[position.line + 1] ?? map.length;
  return Math.min(start + Math.max(position.column, 0), next);
}
