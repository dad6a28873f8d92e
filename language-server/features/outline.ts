// As much of a text as a question needs: to know what may stand at a place of a thousand lines, its surroundings and a
// few names are enough, and they are read ten times faster than the whole.
import { type Node, parseDocument, type Path } from '../../workflow/index.ts';
import { BlockReader, type Line } from './block-reader.ts';
import type { CursorPlace } from './cursor-place.ts';

/** Sections whose names may be wanted anywhere. */
const sections = new Set(['agents', 'toolsets', 'shared', 'inputs', 'providers']);

/** @returns the tree of what stands around a place, without what is being written there: paths stay as they are */
export function outlineAround(text: string, place: CursorPlace): Node | undefined {
  const isText = place.wants === 'text' || place.wants === 'nothing';
  const rest = isText ? text : text.slice(0, place.outer.start) + text.slice(place.outer.end);
  const reader = new BlockReader(rest);
  const lines: string[] = [];
  while (!reader.isAtEnd) {
    const line = reader.next();
    const content = rest.slice(line.start, line.end);
    if (!isAround(line, place.path, content.trimStart())) continue;
    lines.push(isOtherTask(line, place) ? content.replace(flowValue, ':') : content);
  }
  // The parser recovers from collections that are left open.
  return parseDocument('', lines.join('\n')).root;
}

const flowValue = /:\s+\{[^]*$/;

/** Of the tasks beside the one that is written only the names are wanted, as in block style. */
function isOtherTask({ path, start, end }: Line, { outer }: CursorPlace): boolean {
  return path.at(-1) === 'tasks' && (outer.start < start || outer.start > end);
}

/** A text that goes on below a line is not needed: only where it begins. */
function isAround({ kind, path }: Line, around: Path, content: string): boolean {
  if (kind !== 'structure') return false;
  const [section, , key] = path;
  if (path.length === 1 && sections.has(String(section))) return true;
  if (section === 'tools' || section === 'toolsets') return true;
  if (section === 'agents' && (key === 'capabilities' || content.startsWith('capabilities:'))) return true;
  return path.every((step, index) => around[index] === step);
}
