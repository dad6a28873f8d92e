// Every place that names a thing, in all files of the workspace.
import type { Location, Position } from 'vscode-languageserver';
import { inputsInAgentFiles } from './inputs-in-agent-files.ts';
import { occurrencesOf, type Thing, thingAt } from './occurrences.ts';
import { type OpenDocument, uriBeside } from './open-document.ts';
import { toLspRange, toOffset } from './ranges.ts';
import type { Workspace } from './workspace.ts';

/**
 * @param includeDeclaration whether the place of the declaration is among them; of an agent in a file of its own it is the
 *   beginning of that file
 */
export function referencesAt(
  document: OpenDocument,
  position: Position,
  { includeDeclaration }: { readonly includeDeclaration: boolean },
  workspace: Workspace,
): readonly Location[] {
  const thing = thingAt(document, toOffset(document.lines, position))?.thing;
  if (!thing) return [];
  const found = occurrencesOf(thing, document, workspace).flatMap(({ document: each, occurrences }) =>
    occurrences
      .filter(({ access }) => includeDeclaration || access !== 'declares')
      .map(({ range }) => ({ uri: each.facts.uri, range: toLspRange(each.lines, range) })),
  );
  const inAgents = thing.kind === 'input' ? inputsInAgentFiles(thing, document, workspace) : [];
  const inFiles = inAgents.flatMap(({ document: each, ranges }) =>
    ranges.map((range) => ({ uri: each.facts.uri, range: toLspRange(each.lines, range) })),
  );
  return [...(includeDeclaration ? wholeFile(thing, document) : []), ...found, ...inFiles];
}

function wholeFile({ declared }: Thing, { facts: { uri } }: OpenDocument): readonly Location[] {
  if (!declared || declared.range.end > 0) return [];
  const start = { line: 0, character: 0 };
  return [{ uri: uriBeside(uri, declared.file), range: { start, end: start } }];
}
