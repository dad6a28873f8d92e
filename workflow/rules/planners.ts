import { pairOf, valueOf } from '../syntax/tree.ts';
import type { Facts, Report } from './rule.ts';

/** A planner must have something to plan with. */
export function planners({ tasks }: Facts, report: Report): void {
  for (const { id, node, read } of tasks) {
    const mayUse = pairOf(node, 'may_use');
    if (read?.type !== 'planner' || mayUse?.value.kind !== 'map') continue;
    if (valueOf(mayUse.value, 'agents') || valueOf(mayUse.value, 'tools')) continue;
    const message = `\`${id}\` may use nothing: give \`may_use\` a list of \`agents\`, of \`tools\`, or both.`;
    report({ code: 'missing-key', severity: 'error', message, range: mayUse.keyNode.range });
  }
}
