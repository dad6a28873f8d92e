import type { Facts, Report } from './rule.ts';

/** A model that stands before in the list has failed by then, and is not asked a second time. */
export function repeatedModel(facts: Facts, report: Report): void {
  const { agents, agentDrafts } = facts.context;
  for (const [index, { own }] of [...agentDrafts.values()].entries()) {
    const before = new Set([agents[index]?.model]);
    for (const { model, range } of own.fallback ?? []) {
      const message = `\`${model}\` has been asked before: this does nothing.`;
      if (before.has(model)) report({ code: 'no-effect', severity: 'warning', message, range, tags: ['unnecessary'] });
      before.add(model);
    }
  }
}
