import { dependencyOrder } from '../model/order.ts';
import type { Facts, Report } from './rule.ts';

/** Tasks of a cycle that the message names. */
const maxShown = 50;

/** Tasks that wait for each other in a circle, and so for ever. */
export function cycle(facts: Facts, report: Report): void {
  for (const scope of facts.scopes) {
    for (const { range, tasks } of dependencyOrder(scope).cycles) {
      const ids = tasks.map((task) => task.id);
      const shown = ids.length > maxShown ? [...ids.slice(0, maxShown), '…'] : ids;
      const path = [...shown, ids[0]].join(' → ');
      const message =
        ids.length === 1
          ? `\`${ids[0]}\` would wait for itself. A task sees its own input, not its own output.`
          : `These tasks would wait for each other: ${path}. Remove one of the references.`;
      const related = tasks.slice(0, maxShown).map((task) => ({
        file: facts.document.file,
        range: task.nameRange,
        message: `\`${task.id}\` is part of the circle`,
      }));
      report({ code: 'cycle', severity: 'error', message, range, related });
    }
  }
}
