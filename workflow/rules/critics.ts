import { selfCritic } from '../model/read-reflect.ts';
import { valueOf } from '../syntax/tree.ts';
import { judgeNeedsScore } from './judge-needs-score.ts';
import type { Facts, Report } from './rule.ts';

/** The critic of a `reflect` must be able to give a score, and it must be clear who is meant by `self`. */
export function critics({ tasks, context }: Facts, report: Report): void {
  for (const { node, read } of tasks) {
    const critic = valueOf(node, 'critic');
    if (read?.type !== 'reflect' || critic?.kind !== 'scalar') continue;
    if (critic.text !== selfCritic) judgeNeedsScore(read.critique.agent, critic.range, report);
    else if (context.agentNamed(selfCritic)) {
      const message = '`self` means the agent that writes here. Give the agent of that name another one.';
      report({ code: 'reserved-name', severity: 'error', message, range: critic.range });
    }
  }
}
