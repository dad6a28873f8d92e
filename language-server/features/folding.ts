// Folding ranges: whatever has a key or a dash and goes on below it, comments, and regions that comments mark.
import { type FoldingRange, FoldingRangeKind } from 'vscode-languageserver';
import { type LineMap, type Node, positionAt, type Range } from '../../workflow/index.ts';
import type { OpenDocument } from './open-document.ts';

/** @returns the ranges from outer to inner; null where nothing could be read, so that the editor folds by indentation */
export function foldingRangesOf(document: OpenDocument): readonly FoldingRange[] | null {
  const { root } = document.syntax;
  if (!root) return null;
  const values = new ValueFolds(document);
  values.inside(root);
  const found = [...values.folds, ...commentFolds(document, values.texts)];
  return found.sort((a, b) => a.startLine - b.startLine || b.endLine - a.endLine);
}

/** Gathers folds on one walk through the tree, and the texts on the way: what looks like a comment in them is none. */
class ValueFolds {
  readonly folds: FoldingRange[] = [];
  /** Scalars over several lines. */
  readonly texts: Range[] = [];
  readonly #text: string;
  readonly #lines: LineMap;
  /** A line folds once; a value that aliases name is met again. */
  readonly #starts = new Set<number>();

  constructor({ text, lines }: OpenDocument) {
    this.#text = text;
    this.#lines = lines;
  }

  inside(node: Node): void {
    if (node.kind === 'map') for (const { keyNode, value } of node.pairs) this.entry(keyNode.range.start, value);
    if (node.kind === 'list') for (const item of node.items) this.entry(item.range.start, item);
  }

  private entry(start: number, value: Node): void {
    // An alias is the value that it names, which stands before it.
    if (value.range.start < start) return;
    const from = positionAt(this.#lines, start).line;
    const to = positionAt(this.#lines, this.lastLetter(value.range)).line;
    if (to > from && value.kind === 'scalar') this.texts.push(value.range);
    if (to > from && !this.#starts.has(from)) {
      this.#starts.add(from);
      this.folds.push({ startLine: from, endLine: to });
    }
    this.inside(value);
  }

  /** Blank lines behind a value stay visible when it is folded. */
  private lastLetter({ start, end }: Range): number {
    let last = end - 1;
    while (last > start && /\s/.test(this.#text.charAt(last))) last -= 1;
    return Math.max(start, last);
  }
}

/** Comments on lines of their own, two or more below each other; and from `# region` to `# endregion`. */
function commentFolds(document: OpenDocument, texts: readonly Range[]): readonly FoldingRange[] {
  const folds: FoldingRange[] = [];
  const regions: number[] = [];
  let first: number | undefined;
  const endAt = (line: number) => {
    if (first !== undefined && line - 1 > first)
      folds.push({ startLine: first, endLine: line - 1, kind: FoldingRangeKind.Comment });
    first = undefined;
  };
  for (const { line, comment } of linesOf(document, texts)) {
    const mark = /^#\s*(region|endregion)\b/.exec(comment ?? '')?.[1];
    if (comment === undefined || mark !== undefined) endAt(line);
    else first ??= line;
    if (mark === 'region') regions.push(line);
    const start = mark === 'endregion' ? regions.pop() : undefined;
    if (start !== undefined) folds.push({ startLine: start, endLine: line, kind: FoldingRangeKind.Region });
  }
  endAt(document.lines.starts.length);
  return folds;
}

/** Every line, with its comment if it is nothing else. */
function linesOf(
  { text, lines }: OpenDocument,
  texts: readonly Range[],
): readonly { readonly line: number; readonly comment: string | undefined }[] {
  const inOrder = texts.toSorted((a, b) => a.start - b.start);
  let next = 0;
  return lines.starts.map((start, line) => {
    while ((inOrder[next]?.end ?? Number.POSITIVE_INFINITY) <= start) next += 1;
    const isInText = (inOrder[next]?.start ?? Number.POSITIVE_INFINITY) < start;
    const written = isInText ? '' : text.slice(start, lines.starts[line + 1] ?? text.length).trim();
    return { line, comment: written.startsWith('#') ? written : undefined };
  });
}
