// Where the file of an agent stands beside a workflow, and what is known to be there.
import type { Site } from './refactoring.ts';

/** @returns the path of the file in which agents of a workflow are looked for first */
export function agentPathBeside(workflow: string, agent: string): string {
  return `${workflow.slice(0, workflow.lastIndexOf('/') + 1)}agents/${agent}.agent.yaml`;
}

/** Whether there is a file, as far as is known: one that can not be read is there. */
export function isKnownFile({ document, workspace }: Pick<Site, 'document' | 'workspace'>, path: string): boolean {
  const known = document.facts.files?.get(path);
  const isThere = known !== undefined && !('problem' in known && known.problem === 'missing');
  return isThere || workspace.documents().some(({ file }) => file === path);
}
