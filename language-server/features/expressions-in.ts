// The expressions of a document, each once, in the order of the file.
import { type Node, pairsOf, scanText } from '../../workflow/index.ts';
import type { OpenDocument } from './open-document.ts';

export interface WrittenExpression {
  /** The CEL text, without `${{ }}`. */
  readonly source: string;
  /** In the file, with its `${{ }}`; of a condition the whole scalar. */
  readonly start: number;
  readonly end: number;
  /** Maps an offset in `source` to one in the file. */
  readonly toFileOffset: (offset: number) => number;
}

/** @returns what is an expression in a document: of a workflow what its model reads as one, of a configuration every `${{ }}` */
export function expressionsIn(document: OpenDocument): readonly WrittenExpression[] {
  const found = document.facts.kind === 'config' ? inValues(document.syntax.root) : inModel(document);
  const seen = new Set<number>();
  // A value that is named by an alias is read twice.
  return found.filter(({ start }) => !seen.has(start) && seen.add(start)).sort((a, b) => a.start - b.start);
}

function inModel({ checked, file }: OpenDocument): WrittenExpression[] {
  return checked.expressions
    .filter(({ place }) => place.file === file)
    .map(({ source, place, toFileOffset }) => ({ source, ...place.range, toFileOffset }));
}

function inValues(node: Node | undefined): WrittenExpression[] {
  if (node?.kind === 'map') return pairsOf(node).flatMap(({ value }) => inValues(value));
  if (node?.kind === 'list') return node.items.flatMap(inValues);
  if (node?.kind !== 'scalar' || typeof node.value !== 'string') return [];
  return scanText(node.text).parts.flatMap((part) => {
    if (part.kind !== 'expression') return [];
    const toFileOffset = (offset: number): number => node.toFileOffset(part.sourceStart + offset);
    return [
      { source: part.source, start: node.toFileOffset(part.start), end: node.toFileOffset(part.end), toFileOffset },
    ];
  });
}
