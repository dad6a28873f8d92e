// Which paths of names a source uses. It reads tokens, not the tree, so that unfinished text still says what it uses.
import type { Reference, ReferenceSegment } from './contract.ts';
import { listMacros } from './functions.ts';
import { type Token, tokensOf } from './tokens.ts';
import { constantWords, typeWords } from './words.ts';

/** Words that look like names and are none. */
const notNames = new Set([...constantWords, ...typeWords, 'in', 'optional']);

/**
 * Every path of names that the source uses, in order of appearance; names bound by macros are left out. A path goes
 * through `.x`, `.?x` and `['x']` and stops before anything else. Works on broken text.
 */
export function referencesOf(source: string): readonly Reference[] {
  const tokens = tokensOf(source).filter((token) => token.kind !== 'comment');
  const references: Reference[] = [];
  /** One entry per open parenthesis: the name it binds, if it is a macro's. */
  const open: (string | undefined)[] = [];
  for (let index = 0; index < tokens.length; index++) {
    const token = tokens[index];
    if (token === undefined) break;
    if (token.text === '(') open.push(boundName(tokens, index));
    if (token.text === ')') open.pop();
    if (!beginsPath(tokens, index)) continue;
    const path = readPath(tokens, index);
    index = path.next - 1;
    if (!open.includes(token.text)) references.push({ segments: path.segments });
  }
  return references;
}

/** The quoted texts of a source without escapes in them, with the places of what is between the quotes. */
export function textsOf(source: string): readonly ReferenceSegment[] {
  return tokensOf(source).flatMap((token) => (token.kind === 'string' ? (quotedSegment(token) ?? []) : []));
}

/** The name that the macro call binds whose `(` stands at `index`. */
export function boundName(tokens: readonly Token[], index: number): string | undefined {
  const [dot, macro, name, comma] = [tokens[index - 2], tokens[index - 1], tokens[index + 1], tokens[index + 2]];
  const isMacro = dot?.text === '.' && macro?.kind === 'name' && listMacros.has(macro.text);
  return isMacro && name?.kind === 'name' && comma?.text === ',' ? name.text : undefined;
}

function beginsPath(tokens: readonly Token[], index: number): boolean {
  const token = tokens[index];
  if (token?.kind !== 'name' || notNames.has(token.text)) return false;
  return !isAfterDot(tokens, index) && tokens[index + 1]?.text !== '(';
}

/** True for a name after `.` or `.?`. */
export function isAfterDot(tokens: readonly Token[], index: number): boolean {
  const before = tokens[index - 1]?.text;
  return before === '.' || (before === '?' && tokens[index - 2]?.text === '.');
}

function readPath(
  tokens: readonly Token[],
  start: number,
): { readonly segments: readonly ReferenceSegment[]; readonly next: number } {
  const segments: ReferenceSegment[] = [];
  let index = start;
  let segment = segmentOf(tokens[index]);
  while (segment !== undefined) {
    segments.push(segment);
    index++;
    const step = stepAt(tokens, index);
    segment = step?.segment;
    index = step?.at ?? index;
  }
  return { segments, next: index };
}

/** The next step of a path: its segment, and the token before the one that follows it. */
function stepAt(
  tokens: readonly Token[],
  index: number,
): { readonly segment: ReferenceSegment; readonly at: number } | undefined {
  if (tokens[index]?.text === '.') {
    const at = tokens[index + 1]?.text === '?' ? index + 2 : index + 1;
    const segment = tokens[at + 1]?.text === '(' ? undefined : segmentOf(tokens[at]);
    return segment && { segment, at };
  }
  if (tokens[index]?.text !== '[') return undefined;
  const at = tokens[index + 1]?.text === '?' ? index + 2 : index + 1;
  const segment = tokens[at + 1]?.text === ']' ? quotedSegment(tokens[at]) : undefined;
  return segment && { segment, at: at + 1 };
}

function segmentOf(token: Token | undefined): ReferenceSegment | undefined {
  return token?.kind === 'name' ? { name: token.text, start: token.start, end: token.end } : undefined;
}

/** The name in `['name']`. */
function quotedSegment(token: Token | undefined): ReferenceSegment | undefined {
  if (token?.kind !== 'string') return undefined;
  const name = /^(['"])([A-Za-z0-9_ -]+)\1$/.exec(token.text)?.[2];
  return name === undefined ? undefined : { name, start: token.start + 1, end: token.end - 1 };
}
