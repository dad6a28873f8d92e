import { outputOfAgent, reachedByHandoffs } from '../model/handoffs.ts';
import type { ReadTask } from '../model/draft.ts';
import type { AgentTask } from '../model/model.ts';
import { valueOf } from '../syntax/tree.ts';
import { type Facts, listed, type Report } from './rule.ts';

/** Whoever answers at the end of a conversation that is handed on: its task has one type of output. */
export function handoffOutput(facts: Facts, report: Report): void {
  for (const { read, node, nameRange } of facts.tasks) {
    const { agent, outputSchema } = answering(read) ?? {};
    if (!agent || outputSchema || outputOfAgent(agent)) continue;
    const names = listed(reachedByHandoffs(agent).map(({ name }) => name));
    const message = `${names} may answer here, and their outputs differ. Give the task an \`output_schema\`, which each of them then has to meet.`;
    report({
      code: 'different-outputs',
      severity: 'error',
      message,
      range: valueOf(node, 'agent')?.range ?? nameRange,
    });
  }
}

/** What a task's output comes from, if an agent answers with it. */
function answering(read: ReadTask | undefined): Pick<AgentTask, 'agent' | 'outputSchema'> | undefined {
  switch (read?.type) {
    case 'agent':
      return read;
    case 'reflect':
      return read.draft;
    case 'supervisor':
      return read.synthesis;
    default:
      return undefined;
  }
}
