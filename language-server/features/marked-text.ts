// For tests: a text with a mark where the cursor stands.
import type { Position } from 'vscode-languageserver';
import type { FileKind } from '../../workflow/index.ts';
import type { ActionsAsked } from './code-actions.ts';
import { OpenDocument } from './open-document.ts';
import { toLspPosition } from './ranges.ts';

/** @param marked a text with one `¦` @returns the document without it, and its position */
export function openMarked(
  marked: string,
  kind: FileKind = 'workflow',
): { document: OpenDocument; position: Position } {
  const offset = marked.indexOf('¦');
  const document = openText(offset < 0 ? marked : marked.slice(0, offset) + marked.slice(offset + 1), kind);
  return { document, position: toLspPosition(document.lines, Math.max(offset, 0)) };
}

/** @returns a document as it is when it has just been opened. */
export function openText(text: string, kind: FileKind = 'workflow'): OpenDocument {
  return new OpenDocument({ uri: `file:///project/${places[kind]}`, version: 1, kind, text });
}

const places: { readonly [kind in FileKind]: string } = {
  workflow: 'a.segue.yaml',
  config: '.segue/config.yaml',
  agent: 'agents/writer.agent.yaml',
};

/** What an editor asks that can do everything, with no other file around a document. */
export function everythingOf(document: OpenDocument, only?: readonly string[]): ActionsAsked {
  const client = { showsDisabled: true, createsFiles: true, deletesFiles: true };
  return { workspace: { documents: () => [document] }, client, ...(only && { only }) };
}
