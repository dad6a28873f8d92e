import { lineOf, maxLine } from '../model/agents.ts';
import type { AgentDraft } from '../model/draft.ts';
import type { Facts, Report } from './rule.ts';

/** Agents that take over from each other in a circle, or in a line too long to follow. */
export function agentLine(facts: Facts, report: Report): void {
  const told = new Set<AgentDraft>();
  for (const draft of facts.context.agentDrafts) {
    if (!draft.base || told.has(draft)) continue;
    const line = lineOf(draft);
    const next = line.at(-1)?.findBase();
    if (next === draft) {
      for (const one of line) told.add(one);
      const way = [...line, draft].map(({ name }) => `\`${name}\``).join(' → ');
      const message = `These agents extend each other: ${way}.`;
      report({ code: 'cycle', severity: 'error', message, range: draft.base.range });
    } else if (next && line.length === maxLine) {
      const message = `\`${draft.name}\` takes over from more than ${maxLine} agents, each from the next.`;
      report({ code: 'too-deep', severity: 'error', message, range: draft.base.range });
    }
  }
}
