// Reads the files that open workflows name. Never while somebody waits for an answer: what is not known yet is read in
// the background, and whoever needed it is checked again. Only files on disk, and only inside the workspace folder.
import { lstat, readdir, readFile, realpath } from 'node:fs/promises';
import { dirname, isAbsolute, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { OtherFile } from '../../workflow/index.ts';

/** Above this the language refuses a file. */
const maxBytes = 1024 * 1024;
const agentEnd = '.agent.yaml';
/** More folders than this above a file are not looked at. */
const maxFolders = 64;

/** Texts of files by URI, kept until they are said to have changed. */
export class FilesOnDisk {
  readonly #known = new Map<string, { readonly file: OtherFile; readonly from: string }>();
  readonly #agents = new Map<string, readonly string[]>();
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

  /** @returns the names of agents in files of their own that a document could use, as last listed */
  agentsNear(uri: string): readonly string[] {
    return this.#agents.get(uri) ?? [];
  }

  /** Lists the agents beside a document and in its workspace. Does not throw. */
  async listAgents(uri: string): Promise<void> {
    if (!uri.startsWith('file:')) return;
    const file = fileURLToPath(uri);
    const root = await workspaceOf(file, this.#workspaceFolders);
    const beside = file.endsWith(agentEnd) ? dirname(file) : join(dirname(file), 'agents');
    const listed = await Promise.all([beside, join(root, '.segue', 'agents')].map(agentsIn));
    this.#agents.set(uri, [...new Set(listed.flat())]);
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

/** @returns the names of the agents in a folder; none if it can not be listed */
async function agentsIn(folder: string): Promise<readonly string[]> {
  try {
    const files = await readdir(folder);
    return files.filter((file) => file.endsWith(agentEnd)).map((file) => file.slice(0, -agentEnd.length));
  } catch (error) {
    if (error instanceof Error && 'code' in error) return [];
    throw error;
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
