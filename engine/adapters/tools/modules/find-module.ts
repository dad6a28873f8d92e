// The file of a module, before anything of it runs. It lies in the workspace, also after all links are followed.
import { createHash } from 'node:crypto';
import { readFile, realpath, stat } from 'node:fs/promises';
import { isAbsolute, join, relative, sep } from 'node:path';
import { type Failure, failure } from '../../../../run/index.ts';

/** As of any file of a run. */
const mostBytes = 1024 * 1024;

export interface FoundModule {
  /** Absolute, with all links followed. */
  readonly path: string;
  readonly text: string;
  /** SHA-256 of the file, in hex. */
  readonly hash: string;
}

/** Reads a module. @param file relative to the workspace. Fails with `file_not_found path_outside file_too_large file_error` */
export async function findModule(workspace: string, file: string): Promise<FoundModule | { readonly error: Failure }> {
  try {
    const path = await realpath(join(workspace, file));
    const inside = relative(await realpath(workspace), path);
    if (inside === '..' || inside.startsWith(`..${sep}`) || isAbsolute(inside)) return { error: outside(file) };
    const found = await stat(path);
    if (!found.isFile()) return { error: failure('not_a_file', `${file} is not a file.`) };
    if (found.size > mostBytes) return { error: tooLarge(file) };
    const bytes = await readFile(path);
    return { path, text: bytes.toString('utf8'), hash: createHash('sha256').update(bytes).digest('hex') };
  } catch (error) {
    if (!(error instanceof Error) || !('code' in error)) throw error;
    return { error: notReadable(file, String(error.code)) };
  }
}

function outside(file: string): Failure {
  return failure('path_outside', `${file} leads out of the workspace folder.`, {
    remedy: 'Put the module itself, not a link to it, into the workspace.',
  });
}

function tooLarge(file: string): Failure {
  return failure('file_too_large', `${file} is larger than ${mostBytes / 1024} KB.`, {
    remedy: 'Import what is large from other files.',
  });
}

function notReadable(file: string, code: string): Failure {
  if (code === 'ENOENT' || code === 'ENOTDIR') {
    return failure('file_not_found', `There is no file ${file} in the workspace.`, { remedy: 'Look at its path.' });
  }
  return failure('file_error', `${file} can not be read (${code}).`);
}
