import { givesScore } from '../model/agent-part.ts';
import type { Agent, Range } from '../model/model.ts';
import type { Report } from './rule.ts';

/** An agent that judges may have a schema of its own, if a score comes with it for sure. @param range where it is named */
export function judgeNeedsScore(agent: Agent | undefined, range: Range | undefined, report: Report): void {
  if (!range || !agent?.outputSchema || givesScore(agent.outputSchema)) return;
  const message = `\`${agent.name}\` can not judge: its \`output_schema\` has no required number \`score\`.`;
  report({ code: 'judge-without-score', severity: 'error', message, range });
}
