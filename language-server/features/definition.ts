// From a name to where it is declared, and from a module or a called workflow to its file.
import type { Location, Position } from 'vscode-languageserver';
import { type OpenDocument, uriBeside } from './open-document.ts';
import { toLspRange, toOffset, touches } from './ranges.ts';

/** @returns the place of the declaration; null for names that come with Segue, and for what is no name */
export function definitionAt(document: OpenDocument, position: Position): Location | null {
  if (document.facts.kind === 'config') return null;
  const offset = toOffset(document.lines, position);
  const { uses, workflow } = document.checked;
  const module = workflow.toolsets.find(({ module: named }) => named && touches(named.range, offset))?.module;
  if (module) return module.file === undefined ? null : beginningOf(uriBeside(document.facts.uri, module.file));
  const use = uses.find(({ range }) => touches(range, offset));
  if (use?.declaredIn !== undefined) return beginningOf(uriBeside(document.facts.uri, use.declaredIn));
  if (!use?.declared) return null;
  return { uri: document.facts.uri, range: toLspRange(document.lines, use.declared) };
}

function beginningOf(uri: string): Location {
  const start = { line: 0, character: 0 };
  return { uri, range: { start, end: start } };
}
