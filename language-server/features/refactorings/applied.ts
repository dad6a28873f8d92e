// For tests: what a client makes of a code action.
import type { CodeAction, TextDocumentEdit } from 'vscode-languageserver';
import type { OpenDocument } from '../open-document.ts';
import { pathOfUri } from '../open-document.ts';
import { toRange } from '../ranges.ts';
import { edited } from './written.ts';

export interface Applied {
  /** The document after it. */
  readonly text: string;
  /** New files, by their paths. */
  readonly created: { readonly [path: string]: string };
  readonly deleted: readonly string[];
}

/** Applies the edits of an action to a document. Throws if they overlap, which a client refuses. */
export function applied(document: OpenDocument, { edit }: CodeAction): Applied {
  const created: { [path: string]: string } = {};
  const deleted: string[] = [];
  let { text } = document;
  for (const change of edit?.documentChanges ?? []) {
    if ('kind' in change) {
      if (change.kind === 'create') created[pathOfUri(change.uri)] = '';
      if (change.kind === 'delete') deleted.push(pathOfUri(change.uri));
    } else if (change.textDocument.uri === document.facts.uri) text = withEdits(document, change);
    else
      created[pathOfUri(change.textDocument.uri)] = change.edits
        .map((one) => ('newText' in one ? one.newText : ''))
        .join('');
  }
  return { text, created, deleted };
}

function withEdits({ text, lines }: OpenDocument, { edits }: TextDocumentEdit): string {
  const inText = edits.flatMap((edit) =>
    'newText' in edit ? [{ range: toRange(lines, edit.range), newText: edit.newText }] : [],
  );
  const ordered = inText.toSorted((a, b) => a.range.start - b.range.start || a.range.end - b.range.end);
  ordered.forEach(({ range }, index) => {
    const before = ordered[index - 1];
    if (before && range.start < before.range.end) throw new Error(`Edits overlap at ${range.start}.`);
  });
  return edited(text, { start: 0, end: text.length }, ordered);
}
