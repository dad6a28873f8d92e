import { holdersOf, removeFix } from './removal.ts';
import type { Facts, Report } from './rule.ts';

/** Agents that no task and no other agent names: nothing is wrong, but they are probably left over. */
export function unusedAgent({ context, agentFiles, document }: Facts, report: Report): void {
  const uses = [context, ...agentFiles.all.map((file) => file.context)].flatMap((one) => one.uses);
  const used = new Set(uses.filter((use) => use.kind === 'agent' && use.by !== 'mock').map((use) => use.name));
  const holders = holdersOf(document.root, ['agents']);
  for (const { name, nameRange, range } of context.agentDrafts) {
    if (used.has(name)) continue;
    const message = `No task uses the agent \`${name}\`.`;
    const fix = removeFix(document, `Remove the agent ${name}`, holders, { range });
    const fixes = fix ? [fix] : [];
    report({ code: 'unused-agent', severity: 'hint', message, range: nameRange, fixes, tags: ['unnecessary'] });
  }
}
