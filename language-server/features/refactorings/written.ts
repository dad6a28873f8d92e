// Pieces of a YAML text as they are written: the lines of a key, moved, taken out, put in. Nothing else is touched, and
// what is moved keeps its comments.
import { indentOf, lineEnd } from '../block-reader.ts';
import { itemsOf, type MapNode, type Node, type Pair, type Range, type TextEdit } from '../../../workflow/index.ts';

/** @returns the line break of a text. */
export function eolOf(text: string): string {
  return text.includes('\r\n') ? '\r\n' : '\n';
}

/** @returns where the line of an offset begins. */
export function lineStart(text: string, at: number): number {
  return text.lastIndexOf('\n', at - 1) + 1;
}

/** @returns how far right the place of an offset is, in characters. */
export function columnOf(text: string, at: number): number {
  return at - lineStart(text, at);
}

/** Whether a key begins its line, so that its lines can be moved as a whole. */
export function beginsLine(text: string, { start }: Range): boolean {
  return text.slice(lineStart(text, start), start).trim() === '';
}

/** The lines of a pair or an element in blocks: with the comments right above it and behind it, and the last line break. */
export function linesOf(text: string, range: Range): Range {
  const own = lineStart(text, range.start);
  const column = indentOf(text.slice(own));
  let start = own;
  while (start > 0) {
    const above = lineStart(text, start - 1);
    if (indentOf(text.slice(above, start)) !== column || text[above + column] !== '#') break;
    start = above;
  }
  return { start, end: withComments(text, afterLine(text, lastOf(text, range)), column) };
}

/** The last character of a pair that is none of the blank lines behind it. */
function lastOf(text: string, { start, end }: Range): number {
  const slice = text.slice(start, end);
  return start + Math.max(slice.trimEnd().length, 1) - 1;
}

/** Comments below a pair that stand further right than its key are of it. */
function withComments(text: string, from: number, column: number): number {
  let end = from;
  for (let at = from; at < text.length; at = afterLine(text, at)) {
    const line = text.slice(at, lineEnd(text, at));
    const indent = line.search(/\S/);
    if (indent < 0) continue;
    if (line[indent] !== '#' || indent <= column) break;
    end = afterLine(text, at);
  }
  return end;
}

function afterLine(text: string, at: number): number {
  return Math.min(lineEnd(text, at) + 1, text.length);
}

/** Text that ends with a line break, also where it was the end of a file. */
export function closed(text: string, eol: string): string {
  return text === '' || text.endsWith('\n') ? text : `${text}${eol}`;
}

/** @returns lines that began at a column, beginning at another. */
export function shifted(lines: string, from: number, to: number): string {
  return lines
    .split('\n')
    .map((line) => {
      const indent = line.search(/\S/);
      const isBlank = indent < 0;
      // Blanks beyond the column may be part of a text.
      if (isBlank && line.length <= from + 1) return line.endsWith('\r') ? '\r' : '';
      return `${' '.repeat(to)}${line.slice(isBlank ? from : Math.min(from, indent))}`;
    })
    .join('\n');
}

/** Takes pairs out of their map: their lines, or their parts of a map in braces. */
export function removals(text: string, map: MapNode, removed: readonly Pair[]): readonly TextEdit[] {
  const elements = map.pairs.map((pair) => ({ start: pair.range.start, end: endOf(text, pair) }));
  return elementRemovals(text, elements, map.flow, (index) => removed.some((pair) => pair === map.pairs[index]));
}

/** Takes elements out of the list under a key, and the key with them if none is left. */
export function withoutItems(
  text: string,
  map: MapNode,
  pair: Pair,
  isRemoved: (item: Node) => boolean,
): readonly TextEdit[] {
  const items = itemsOf(pair.value);
  const isFlow = pair.value.kind === 'list' && pair.value.flow;
  if (items.every(isRemoved)) return removals(text, map, [pair]);
  const ranges = items.map(({ range }) => range);
  return elementRemovals(text, ranges, isFlow, (index) => items[index] !== undefined && isRemoved(items[index]));
}

