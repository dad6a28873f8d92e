import { pairOf } from '../syntax/tree.ts';
import type { Facts, Report } from './rule.ts';

/** Something to do: `tasks` of a file or a body must hold at least one. */
export function noTasks(facts: Facts, report: Report): void {
  const holders = [
    facts.document.root,
    ...facts.tasks.flatMap(({ node }) => [
      pairOf(node, 'do')?.value,
      pairOf(pairOf(node, 'on_error')?.value, 'fallback')?.value,
    ]),
  ];
  for (const holder of holders) {
    const tasks = pairOf(holder, 'tasks');
    if (tasks?.value.kind !== 'map' || tasks.value.pairs.length > 0) continue;
    report({
      code: 'missing-value',
      severity: 'error',
      message: '`tasks` is empty. Add at least one.',
      range: tasks.keyNode.range,
    });
  }
}
