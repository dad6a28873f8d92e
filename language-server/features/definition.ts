// From a name to where it is declared.
import type { Location, Position } from 'vscode-languageserver';
import type { OpenDocument } from './open-document.ts';
import { toLspRange, toOffset, touches } from './ranges.ts';

/** @returns the place of the declaration; null for names that come with Segue, and for what is no name */
export function definitionAt(document: OpenDocument, position: Position): Location | null {
  if (document.facts.kind !== 'workflow') return null;
  const offset = toOffset(document.lines, position);
  const use = document.checked.uses.find(({ range }) => touches(range, offset));
  if (!use?.declared) return null;
  return { uri: document.facts.uri, range: toLspRange(document.lines, use.declared) };
}
