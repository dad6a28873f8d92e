// All our files of the workspace, for features that look past their own document.
import { type OpenDocument, pathOfUri } from './open-document.ts';

export interface Workspace {
  /**
   * The files that are known: those open in an editor in their newest version, the others as read from disk. To analyse
   * them all takes long; who looks for a name looks first whether the text holds it.
   */
  documents(): readonly OpenDocument[];
}

/** @returns the document of a URI, however an editor writes it; undefined when there is none */
export function documentAt(workspace: Workspace, uri: string): OpenDocument | undefined {
  const place = placeOf(uri);
  return workspace.documents().find(({ facts }) => facts.uri === uri || placeOf(facts.uri) === place);
}

/** @returns one name for a file, however its URI is written: editors differ in escapes and in the case of a drive */
export function placeOf(uri: string): string {
  return pathOfUri(uri).replace(/^\/[A-Z]:/, (drive) => drive.toLowerCase());
}
