import { outputOfAgent, reachedByHandoffs } from '../model/handoffs.ts';
import { valueOf } from '../syntax/tree.ts';
import { type Facts, listed, type Report } from './rule.ts';

/** Whoever answers at the end of a conversation that is handed on: its task has one type of output. */
export function handoffOutput(facts: Facts, report: Report): void {
  for (const { read, node, nameRange } of facts.tasks) {
    if (read?.type !== 'agent' || !read.agent || read.outputSchema || outputOfAgent(read.agent)) continue;
    const names = listed(reachedByHandoffs(read.agent).map(({ name }) => name));
    const message = `${names} may answer here, and their outputs differ. Give the task an \`output_schema\`, which each of them then has to meet.`;
    report({
      code: 'different-outputs',
      severity: 'error',
      message,
      range: valueOf(node, 'agent')?.range ?? nameRange,
    });
  }
}
