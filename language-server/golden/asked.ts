// What can be asked in a fixture: one entry per feature.
import type { Range } from 'vscode-languageserver';
import { completeAt } from '../features/completion.ts';
import { definitionAt } from '../features/definition.ts';
import { hoverAt } from '../features/hover.ts';
import type { OpenDocument } from '../features/open-document.ts';

/**
 * What a feature answers, as one text.
 * @param range where its mark stands; a cursor stands at its start
 * @param argument what stands behind the feature's name
 */
export type Asked = (document: OpenDocument, range: Range, argument: string) => string;

export const asked: { readonly [feature: string]: Asked } = {
  /** The labels of the first suggestions, as many as the argument says (10), in the order in which they are shown. */
  complete: (document, { start }, argument) => {
    const { items } = completeAt(document, start, { suggestsAgain: false });
    const sorted = items.toSorted((a, b) => ((a.sortText ?? a.label) < (b.sortText ?? b.label) ? -1 : 1));
    return sorted
      .slice(0, Number(argument || 10))
      .map(({ label }) => label)
      .join(', ');
  },
  definition: (document, { start }) => {
    const found = definitionAt(document, start);
    return found ? `${fileOf(found.uri, document)}${rangeText(found.range)}` : '';
  },
  hover: (document, { start }) => {
    const contents = hoverAt(document, start)?.contents;
    return contents && typeof contents === 'object' && 'value' in contents ? contents.value : '';
  },
};

/** `line:from-to`, or `line:from-line:to`, all counted from 1. */
export function rangeText({ start, end }: Range): string {
  const last = end.line === start.line ? '' : `${end.line + 1}:`;
  return `${start.line + 1}:${start.character + 1}-${last}${end.character + 1}`;
}

/** The name of another file with a space behind it; nothing for the document itself. */
export function fileOf(uri: string, { facts }: OpenDocument): string {
  return uri === facts.uri ? '' : `${uri.slice(uri.lastIndexOf('/fixtures/features/') + 19)} `;
}
