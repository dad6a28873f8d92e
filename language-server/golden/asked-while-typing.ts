// What can be asked in a fixture of completion and signatures.
import type { CompletionItem, Position } from 'vscode-languageserver';
import { completeAt } from '../features/completion.ts';
import type { OpenDocument } from '../features/open-document.ts';
import { signatureHelpAt } from '../features/signature-help.ts';
import { type Asked, rangeText } from './answer-text.ts';

export const askedWhileTyping = {
  /** The labels of the first suggestions, as many as the argument says (10), in the order in which they are shown. */
  complete: (document, { start }, argument) => suggested(document, start, argument, ({ label }) => label),
  /** The same with what is shown beside them. */
  details: (document, { start }, argument) =>
    suggested(document, start, argument, ({ label, detail = '' }) => `${label} (${detail})`),
  /** What the first suggestion with a label writes, and where: the argument is the label. */
  inserts: (document, { start }, argument) => {
    const edit = itemWith(document, start, argument)?.textEdit;
    return edit && 'range' in edit ? `${rangeText(edit.range)} ${edit.newText}` : '';
  },
  /** The documentation of the suggestion with a label. */
  docs: (document, { start }, argument) => {
    const { items, documentationOf } = completeAt(document, start);
    const data: unknown = items.find(({ label }) => label === argument)?.data;
    return (typeof data === 'number' ? documentationOf(data) : undefined) ?? '';
  },
  /** The active signature with its active parameter in brackets, and which one it is of how many. */
  signature: (document, { start }) => {
    const help = signatureHelpAt(document, start);
    const active = help?.signatures[help.activeSignature ?? 0];
    if (!help || !active) return '';
    const place = active.parameters?.[help.activeParameter ?? 0]?.label;
    const [from, to] = Array.isArray(place) ? place : [active.label.length, active.label.length];
    const shown = `${active.label.slice(0, from)}[${active.label.slice(from, to)}]${active.label.slice(to)}`;
    return `${shown} · ${(help.activeSignature ?? 0) + 1} of ${help.signatures.length}`;
  },
} satisfies { readonly [feature: string]: Asked };

function itemWith(document: OpenDocument, start: Position, label: string): CompletionItem | undefined {
  return completeAt(document, start).items.find((item) => item.label === label);
}

/** The first suggestions, as many as the argument says (10), in the order in which they are shown. */
function suggested(
  document: OpenDocument,
  start: Position,
  argument: string,
  shown: (item: CompletionItem) => string,
): string {
  const sorted = completeAt(document, start).items.toSorted((a, b) =>
    (a.sortText ?? a.label) < (b.sortText ?? b.label) ? -1 : 1,
  );
  return sorted
    .slice(0, Number(argument || 10))
    .map(shown)
    .join(', ');
}