function elementRemovals(
  text: string,
  elements: readonly Range[],
  isFlow: boolean,
  isRemoved: (index: number) => boolean,
): readonly TextEdit[] {
  const lastKept = elements.findLastIndex((_, index) => !isRemoved(index));
  const ranges = elements.flatMap((range, index): readonly Range[] => {
    if (!isRemoved(index)) return [];
    if (!isFlow) return [linesOf(text, range)];
    // With the comma behind it; behind the last one there is none, but one before it.
    if (index < lastKept) return [{ start: range.start, end: elements[index + 1]?.start ?? range.end }];
    const before = elements[index - 1];
    return [{ start: before ? before.end : range.start, end: range.end }];
  });
  return ranges.map((range) => ({ range, newText: '' }));
}

/** Where a pair ends as it is written; of an alias the tree says only what it means. */
function endOf(text: string, { range, keyNode, value }: Pair): number {
  const isElsewhere = value.range.start < keyNode.range.end;
  const alias = isElsewhere ? /^\s*:\s*\*[^\s,[\]{}]+/.exec(text.slice(keyNode.range.end)) : undefined;
  return Math.max(range.end, keyNode.range.end + (alias?.[0].length ?? 0));
}

/**
 * Puts a pair at the end of a map that has one.
 * @param written on lines of its own, beginning at column 0; for a map in braces it must be one line
 */
export function addition(text: string, map: MapNode, written: string): TextEdit {
  const last = map.pairs.at(-1);
  const at = last ? endOf(text, last) : map.range.start + 1;
  if (map.flow || !last) return { range: { start: at, end: at }, newText: `${last ? ', ' : ' '}${written.trim()}` };
  const { end } = linesOf(text, last.range);
  const eol = eolOf(text);
  const lines = shifted(closed(written.replaceAll(/\r?\n/g, eol), eol), 0, columnOf(text, last.range.start));
  return { range: { start: end, end }, newText: text[end - 1] === '\n' ? lines : `${eol}${lines}` };
}

/** @returns a part of a text with the edits that lie in it; they do not overlap */
export function edited(text: string, { start, end }: Range, edits: readonly TextEdit[]): string {
  let at = start;
  const parts: string[] = [];
  const inside = edits.filter(({ range }) => start <= range.start && range.end <= end);
  for (const { range, newText } of inside.toSorted((a, b) => a.range.start - b.range.start)) {
    parts.push(text.slice(at, range.start), newText);
    at = range.end;
  }
  return `${parts.join('')}${text.slice(at, end)}`;
}

/** @returns a pair of a map as it is written, on lines of its own that begin at a column */
export function copied(
  text: string,
  map: MapNode,
  pair: Pair,
  column: number,
  edits: readonly TextEdit[] = [],
): string {
  const eol = eolOf(text);
  if (!map.flow) {
    return shifted(
      closed(edited(text, linesOf(text, pair.range), edits), eol),
      columnOf(text, pair.range.start),
      column,
    );
  }
  const [first = '', ...more] = edited(text, { start: pair.range.start, end: endOf(text, pair) }, edits).split('\n');
  // Further lines of what stands in braces may stand anywhere right of its key.
  const lines = [
    `${' '.repeat(column)}${first}`,
    ...more.map((line) => `${' '.repeat(column + 2)}${line.trimStart()}`),
  ];
  return `${lines.join('\n')}${eol}`;
}

/** @returns an element of a list as it is written, on lines of its own that begin at a column */
export function copiedItem(
  text: string,
  isFlow: boolean,
  item: Node,
  column: number,
  edits: readonly TextEdit[],
): string {
  const eol = eolOf(text);
  if (isFlow) {
    const [first = '', ...more] = edited(text, item.range, edits).split('\n');
    return (
      [`${' '.repeat(column)}- ${first}`, ...more.map((line) => `${' '.repeat(column + 4)}${line.trimStart()}`)].join(
        '\n',
      ) + eol
    );
  }
  const lines = linesOf(text, item.range);
  return shifted(
    closed(edited(text, lines, edits), eol),
    indentOf(text.slice(lineStart(text, item.range.start))),
    column,
  );
}
