import { describeProblem } from '../files.ts';
import { isLibraryFile } from '../library/agents.ts';
import type { AgentFile } from '../model/agent-files.ts';
import type { Diagnostic, Range } from '../model/model.ts';
import { errorInside, type Facts, type Report } from './rule.ts';

/** Says what is wrong with the file of an agent, the files that it extends included. */
export type FindingsOfAgent = (file: AgentFile) => readonly Diagnostic[];

/** An agent that stands in a file of its own must be there to be read, and without errors, where it is named. */
export function agentFile(facts: Facts, findingsOf: FindingsOfAgent, report: Report): void {
  const { context, agentFiles } = facts;
  const own = new Set(context.agentDrafts.map(({ name }) => name));
  // An agent that extends its own name means one that stands elsewhere.
  const elsewhere = new Set(context.agentDrafts.flatMap(({ name, base }) => (base?.name === name ? [base] : [])));
  for (const use of context.uses) {
    const { kind, name, range } = use;
    if (kind !== 'agent' || (own.has(name) && !elsewhere.has(use))) continue;
    const found = agentFiles.find(name, context.file);
    if (typeof found !== 'object') continue;
    if ('document' in found && isLibraryFile(found.document.file)) {
      if (use.by !== 'extends' && use.by !== 'mock') withoutModel(name, range, report);
      continue;
    }
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

/** The agents that come with Segue leave the model to whoever takes them over. */
function withoutModel(name: string, range: Range, report: Report): void {
  const message = `\`${name}\` comes with Segue and has no \`model\`, which it needs. Say it in \`agents\`: \`${name}: { extends: ${name}, model: … }\`.`;
  report({ code: 'missing-key', severity: 'error', message, range });
}
