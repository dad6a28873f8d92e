import { pairOf } from '../syntax/tree.ts';
import { removeFix } from './removal.ts';
import type { Facts, Report } from './rule.ts';

/** The element of a `for_each` that has a name of its own, which its body does not say. */
export function unusedElement({ context, tasks, document }: Facts, report: Report): void {
  const named = new Set(
    context.mentions.flatMap(({ kind, declared }) => (kind === 'variable' && declared?.start) || []),
  );
  for (const task of tasks) {
    const { read, node, id } = task;
    const as = pairOf(node, 'as');
    if (read?.type !== 'for_each' || as?.value.kind !== 'scalar' || named.has(as.value.range.start)) continue;
    const message = `The body of \`${id}\` does not use \`${read.as}\`: it does the same for each element.`;
    // Without it the element is called `item`, which must not be taken.
    const isFree = !('item' in (context.taskSurroundings.get(task)?.names() ?? {}));
    const fix = isFree ? removeFix(document, 'Remove as', [{ range: node.range, value: node }], as) : undefined;
    const fixes = fix ? [fix] : [];
    report({ code: 'unused-element', severity: 'hint', message, range: as.value.range, fixes, tags: ['unnecessary'] });
  }
}
