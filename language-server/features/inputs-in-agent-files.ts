// The instructions of an agent in a file of its own see the inputs of whatever workflow uses it.
import { type Expression, type Range, referencesOf, type Template, type Workflow } from '../../workflow/index.ts';
import { documentsWith, type Thing } from './occurrences.ts';
import type { OpenDocument } from './open-document.ts';
import type { Workspace } from './workspace.ts';

/** @returns the places in agent files that name an input of a workflow */
export function inputsInAgentFiles(
  { name, declared }: Thing,
  document: OpenDocument,
  workspace: Workspace,
): readonly { readonly document: OpenDocument; readonly ranges: readonly Range[] }[] {
  const all = documentsWith(document, workspace);
  const declaring = all.find(({ file }) => file === declared?.file);
  if (!declaring) return [];
  const places = instructionsElsewhere(declaring.checked.workflow).flatMap((expression) =>
    rangesIn(expression, name).map((range) => ({ file: expression.place.file, range })),
  );
  return all.flatMap((each) => {
    const own = places.filter(({ file }) => file === each.file).map(({ range }) => range);
    return own.length > 0 ? [{ document: each, ranges: distinct(own) }] : [];
  });
}

/** @returns the workflows of the workspace whose agents say what stands in a file */
export function usersOf(file: string, document: OpenDocument, workspace: Workspace): readonly OpenDocument[] {
  return documentsWith(document, workspace).filter(({ checked }) =>
    instructionsElsewhere(checked.workflow).some(({ place }) => place.file === file),
  );
}

function instructionsElsewhere({ agents, file }: Workflow): readonly Expression[] {
  return agents
    .flatMap(({ instructions }) => (instructions ? expressionsOf(instructions) : []))
    .filter(({ place }) => place.file !== file);
}

function expressionsOf(template: Template): readonly Expression[] {
  if (template.kind === 'expression') return [template.expression];
  return template.kind === 'text' ? template.parts.filter((part) => typeof part !== 'string') : [];
}

function rangesIn({ source, toFileOffset }: Expression, name: string): readonly Range[] {
  return referencesOf(source).flatMap(({ segments: [root, field] }) =>
    root?.name === 'inputs' && field?.name === name
      ? [{ start: toFileOffset(field.start), end: toFileOffset(field.end) }]
      : [],
  );
}

function distinct(ranges: readonly Range[]): readonly Range[] {
  return [...new Map(ranges.map((range) => [range.start, range])).values()].sort((a, b) => a.start - b.start);
}
