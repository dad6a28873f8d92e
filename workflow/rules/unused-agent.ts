import type { Facts, Report } from './rule.ts';

/** Agents that no task and no other agent names: nothing is wrong, but they are probably left over. */
export function unusedAgent(facts: Facts, report: Report): void {
  const used = new Set(
    facts.context.uses.filter((use) => use.kind === 'agent' && use.by !== 'mock').map((use) => use.name),
  );
  for (const agent of facts.workflow.agents) {
    if (used.has(agent.name)) continue;
    const message = `No task uses the agent \`${agent.name}\`.`;
    report({ code: 'unused-agent', severity: 'hint', message, range: agent.nameRange, tags: ['unnecessary'] });
  }
}
