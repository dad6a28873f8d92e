// Reads the files that open workflows name. Never while somebody waits for an answer: what is not known yet is read in
// the background, and whoever needed it is checked again. Only files on disk, and only inside the workspace folder.
import { lstat, readFile, realpath } from 'node:fs/promises';
import { dirname, isAbsolute, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { OtherFile } from '../../workflow/index.ts';

/** Above this the language refuses a file. */
const maxBytes = 1024 * 1024;
/** More folders than this above a file are not looked at. */
const maxFolders = 64;

/** Texts of files by URI, kept until they are said to have changed. */
export class FilesOnDisk {
  readonly #known = new Map<string, { readonly file: OtherFile; readonly from: string }>();
  #workspaceFolders: readonly string[] = [];

  /** @param uris the folders that the editor has open */
  setWorkspaceFolders(uris: readonly string[]): void {
    this.#workspaceFolders = uris.filter((uri) => uri.startsWith('file:')).map((uri) => fileURLToPath(uri));
  }

  /** @returns what is known of a file; undefined when it was not read yet, or is not on a disk */
  get(uri: string): OtherFile | undefined {
    return this.#known.get(uri)?.file;
  }

  /** Reads a file for the workflow `from`. Does not throw: what is wrong with the file is what is known of it then. */
  async read(uri: string, from: string): Promise<void> {
    if (uri.startsWith('file:'))
      this.#known.set(uri, { file: await readInside(uri, from, this.#workspaceFolders), from });
  }

  /** Reads everything again that was read before: files have changed. Until then the old texts count. */
  async renew(): Promise<void> {
    await Promise.all([...this.#known].map(([uri, { from }]) => this.read(uri, from)));
  }
}

async function readInside(uri: string, from: string, folders: readonly string[]): Promise<OtherFile> {
  try {
    const root = await realpath(await workspaceOf(fileURLToPath(from), folders));
    const real = await realpath(fileURLToPath(uri));
    if (!isInside(root, real)) return { problem: 'outside' };
    const found = await lstat(real);
    if (!found.isFile()) return { problem: 'unreadable' };
    if (found.size > maxBytes) return { problem: 'too-large' };
    const text = new TextDecoder('utf-8', { fatal: true }).decode(await readFile(real));
    return text.includes('\0') ? { problem: 'not-text' } : { text };
  } catch (error) {
    return { problem: problemOf(error) };
  }
}

function problemOf(error: unknown): 'missing' | 'not-text' | 'unreadable' {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (code === 'ERR_ENCODING_INVALID_ENCODED_DATA') return 'not-text';
  return ['ENOENT', 'ENOTDIR', 'ELOOP'].includes(code) ? 'missing' : 'unreadable';
}

/** The folder that a run of a file would have as its workspace: where the nearest `.segue` is, else the one that is open, else its own. */
async function workspaceOf(file: string, folders: readonly string[]): Promise<string> {
  let folder = dirname(file);
  for (let count = 0; count < maxFolders; count += 1) {
    if (await isFolder(join(folder, '.segue'))) return folder;
    const above = dirname(folder);
    if (above === folder) break;
    folder = above;
  }
  return folders.find((open) => isInside(open, file)) ?? dirname(file);
}

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await lstat(path)).isDirectory();
  } catch (error) {
    if (error instanceof Error && 'code' in error) return false;
    throw error;
  }
}

function isInside(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return way === '' || (way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way));
}
