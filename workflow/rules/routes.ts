import type { TaskDraft } from '../model/draft.ts';
import { itemsOf, valueOf } from '../syntax/tree.ts';
import type { Facts, Report } from './rule.ts';

/** An agent chooses routes by the tasks that they lead to: each must lead elsewhere. */
export function routes(facts: Facts, report: Report): void {
  for (const task of facts.tasks) {
    const { read } = task;
    if (read?.type !== 'router') continue;
    sameRoutes(task, read.routes, report);
    const most = valueOf(task.node, 'max_routes');
    if (!most || read.routes.length === 0 || read.maxRoutes <= read.routes.length) continue;
    const count = read.routes.length === 1 ? 'is only one route' : `are only ${read.routes.length} routes`;
    report({ code: 'no-effect', severity: 'warning', message: `There ${count} to choose from.`, range: most.range });
  }
}

function sameRoutes({ node }: TaskDraft, all: readonly { readonly name: string }[], report: Report): void {
  const entries = itemsOf(valueOf(node, 'routes'));
  all.forEach(({ name }, place) => {
    const to = valueOf(entries[place], 'to');
    if (!to || name === '' || all.findIndex((other) => other.name === name) === place) return;
    const message = `A route before this one leads to the same tasks. Make one of the two, with both descriptions.`;
    report({ code: 'same-route', severity: 'error', message, range: to.range });
  });
}
