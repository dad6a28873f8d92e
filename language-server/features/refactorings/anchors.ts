// Anchors and aliases of a YAML text. A piece can be moved only with all that belong together.
import { Lexer } from 'yaml';
import type { Range } from '../../../workflow/index.ts';

interface Mark {
  readonly name: string;
  readonly at: number;
}

/** Tells whether an anchor in a piece of a text is used outside of it, or the other way round. */
export function cutsAnchors(text: string, pieces: readonly Range[]): boolean {
  const isInside = ({ at }: Mark): boolean => pieces.some(({ start, end }) => start <= at && at < end);
  const marks = marksIn(text);
  const inside = new Set(marks.filter(isInside).map(({ name }) => name));
  return marks.some((mark) => inside.has(mark.name) && !isInside(mark));
}

/** Tells whether a text has anchors or aliases. */
export function hasAnchors(text: string): boolean {
  return marksIn(text).length > 0;
}

function marksIn(text: string): readonly Mark[] {
  if (!/[&*]/.test(text)) return [];
  const marks: Mark[] = [];
  let at = 0;
  let isScalar = false;
  for (const lexeme of new Lexer().lex(text)) {
    const isMark = !isScalar && /^[&*]./.test(lexeme);
    if (isMark) marks.push({ name: lexeme.slice(1), at });
    isScalar = lexeme === scalarFollows;
    if (!signs.has(lexeme)) at += lexeme.length;
  }
  return marks;
}

/** What the lexer says between the pieces of the text: the beginning of a document, of a scalar, the end of a flow error. */
const scalarFollows = '\u001f';
const signs: ReadonlySet<string> = new Set(['\u0002', '\u0018', scalarFollows]);
