// A text made readable for the parser, and as much of it as a question needs: to know what may stand at a place of a
// thousand lines, its surroundings and a few names are enough, and they are read ten times faster than the whole.
import { type Node, parseDocument, type Path } from '../../workflow/index.ts';
import { BlockReader, type Line } from './block-reader.ts';
import type { CursorPlace } from './cursor-place.ts';

/** Sections whose names may be wanted anywhere. */
const sections = new Set(['agents', 'toolsets', 'shared', 'inputs', 'providers']);

/** @returns the tree of what stands around a place, without what is being written there: paths stay as they are */
export function outlineAround(text: string, place: CursorPlace): Node | undefined {
  const isText = place.wants === 'text' || place.wants === 'nothing';
  const rest = isText ? text : text.slice(0, place.outer.start) + text.slice(place.outer.end);
  const lines = readableLines(rest, (line) => isAround(line, place.path));
  return parseDocument('', lines.join('\n')).root;
}

/** @returns the text with the flow collections closed that are left open; all that stands before them keeps its place */
export function closeCollections(text: string): string {
  return readableLines(text, () => true).join('\n');
}

/** The lines to keep; of a text that goes on below a line that is not kept whole, only its beginning. */
function readableLines(text: string, keep: (line: Line) => boolean): readonly string[] {
  const reader = new BlockReader(text);
  const kept: string[] = [];
  while (!reader.isAtEnd) {
    const line = reader.next();
    if (!keep(line)) continue;
    const { unclosed } = line;
    const closers = [...(unclosed?.open ?? [])].reverse().map(({ kind }) => (kind === '{' ? '}' : ']'));
    const end = unclosed ? trimmedBefore(text, unclosed.end) : line.end;
    kept.push(unclosed ? `${text.slice(line.start, end)} ${closers.join('')}` : text.slice(line.start, end));
  }
  return kept;
}

function isAround({ kind, path }: Line, around: Path): boolean {
  if (kind !== 'structure') return false;
  if (path.length === 1 && sections.has(String(path[0]))) return true;
  if (path[0] === 'tools') return true;
  return path.every((step, index) => around[index] === step);
}

function trimmedBefore(text: string, end: number): number {
  return text.slice(0, end).trimEnd().length;
}
