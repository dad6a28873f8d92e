// A fix that takes something out of a map or a list, as if it had never been written: its lines go with it, comments stay.
import type { Fix, Range, TextEdit } from '../model/model.ts';
import type { SyntaxDocument } from '../syntax/document.ts';
import { type ListNode, type MapNode, type Node, type Pair, pairOf } from '../syntax/tree.ts';

/** A key with what it holds. */
export type Holder = Pick<Pair, 'range' | 'value'>;

/**
 * @param holders the keys that lead to the map or list in which it stands, the outermost first; one that would be left
 * empty goes too
 * @param part a pair or an element of what the last holder holds
 * @returns undefined where it can not be taken out so simply
 */
export function removeFix(
  document: SyntaxDocument,
  title: string,
  holders: readonly Holder[],
  part: { readonly range: Range },
): Fix | undefined {
  const removed = lastToStay(holders, part);
  const holder = holders[removed.level]?.value ?? document.root;
  const edit = holder && holder.kind !== 'scalar' ? removal(document, holder, removed.part.range) : undefined;
  return edit && { title, preferred: true, edits: [edit] };
}

/** What must go for a part to go: itself, or the outermost key that holds nothing else. `level` is that of its holder. */
function lastToStay(
  holders: readonly Holder[],
  part: { readonly range: Range },
): { readonly level: number; readonly part: { readonly range: Range } } {
  let level = holders.length - 1;
  let removed = part;
  for (let holder = holders[level]; holder && partsOf(holder.value).length === 1; holder = holders[level]) {
    removed = holder;
    level -= 1;
  }
  return { level, part: removed };
}

function partsOf(node: Node): readonly { readonly range: Range }[] {
  if (node.kind === 'map') return node.pairs;
  return node.kind === 'list' ? node.items : [];
}

function removal(document: SyntaxDocument, holder: MapNode | ListNode, part: Range): TextEdit | undefined {
  const parts = partsOf(holder);
  const at = parts.findIndex(({ range }) => range.start === part.start);
  if (at < 0) return undefined;
  return holder.flow ? fromFlow(parts, at, part) : wholeLines(document.text, part);
}

/** `{ a: 1, b: 2 }`: up to the next one, or from the end of the one before. */
function fromFlow(parts: readonly { readonly range: Range }[], at: number, part: Range): TextEdit {
  const [before, next] = [parts[at - 1], parts[at + 1]];
  const range = next
    ? { start: part.start, end: next.range.start }
    : { start: before?.range.end ?? part.start, end: part.end };
  return { range, newText: '' };
}

/** Lines that hold nothing else. Comments between and behind them stay, each in a line of its own. */
function wholeLines(text: string, part: Range): TextEdit | undefined {
  const start = text.lastIndexOf('\n', part.start - 1) + 1;
  const before = text.slice(start, part.start);
  if (!/^\s*(- +)?$/.test(before)) return undefined;
  // A block value may reach to the start of the next line.
  const last = text.slice(part.start, part.end).trimEnd().length + part.start;
  const newline = text.indexOf('\n', last);
  const end = newline < 0 ? text.length : newline + 1;
  const indent = /^\s*/.exec(before)?.[0] ?? '';
  const comments = [...commentsIn(text.slice(part.start, last)), ...commentsBehind(text.slice(last, end))];
  return { range: { start, end }, newText: comments.map((comment) => `${indent}${comment}\n`).join('') };
}

function commentsIn(text: string): readonly string[] {
  return [...text.matchAll(/^[ \t]*(#.*)$/gm)].map((match) => match[1]?.trimEnd() ?? '');
}

function commentsBehind(text: string): readonly string[] {
  const comment = /^\s+(#.*)/.exec(text)?.[1];
  return comment === undefined ? [] : [comment.trimEnd()];
}

/** The pairs along a way of keys, as far as they are there. */
export function holdersOf(root: Node | undefined, keys: readonly string[]): readonly Pair[] {
  const holders: Pair[] = [];
  let node = root;
  for (const key of keys) {
    const pair = pairOf(node, key);
    if (!pair) break;
    holders.push(pair);
    node = pair.value;
  }
  return holders;
}
