// Formatting: two spaces for each level, one space where one belongs, one line break at the end. Invariants:
//   F1. Only white space changes: keys, order, quotes, comments, anchors and the content of texts stay.
//   F2. What is formatted says the same; a text for which that is not so is left alone.
//   F3. A text with faults in its syntax is not touched.
import type { Range as LspRange, TextEdit as LspTextEdit } from 'vscode-languageserver';
import { type Node, parseDocument, type TextEdit } from '../../workflow/index.ts';
import { formatEdits } from './format-edits.ts';
import type { OpenDocument } from './open-document.ts';
import { toLspRange, toRange } from './ranges.ts';

/** @returns the edits that format a document; none where it is well or can not be read without doubt */
export function formatDocument(document: OpenDocument): readonly LspTextEdit[] {
  return asLsp(document, sameMeaning(document, editsOf(document)));
}

/** @returns the edits that format some lines; if their indentation can not be changed without that of others, what stands behind it */
export function formatRange(document: OpenDocument, within: LspRange): readonly LspTextEdit[] {
  const range = toRange(document.lines, within);
  const edits = editsOf(document).filter((edit) => range.start <= edit.range.start && edit.range.end <= range.end);
  const whole = sameMeaning(document, edits);
  if (whole.length > 0) return asLsp(document, whole);
  return asLsp(
    document,
    sameMeaning(
      document,
      edits.filter((edit) => !isIndentation(document, edit)),
    ),
  );
}

/** Twice the same key is a matter of meaning; all other faults of the syntax say that the text may be read otherwise. */
function editsOf({ syntax, text }: OpenDocument): readonly TextEdit[] {
  const isWhole = syntax.root !== undefined && syntax.diagnostics.every(({ code }) => code === 'duplicate-key');
  return isWhole ? formatEdits(text) : [];
}

function isIndentation({ text }: OpenDocument, { range: { start, end } }: TextEdit): boolean {
  return (start === 0 || /[\r\n]/.test(text.charAt(start - 1))) && /\S/.test(text.charAt(end));
}

function sameMeaning({ file, text, syntax }: OpenDocument, edits: readonly TextEdit[]): readonly TextEdit[] {
  if (edits.length === 0) return edits;
  const after = parseDocument(file, applied(text, edits));
  const isSame = after.diagnostics.length === syntax.diagnostics.length && saysTheSame(syntax.root, after.root);
  return isSame ? edits : [];
}

/** @param edits in order, none of which overlap @returns the text with the edits made */
export function applied(text: string, edits: readonly TextEdit[]): string {
  let at = 0;
  const parts = edits.flatMap(({ range, newText }) => {
    const before = text.slice(at, range.start);
    at = range.end;
    return [before, newText];
  });
  return [...parts, text.slice(at)].join('');
}

/** Two trees with the same keys in the same order, the same values, written in the same way. */
export function saysTheSame(a: Node | undefined, b: Node | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  switch (a.kind) {
    case 'scalar':
      return b.kind === 'scalar' && a.value === b.value && a.text === b.text && a.style === b.style;
    case 'list':
      if (b.kind !== 'list' || a.flow !== b.flow || a.items.length !== b.items.length) return false;
      return a.items.every((item, index) => saysTheSame(item, b.items[index]));
    case 'map':
      if (b.kind !== 'map' || a.flow !== b.flow || a.pairs.length !== b.pairs.length) return false;
      return a.pairs.every(({ key, value }, index) => {
        const other = b.pairs[index];
        return other !== undefined && key === other.key && saysTheSame(value, other.value);
      });
  }
}

function asLsp({ lines }: OpenDocument, edits: readonly TextEdit[]): readonly LspTextEdit[] {
  return edits.map(({ range, newText }) => ({ range: toLspRange(lines, range), newText }));
}
