import type { AgentFile } from '../model/agent-files.ts';
import type { Diagnostic } from '../model/model.ts';
import { lineMap, positionAt } from '../syntax/lines.ts';
import type { Facts, Report } from './rule.ts';

/** Says what is wrong with the file of an agent, the files that it extends included. */
export type FindingsOfAgent = (file: AgentFile) => readonly Diagnostic[];

/** An agent that stands in a file of its own must be one without errors, where it is named. */
export function agentFile(facts: Facts, findingsOf: FindingsOfAgent, report: Report): void {
  const { context, agentFiles } = facts;
  const own = new Set(context.agentDrafts.map(({ name }) => name));
  for (const { kind, name, range } of context.uses) {
    if (kind !== 'agent' || own.has(name)) continue;
    const found = agentFiles.find(name, context.file);
    if (typeof found === 'object') broken(found, findingsOf(found), range, report);
  }
}

function broken(
  { document }: AgentFile,
  findings: readonly Diagnostic[],
  range: Diagnostic['range'],
  report: Report,
): void {
  const error = findings.find(({ severity }) => severity === 'error');
  if (!error) return;
  const line = positionAt(lineMap(document.text), error.range.start).line + 1;
  const message = `\`${document.file}\` has an error in line ${line}: ${error.message}`;
  const related = [{ file: error.file, range: error.range, message: error.message }];
  report({ code: 'agent-file', severity: 'error', message, range, related });
}
