// The closed set of files that a run consists of, read before an engine is asked: the engine itself reads none.
import { readFile, stat } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { failure, type StartRequest } from '../run/index.ts';
import { isInside, realPath } from './data-dir.ts';
import { EngineError } from './engine-error.ts';

/** Above this the language refuses a file; nothing larger is read into memory. */
const maxBytes = 1024 * 1024;
const configPath = '.segue/config.yaml';

/** The part of a start request that comes from files. */
export type Sources = Pick<StartRequest, 'file' | 'workspace' | 'sources'>;

/**
 * Reads a workflow file, and the workspace's config if there is one.
 * @param workspace as `findDataDir` gives it
 * @throws EngineError `file_not_found`, `file_unreadable`, `file_too_large`, `file_outside_workspace`
 */
export async function readSources(file: string, workspace: string): Promise<Sources> {
  const [real, root] = [realPath(file), realPath(workspace)];
  if (!isInside(root, real)) {
    throw new EngineError(
      failure('file_outside_workspace', `${file} does not lie in the workspace folder ${workspace}.`),
    );
  }
  const sources: Record<string, string> = { [sourcePath(root, real)]: await readText(real) };
  const config = join(root, configPath);
  if (await stat(config).catch(absent)) sources[configPath] = await readText(config);
  return { file: real, workspace: root, sources };
}

function sourcePath(workspace: string, file: string): string {
  return relative(workspace, file).split(sep).join('/');
}

async function readText(file: string): Promise<string> {
  const found = await stat(file).catch(absent);
  if (!found?.isFile()) {
    throw new EngineError(failure('file_not_found', `There is no file ${file}.`, { remedy: 'Look at the path.' }));
  }
  if (found.size > maxBytes) {
    throw new EngineError(failure('file_too_large', `${file} has ${found.size} bytes; a file may have ${maxBytes}.`));
  }
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw new EngineError(failure('file_unreadable', `${file} can not be read: ${message}`), error);
  }
}

function absent(error: NodeJS.ErrnoException): undefined {
  if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return undefined;
  throw error;
}
