import { lineOf } from '../model/agents.ts';
import type { Facts, Report } from './rule.ts';

/** A model that stands before in the list has failed by then, and is not asked a second time. */
export function repeatedModel(facts: Facts, report: Report): void {
  for (const draft of facts.context.agentDrafts) {
    const before = new Set([lineOf(draft).find(({ own }) => own.model)?.own.model?.model]);
    for (const { model, range } of draft.own.fallback ?? []) {
      const message = `\`${model}\` has been asked before: this does nothing.`;
      if (before.has(model)) report({ code: 'no-effect', severity: 'warning', message, range, tags: ['unnecessary'] });
      before.add(model);
    }
  }
}
