import { describeProblem } from '../files.ts';
import type { AgentFile } from '../model/agent-files.ts';
import type { Diagnostic } from '../model/model.ts';
import { errorInside, type Facts, type Report } from './rule.ts';

/** Says what is wrong with the file of an agent, the files that it extends included. */
export type FindingsOfAgent = (file: AgentFile) => readonly Diagnostic[];

/** An agent that stands in a file of its own must be there to be read, and without errors, where it is named. */
export function agentFile(facts: Facts, findingsOf: FindingsOfAgent, report: Report): void {
  const { context, agentFiles } = facts;
  const own = new Set(context.agentDrafts.map(({ name }) => name));
  for (const { kind, name, range } of context.uses) {
    if (kind !== 'agent' || own.has(name)) continue;
    const found = agentFiles.find(name, context.file);
    if (typeof found !== 'object') continue;
    if ('problem' in found) {
      const message = describeProblem(found.path, found.problem);
      report({ code: 'unusable-file', severity: 'error', message, range });
      continue;
    }
    const { document } = found;
    const error = errorInside(document.file, document, findingsOf(found));
    if (error) report({ code: 'agent-file', severity: 'error', ...error, range });
  }
}
