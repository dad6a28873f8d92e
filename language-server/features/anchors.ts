// `*name` and `&name`. The tree knows no anchors: an alias is the value that it names, so the text is looked at.
import type { Range } from '../../workflow/index.ts';
import { findAt } from './node-at.ts';
import type { OpenDocument } from './open-document.ts';

const longestName = 200;

/** @returns the place of the anchor that the alias at an offset stands for */
export function anchorAt({ text, syntax }: OpenDocument, offset: number): Range | undefined {
  const name = aliasAt(text, offset);
  // Inside a scalar a star is a star.
  if (name === undefined || findAt(syntax.root, offset)?.on === 'value') return undefined;
  const anchors = [...text.slice(0, offset).matchAll(/(?<=^|[\s[{,:-])&([^\s,[\]{}]+)/gm)];
  const found = anchors.findLast((anchor) => anchor[1] === name);
  return found && { start: found.index, end: found.index + found[0].length };
}

function aliasAt(text: string, offset: number): string | undefined {
  const before =
    /(?:^|[\s[{,:-])(\*[^\s,[\]{}]*)$/.exec(text.slice(Math.max(0, offset - longestName), offset))?.[1] ?? '';
  const after = /^[^\s,[\]{}]*/.exec(text.slice(offset, offset + longestName))?.[0] ?? '';
  const word = before + after;
  const isComment = text
    .slice(text.lastIndexOf('\n', offset - 1) + 1, offset)
    .trimStart()
    .startsWith('#');
  return word.startsWith('*') && !isComment ? word.slice(1) : undefined;
}
