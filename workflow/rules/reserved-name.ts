import { isReservedName, isValidId } from '../expressions/index.ts';
import { valueOf } from '../syntax/tree.ts';
import type { Facts, Report } from './rule.ts';

/** `as` names a variable at the root of expressions: it must be free there. */
export function reservedName(facts: Facts, report: Report): void {
  for (const { node } of facts.tasks) {
    const as = valueOf(node, 'as');
    if (as?.kind !== 'scalar' || as.value === null) continue;
    if (!isValidId(as.text)) {
      const message = `\`${as.text}\` can not be a name: use letters, digits and \`_\`, and not a digit first.`;
      report({ code: 'invalid-id', severity: 'error', message, range: as.range });
    } else if (isReservedName(as.text)) {
      const message = `\`${as.text}\` already means something in expressions. Choose another name.`;
      report({ code: 'reserved-name', severity: 'error', message, range: as.range });
    }
  }
}
