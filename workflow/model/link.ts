// Which names the expressions of a file use, and which tasks must therefore end before which.
import { referencesOf, type ReferenceSegment, textsOf } from '../expressions/index.ts';
import { itemsOf, type ScalarNode, valueOf } from '../syntax/tree.ts';
import type { ExpressionUse, Surroundings, TaskDraft } from './draft.ts';
import type { Input, NamedThing, Place, SharedValue } from './model.ts';
import { fieldsOf, levelsOf } from './names.ts';
import { type Declared, joined, lettersIn, type ReadingContext } from './reading-context.ts';

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
  for (const task of context.tasks) mentionDefault(context, task);
  for (const use of context.templates.expressions) {
    for (const { segments } of referencesOf(use.expression.source)) {
      const [root, field] = segments;
      if (root) mentionVariable(context, use, root);
      if (!root || !field) continue;
      const range = rangeIn(use, field);
      const declared = roots.get(root.name);
      if (root.name === 'tasks') linkTask(context, use, field, segments.slice(2));
      else if (declared && root.name in use.expression.names()) {
        context.note(declared[0], field.name, range, 'expression', () => declared[1]);
      }
    }
  }
}

function linkTask(
  context: ReadingContext,
  use: ExpressionUse,
  field: ReferenceSegment,
  [part, name]: readonly ReferenceSegment[],
): void {
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
  const task = level?.scope.byId.get(field.name);
  if (task && task.choices.length > 0) mentionChoices(context, use, task);
  const found = task && part && name && fieldOf(context, task, part.name, name.name);
  if (found) context.mention(found.kind, name.name, rangeIn(use, name), 'expression', found.at);
}

/** Where it is asked what a condition or a router has chosen, the texts are names of tasks: `'refund' in tasks.sort.output.to`. */
function mentionChoices(context: ReadingContext, use: ExpressionUse, { choices }: TaskDraft): void {
  for (const text of textsOf(use.expression.source)) {
    const declared = choices.find(({ name }) => name === text.name)?.declared;
    const at = declared && { file: context.file, range: declared };
    if (at) context.mention('task', text.name, rangeIn(use, text), 'expression', at);
  }
}

/** What a condition or a router gives when it fails is a choice too. */
function mentionDefault(context: ReadingContext, { node, read, choices }: TaskDraft): void {
  if (choices.length === 0) return;
  const given = valueOf(valueOf(node, 'on_error'), 'default');
  for (const item of itemsOf(read?.type === 'router' ? valueOf(given, 'to') : given)) {
    const declared = item.kind === 'scalar' && choices.find(({ name }) => name === item.text)?.declared;
    if (declared)
      context.mention('task', item.text, lettersIn(item), 'default', { file: context.file, range: declared });
  }
}

/** What a field of an output is named after: an output of a called file, a branch, an agent that is asked beside others. */
function fieldOf(
  context: ReadingContext,
  { read, branches = [] }: TaskDraft,
  part: string,
  name: string,
): { readonly kind: NamedThing; readonly at: Place } | undefined {
  if (read?.type === 'workflow' && read.called && part === 'output') {
    const { file, outputs } = read.called.workflow;
    const output = outputs.find((one) => one.name === name);
    return output && { kind: 'output', at: { file, range: output.nameRange } };
  }
  if (read?.type !== 'parallel') return undefined;
  if (part !== 'partial' && !(part === 'output' && read.fusion.strategy === 'collect')) return undefined;
  const branch = branches.find((one) => one.name === name);
  if (branch) return { kind: 'branch', at: { file: context.file, range: branch.nameRange } };
  const agent = read.agents.some((one) => one.agentName === name) && context.placeOf('agent', name);
  return agent ? { kind: 'agent', at: agent } : undefined;
}

/** `fact` and `fact_index` where `as` is `fact`: of the second its beginning. */
function mentionVariable(context: ReadingContext, use: ExpressionUse, { name, start }: ReferenceSegment): void {
  for (let at: Surroundings | undefined = use.surroundings; at; at = at.outer) {
    const found = at.variables?.find((variable) => variable.name === name);
    if (!found) continue;
    const range = rangeIn(use, { start, end: start + found.length });
    const declaredAt = { file: context.file, range: found.declared };
    context.mention('variable', name.slice(0, found.length), range, 'expression', declaredAt);
    return;
  }
}

/** The place of a part of an expression in the file. */
export function rangeIn(
  use: ExpressionUse,
  part: { readonly start: number; readonly end: number },
): { start: number; end: number } {
  return { start: use.expression.toFileOffset(part.start), end: use.expression.toFileOffset(part.end) };
}
