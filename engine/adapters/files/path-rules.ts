// Which paths a tool may name, before any disk is asked. The rules are those of the strictest file system, on every
// system: what a workflow may do must not depend on where it runs.
import { type Failure, failure } from '../../../run/index.ts';

/** Folders that belong to tools which trust what stands in them: hooks, tasks, settings, code that is run. */
const closedFolders = ['.git', '.vscode', '.github', '.segue', 'node_modules'];
const longestPath = 4096;

/** Code points that some file systems leave out of a name: `.g<U+200C>it` is `.git` on HFS+ (CVE-2014-9390). */
const ignorable = /\p{Default_Ignorable_Code_Point}/gu;

/**
 * Reads a path relative to the workspace.
 * @param path with `/` between its parts
 * @returns its parts, without `.` and empty ones; or why it is refused (`invalid_path`, `path_outside`, `path_closed`)
 */
export function partsOf(path: string): { readonly parts: readonly string[] } | { readonly error: Failure } {
  const parts = path.split('/').filter((part) => part !== '' && part !== '.');
  const shown = JSON.stringify(path.slice(0, 200));
  if (path.length > longestPath || path.includes('\0') || parts.length === 0) {
    return { error: refuse('invalid_path', `${shown} is not the path of a file.`) };
  }
  if (path.includes('\\'))
    return { error: refuse('invalid_path', `${shown} has a \`\\\`; parts are separated by \`/\`.`) };
  if (path.startsWith('/') || /^[A-Za-z]:/.test(path)) return { error: outside(shown) };
  if (parts.includes('..')) return { error: outside(shown) };
  // A colon names a stream of a file on NTFS: `.git::$INDEX_ALLOCATION` is the folder `.git`.
  if (path.includes(':'))
    return { error: refuse('invalid_path', `${shown} has a \`:\`, which not every system can name.`) };
  if (parts.some(isClosed)) return { error: closed(shown) };
  return { parts };
}

/** @returns whether a folder or file of this name is closed to tools, in whatever way the name is written */
export function isClosed(name: string): boolean {
  // Windows leaves out trailing dots and spaces, and knows `.git` as `GIT~1` too.
  const plain = name
    .normalize('NFKC')
    .replace(ignorable, '')
    .toLowerCase()
    .replace(/[. ]+$/, '');
  return closedFolders.includes(plain) || /^(?:git|vscode|github|segue|node_m|gi\w{4}|gi[0-9a-f]{4})~\d+$/.test(plain);
}

export function outside(shown: string): Failure {
  return refuse('path_outside', `${shown} leads out of the workspace folder.`);
}

export function closed(shown: string): Failure {
  return refuse('path_closed', `${shown} lies in a folder that tools may not touch (${closedFolders.join(', ')}).`);
}

function refuse(code: string, message: string): Failure {
  return failure(code, message, {
    remedy: 'Name a file inside the workspace folder, relative to it, such as `notes/summary.md`.',
  });
}
