// How answers are written in a fixture.
import type { Range } from 'vscode-languageserver';
import type { OpenDocument } from '../features/open-document.ts';
import type { Workspace } from '../features/workspace.ts';

/**
 * What a feature answers, as one text.
 * @param range where its mark stands; a cursor stands at its start
 * @param argument what stands behind the feature's name
 * @param workspace the document, and the files that stand in folders beside it
 */
export type Asked = (document: OpenDocument, range: Range, argument: string, workspace: Workspace) => string;

/** `line:from-to`, or `line:from-line:to`, all counted from 1. */
export function rangeText({ start, end }: Range): string {
  const last = end.line === start.line ? '' : `${end.line + 1}:`;
  return `${start.line + 1}:${start.character + 1}-${last}${end.character + 1}`;
}
