// Every name that a file declares, with its place: what references lead to and renames change.
import { type Node, type Pair, pairsOf, type ScalarNode, valueOf } from '../syntax/tree.ts';
import type { TaskDraft } from './draft.ts';
import type { DeclaredName, NamedThing } from './model.ts';
import { scalarAt, textsAt } from './read.ts';

/** The sections of a file whose keys are names. */
const sections: readonly (readonly [string, NamedThing])[] = [
  ['inputs', 'input'],
  ['shared', 'shared'],
  ['agents', 'agent'],
  ['toolsets', 'toolset'],
  ['outputs', 'output'],
];

/** @param tasks every task of the file, those in bodies too */
export function declaredNames(root: Node | undefined, tasks: readonly TaskDraft[]): readonly DeclaredName[] {
  const inSections = sections.flatMap(([key, kind]) => pairsOf(valueOf(root, key)).map((pair) => named(kind, pair)));
  const tools = pairsOf(valueOf(root, 'toolsets')).flatMap(({ value }) => pairsOf(valueOf(value, 'tools')));
  return [
    ...inSections,
    ...tools.map((pair) => named('tool', pair)),
    ...textsAt(root, 'env').map((name) => namedBy('env', name)),
    ...tasks.flatMap(namesOfTask),
  ];
}

/** What stands in a scope has a name of its own; a body is called by its key. */
function namesOfTask({ id, node, nameRange, scope, branches = [], read }: TaskDraft): readonly DeclaredName[] {
  const as = read?.type === 'for_each' ? scalarAt(node, 'as') : undefined;
  return [
    ...(scope ? [{ kind: 'task' as const, name: id, nameRange, range: read?.range ?? nameRange }] : []),
    ...branches.map((branch) => ({
      kind: 'branch' as const,
      name: branch.name,
      nameRange: branch.nameRange,
      range: branch.range,
    })),
    ...(as ? [namedBy('variable', as)] : []),
  ];
}

function named(kind: NamedThing, { key, keyNode, range }: Pair): DeclaredName {
  return { kind, name: key, nameRange: keyNode.range, range };
}

function namedBy(kind: NamedThing, { text, range }: ScalarNode): DeclaredName {
  return { kind, name: text, nameRange: range, range };
}
