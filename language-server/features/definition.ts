// From a name to where it is declared, and from what stands for a file to that file.
import type { Location, Position } from 'vscode-languageserver';
import { lineMap, type Place, type ToolModule } from '../../workflow/index.ts';
import { anchorAt } from './anchors.ts';
import { thingAt } from './occurrences.ts';
import { type OpenDocument, uriBeside } from './open-document.ts';
import { toLspRange, toOffset, touches } from './ranges.ts';

/**
 * @returns the place of the declaration, of a declaration itself that place again; of a tool that is declared the function in
 *   its module; null for names that come with Segue, and for what is no name
 */
export function definitionAt(document: OpenDocument, position: Position): Location | null {
  if (document.facts.kind === 'config') return null;
  const offset = toOffset(document.lines, position);
  const anchor = anchorAt(document, offset);
  if (anchor) return locationOf(document, { file: document.file, range: anchor });
  const { uses, workflow } = document.checked;
  const modules = workflow.toolsets.flatMap(({ module }) => module ?? []);
  const module = modules.find(({ range }) => touches(range, offset));
  if (module) return module.file === undefined ? null : locationOf(document, beginningOf(module.file));
  const declared = functionAt(document, modules, offset) ?? thingAt(document, offset)?.thing.declared;
  if (declared) return locationOf(document, declared);
  const use = uses.find(({ range, declaredAt }) => declaredAt && touches(range, offset));
  return use?.declaredAt ? locationOf(document, use.declaredAt) : null;
}

/** @returns a place as the protocol writes it; in a file of which nothing is known, its beginning */
export function locationOf(document: OpenDocument, { file, range }: Place): Location {
  const { facts } = document;
  if (file === document.file) return { uri: facts.uri, range: toLspRange(document.lines, range) };
  const uri = uriBeside(facts.uri, file);
  const text = document.textOf(uri);
  const start = { line: 0, character: 0 };
  return { uri, range: text === undefined ? { start, end: start } : toLspRange(lineMap(text), range) };
}

function beginningOf(file: string): Place {
  return { file, range: { start: 0, end: 0 } };
}

/** Where a tool is declared its definition is the function, if the module shows it. */
function functionAt(document: OpenDocument, modules: readonly ToolModule[], offset: number): Place | undefined {
  for (const { file, tools } of modules) {
    const tool = tools.find(({ nameRange }) => touches(nameRange, offset));
    if (!tool || file === undefined) continue;
    const text = document.textOf(uriBeside(document.facts.uri, file));
    const found = text === undefined ? null : exported(tool.name).exec(text);
    if (!found) return beginningOf(file);
    const start = found.index + found[0].length - tool.name.length;
    return { file, range: { start, end: start + tool.name.length } };
  }
  return undefined;
}

function exported(name: string): RegExp {
  return new RegExp(`^export\\s+(?:async\\s+)?(?:function\\*?|const|let|var)\\s+${name}(?![\\w$])`, 'm');
}
