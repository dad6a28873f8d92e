// Which names the expressions of a file use, and which tasks must therefore end before which.
import { referencesOf, type ReferenceSegment } from '../expressions/index.ts';
import type { ScalarNode } from '../syntax/tree.ts';
import type { ExpressionUse } from './draft.ts';
import type { Input, NamedThing, SharedValue } from './model.ts';
import { fieldsOf, levelsOf } from './names.ts';
import { type Declared, joined, type ReadingContext } from './reading-context.ts';

interface DeclaredNames {
  readonly inputs: readonly Input[];
  readonly shared: readonly SharedValue[];
  readonly env: readonly ScalarNode[];
}

/**
 * Notes every use of a task, an input, a shared value or an environment variable in an expression. A task of the same
 * or an outer scope that is named becomes a need of the task (there) in which the expression stands.
 */
export function linkReferences(context: ReadingContext, names: DeclaredNames): void {
  const roots: ReadonlyMap<string, readonly [NamedThing, Declared]> = new Map([
    ['inputs', ['input', new Map(names.inputs.map((input) => [input.name, input]))]],
    ['shared', ['shared', new Map(names.shared.map((value) => [value.name, value]))]],
    ['env', ['env', new Map(names.env.map((name) => [name.text, { nameRange: name.range }]))]],
  ] as const);
  for (const use of context.templates.expressions) {
    for (const { segments } of referencesOf(use.expression.source)) {
      const [root, field] = segments;
      if (!root || !field) continue;
      const range = rangeIn(use, field);
      const declared = roots.get(root.name);
      if (root.name === 'tasks') linkTask(context, use, field);
      else if (declared && root.name in use.expression.names()) {
        context.note(declared[0], field.name, range, 'expression', () => declared[1]);
      }
    }
  }
}

function linkTask(context: ReadingContext, use: ExpressionUse, field: ReferenceSegment): void {
  const range = rangeIn(use, field);
  const levels = levelsOf(use.surroundings);
  const level = levels.find(({ scope }) => scope.byId.has(field.name));
  const owner = level?.owner ? level.scope.byId.get(level.owner.id) : undefined;
  if (owner && !owner.implied.has(field.name)) owner.implied.set(field.name, range);
  const visible = joined(levels.map(({ scope }) => scope.byId));
  // Where no task can be named at all, the name `tasks` itself is what is wrong.
  if (levels.length > 0 || Object.keys(fieldsOf(use.expression.names(), 'tasks')).length > 0) {
    context.note('task', field.name, range, 'expression', () => visible);
  }
}

/** The place of a part of an expression in the file. */
export function rangeIn(
  use: ExpressionUse,
  part: { readonly start: number; readonly end: number },
): { start: number; end: number } {
  return { start: use.expression.toFileOffset(part.start), end: use.expression.toFileOffset(part.end) };
}
