import { referencesOf } from '../expressions/index.ts';
import type { TaskDraft } from '../model/draft.ts';
import type { NameTypes, ValueType } from '../model/model.ts';
import { pairOf } from '../syntax/tree.ts';
import { removeFix } from './removal.ts';
import type { Facts, Report } from './rule.ts';

/** The element of a `for_each` that has a name of its own, which its body does not say. */
export function unusedElement(facts: Facts, report: Report): void {
  const named = valuesNamed(facts);
  for (const task of facts.tasks) {
    const as = pairOf(task.node, 'as');
    const seen = namesInBody(task, facts);
    if (task.read?.type !== 'for_each' || as?.value.kind !== 'scalar' || !seen) continue;
    const names = [task.read.as, task.read.indexName];
    if (names.some((name) => named.has(seen[name]))) continue;
    const message = `The body does not use \`${task.read.as}\`: it does the same for each element.`;
    const isFree = !('item' in seen) && !('index' in seen);
    const fix = isFree
      ? removeFix(facts.document, 'Remove as', [{ range: task.node.range, value: task.node }], as)
      : undefined;
    const fixes = fix ? [fix] : [];
    report({ code: 'unused-element', severity: 'hint', message, range: as.value.range, fixes, tags: ['unnecessary'] });
  }
}

/** The types of all names that expressions begin with: each place that declares a name has a type of its own. */
function valuesNamed({ expressions }: Facts): ReadonlySet<ValueType | undefined> {
  const named = new Set<ValueType | undefined>();
  for (const { expression } of expressions) {
    const names = expression.names();
    for (const { segments } of referencesOf(expression.source)) named.add(names[segments[0]?.name ?? '']);
  }
  return named;
}

function namesInBody({ body }: TaskDraft, { context }: Facts): NameTypes | undefined {
  if (!body) return undefined;
  return body.kind === 'graph' ? body.scope.outer.names() : context.taskSurroundings.get(body.task)?.names();
}
