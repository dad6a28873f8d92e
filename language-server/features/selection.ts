// Selection ranges: from a word outwards – path, expression, value, pair, map, section – as a person would take more.
import type { Position, SelectionRange } from 'vscode-languageserver';
import { classifyTokens, type Node, type Range } from '../../workflow/index.ts';
import { expressionsIn, type WrittenExpression } from './expressions-in.ts';
import type { OpenDocument } from './open-document.ts';
import { toLspRange, toOffset, touches } from './ranges.ts';

/** @returns for each position the innermost range, with what is around it */
export function selectionRangesAt(document: OpenDocument, positions: readonly Position[]): readonly SelectionRange[] {
  const expressions = expressionsIn(document);
  return positions.map((position) => {
    const offset = toOffset(document.lines, position);
    return chained(document, rangesAround(document, expressions, offset), offset);
  });
}

/** From outer to inner; any two of them may be equal. */
function rangesAround(
  document: OpenDocument,
  expressions: readonly WrittenExpression[],
  offset: number,
): readonly Range[] {
  const expression = expressions.find((one) => touches(one, offset));
  const inside = expression ? insideExpression(document, expression, offset) : [];
  return [
    { start: 0, end: document.text.length },
    ...insideTree(document, offset),
    ...(inside.length > 0 ? inside : insideText(document, offset)),
  ];
}

function insideTree(document: OpenDocument, offset: number): readonly Range[] {
  const ranges: Range[] = [];
  let node: Node | undefined = document.syntax.root;
  while (node) {
    ranges.push(trimmed(document, node.range));
    if (node.kind === 'scalar') return [...ranges, ...insideQuotes(document, node.range)];
    if (node.kind === 'list') {
      node = node.items.find((item) => touches(item.range, offset));
      continue;
    }
    // The last that fits: where one pair ends the next may begin.
    const pair = node.pairs.findLast(({ range, keyNode, value }) => {
      return touches(range, offset) && (touches(keyNode.range, offset) || value.range.start >= keyNode.range.end);
    });
    if (!pair) break;
    ranges.push(trimmed(document, pair.range));
    if (touches(pair.keyNode.range, offset)) return [...ranges, pair.keyNode.range];
    node = touches(pair.value.range, offset) ? pair.value : undefined;
  }
  return ranges;
}

function insideQuotes({ text }: OpenDocument, { start, end }: Range): readonly Range[] {
  const quote = text.charAt(start);
  const isQuoted = (quote === '"' || quote === "'") && end - start >= 2 && text.charAt(end - 1) === quote;
  return isQuoted ? [{ start: start + 1, end: end - 1 }] : [];
}

/** The expression with and without `${{ }}`, brackets around the cursor, the path, as much of it as the cursor has passed, the word. */
function insideExpression(
  document: OpenDocument,
  { source, start, end, toFileOffset }: WrittenExpression,
  offset: number,
): readonly Range[] {
  const tokens = classifyTokens(source).map(({ role, ...token }) => {
    return {
      role,
      text: source.slice(token.start, token.end),
      start: toFileOffset(token.start),
      end: toFileOffset(token.end),
    };
  });
  const whole = { start: tokens[0]?.start ?? start, end: tokens.at(-1)?.end ?? end };
  const at = tokens.findIndex((token) => touches(token, offset) && token.role !== 'punctuation');
  const index = at >= 0 ? at : tokens.findIndex((token) => touches(token, offset));
  const token = tokens[index];
  if (!token) return [trimmed(document, { start, end }), whole];
  const brackets = bracketsAround(tokens, index);
  return [trimmed(document, { start, end }), whole, ...brackets, ...pathTo(tokens, index), token];
}

interface Piece extends Range {
  readonly role: string;
  readonly text: string;
}

const closers: { readonly [opener: string]: string } = { '(': ')', '[': ']', '{': '}' };

/** Each pair of brackets around a token, from outer to inner, and what stands between them. */
function bracketsAround(tokens: readonly Piece[], index: number): readonly Range[] {
  const open: number[] = [];
  const around: Range[] = [];
  tokens.forEach((token, at) => {
    if (token.text in closers) open.push(at);
    const opener = tokens[open.at(-1) ?? -1];
    if (!opener || closers[opener.text] !== token.text) return;
    const from = open.pop() ?? at;
    if (from > index || at < index) return;
    const [first, last] = [tokens[from + 1], tokens[at - 1]];
    if (first && last && at > from + 1) around.unshift({ start: first.start, end: last.end });
    around.unshift({ start: opener.start, end: token.end });
  });
  return around;
}

/** The path of names that a token is part of, and its beginning up to the token. */
function pathTo(tokens: readonly Piece[], index: number): readonly Range[] {
  const isName = (at: number) => /^[A-Za-z_]/.test(tokens[at]?.text ?? '') && tokens[at]?.role !== 'string';
  if (!isName(index)) return [];
  const dotBefore = (at: number) => (tokens[at - 1]?.text === '?' ? at - 2 : at - 1);
  let first = index;
  while (tokens[dotBefore(first)]?.text === '.' && isName(dotBefore(first) - 1)) first = dotBefore(first) - 1;
  let last = index;
  const nameAfter = (at: number) => (tokens[at + 2]?.text === '?' ? at + 3 : at + 2);
  while (tokens[last + 1]?.text === '.' && isName(nameAfter(last))) last = nameAfter(last);
  const [start, end, here] = [tokens[first]?.start ?? 0, tokens[last]?.end ?? 0, tokens[index]?.end ?? 0];
  return [
    { start, end },
    { start, end: here },
  ];
}

/** In a text: the line without its indentation, and the word. */
function insideText({ text, lines }: OpenDocument, offset: number): readonly Range[] {
  const lineStart = lines.starts.findLast((start) => start <= offset) ?? 0;
  const line = /^[^\r\n]*/.exec(text.slice(lineStart))?.[0] ?? '';
  const indent = line.length - line.trimStart().length;
  const words = [...line.matchAll(/[\p{L}\p{N}\p{M}_]+/gu)].map(({ index, 0: word }) => {
    return { start: lineStart + index, end: lineStart + index + word.length };
  });
  return [
    { start: lineStart + indent, end: lineStart + Math.max(indent, line.trimEnd().length) },
    ...words.filter((word) => touches(word, offset)).slice(0, 1),
  ];
}

/** Blocks reach to the next line; what is selected ends with its last letter. */
function trimmed({ text }: OpenDocument, { start, end }: Range): Range {
  let last = end;
  while (last > start && /\s/.test(text.charAt(last - 1))) last -= 1;
  return { start, end: last };
}

/** Each range lies in the one around it, and is smaller; the cursor is in all of them. */
function chained(document: OpenDocument, ranges: readonly Range[], offset: number): SelectionRange {
  let range: Range = { start: 0, end: document.text.length };
  let selection: SelectionRange = { range: toLspRange(document.lines, range) };
  for (const inner of ranges) {
    const isInside = range.start <= inner.start && inner.end <= range.end && touches(inner, offset);
    const isSmaller = inner.end - inner.start < range.end - range.start;
    if (!isInside || !isSmaller) continue;
    range = inner;
    selection = { range: toLspRange(document.lines, inner), parent: selection };
  }
  return selection;
}
