import { lineOf } from '../model/agents.ts';
import { valueOf } from '../syntax/tree.ts';
import type { Facts, Report } from './rule.ts';

/** A bound needs a figure, its own or one that is taken over. */
export function agentContext(facts: Facts, report: Report): void {
  for (const draft of facts.context.agentDrafts) {
    const context = valueOf(draft.node, 'context');
    if (context?.kind !== 'map' || valueOf(context, 'max_tokens')) continue;
    if (lineOf(draft).some(({ own }) => own.context?.maxTokens !== undefined)) continue;
    const message = '`context` has no `max_tokens`, which it needs.';
    report({ code: 'missing-key', severity: 'error', message, range: context.range });
  }
}
