// The places of a document that name the same as the one where the cursor stands.
import { type DocumentHighlight, DocumentHighlightKind, type Position } from 'vscode-languageserver';
import { occurrencesIn, thingAt } from './occurrences.ts';
import type { OpenDocument } from './open-document.ts';
import { toLspRange, toOffset } from './ranges.ts';

/** @returns the places; what declares a thing or gives it a value is shown as a place that writes */
export function highlightsAt(document: OpenDocument, position: Position): readonly DocumentHighlight[] {
  const thing = thingAt(document, toOffset(document.lines, position))?.thing;
  if (!thing) return [];
  return occurrencesIn(document, thing).map(({ range, access }) => ({
    range: toLspRange(document.lines, range),
    kind: access === 'reads' ? DocumentHighlightKind.Read : DocumentHighlightKind.Write,
  }));
}
