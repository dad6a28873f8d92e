import { checkTemplate } from '../expressions/index.ts';
import type { Facts, Report } from './rule.ts';

/** `items` of a for_each must be a list. */
export function itemsNotList(facts: Facts, report: Report): void {
  for (const { read } of facts.tasks) {
    if (read?.type !== 'for_each') continue;
    const { schema, findings } = checkTemplate(read.items);
    const type = schema['type'];
    if (findings.length > 0 || typeof type !== 'string' || type === 'array') continue;
    const message = `\`items\` must be a list; this is a value of type ${type}.`;
    report({ code: 'items-not-list', severity: 'error', message, range: read.items.place.range });
  }
}
