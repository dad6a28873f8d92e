// A check with all the files that a workflow names: they are read as they turn out to be needed.
import { checkAgent, type CheckRequest, checkWorkflow } from './check.ts';
import { maxPlaces, type OtherFile } from './files.ts';
import { isAgentFile } from './model/agent-files.ts';
import type { Checked } from './model/model.ts';

/** A checked workflow, and the other files that the check has used, by path. */
export interface Gathered {
  readonly checked: Checked;
  readonly files: ReadonlyMap<string, OtherFile>;
}

/**
 * Checks a workflow, or an agent in a file of its own; reads what it wants, and checks again until nothing is missing.
 * @param read reads one file, given by the path that diagnostics name; says what is wrong with it instead of throwing
 */
export async function checkWithFiles(
  request: Omit<CheckRequest, 'files'>,
  read: (path: string) => Promise<OtherFile>,
): Promise<Gathered> {
  const check = isAgentFile(request.file) ? checkAgent : checkWorkflow;
  const files = new Map<string, OtherFile>();
  // Each round looks at one place more at least.
  for (let round = 0; round <= maxPlaces; round += 1) {
    const checked = check({ ...request, files });
    if (checked.wanted.length === 0) return { checked, files };
    const found = await Promise.all(checked.wanted.map(async (path) => [path, await read(path)] as const));
    for (const [path, file] of found) files.set(path, file);
  }
  throw new Error(`${request.file} still wants files after ${maxPlaces} rounds of reading.`);
}
