// Reads the files that open workflows name. Never while somebody waits for an answer: what is not known yet is read in
// the background, and whoever needed it is checked again. Only files on disk, and only inside the workspace folder.
import { lstat, readdir, readFile, realpath, stat } from 'node:fs/promises';
import { dirname, isAbsolute, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { OtherFile } from '../../workflow/index.ts';
import { placeOf } from '../features/workspace.ts';
import { NearbyFiles } from './nearby-files.ts';

/** Above this the language refuses a file. */
export const maxBytes = 1024 * 1024;
const agentEnd = '.agent.yaml';
/** More folders than this above a file are not looked at. */
const maxFolders = 64;

interface Known {
  readonly uri: string;
  readonly file: OtherFile;
  /** The workflow that names it. */
  readonly from: string;
  /** As long as this is the same, so is the text; undefined when that can not be told yet. */
  readonly stamp: string | undefined;
}

/** Texts of files, kept until they are said to have changed. */
export class FilesOnDisk {
  readonly #known = new Map<string, Known>();
  readonly #agents = new Map<string, readonly string[]>();
  readonly #nearby = new NearbyFiles();
  #workspaceFolders: readonly string[] = [];

  /** @param uris the folders that the editor has open */
  setFolders(uris: readonly string[]): void {
    this.#workspaceFolders = uris.filter((uri) => uri.startsWith('file:')).map((uri) => fileURLToPath(uri));
  }

  /** @returns what is known of a file; undefined when it was not read yet, or is not on a disk */
  get(uri: string): OtherFile | undefined {
    return this.#known.get(placeOf(uri))?.file;
  }

  /** Reads a file for the workflow `from`. Does not throw: what is wrong with the file is what is known of it then. */
  async read(uri: string, from: string): Promise<void> {
    if (!uri.startsWith('file:')) return;
    const stamp = await stampOf(uri);
    const file = await readInside(uri, from, this.#workspaceFolders);
    const before = this.get(uri);
    // A text that is the same stays the same object: it need not be compared letter by letter from then on.
    const isSame = before && 'text' in before && 'text' in file && before.text === file.text;
    this.#known.set(placeOf(uri), { uri, file: isSame ? before : file, from, stamp });
  }

  /** @returns the names of agents in files of their own that a document could use, as last listed */
  agentsNear(uri: string): readonly string[] {
    return this.#agents.get(uri) ?? [];
  }

  /** @returns the paths of files that a document could name; undefined: they are being listed */
  filesNear(uri: string): readonly string[] | undefined {
    if (!uri.startsWith('file:')) return [];
    const file = fileURLToPath(uri);
    return this.#nearby.of(dirname(file), () => workspaceOf(file, this.#workspaceFolders));
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

  /** Reads again what was read before and is another by now: files have changed. Until then the old texts count. */
  async renew(): Promise<void> {
    this.#nearby.forget();
    for (const { uri, from, stamp } of [...this.#known.values()])
      if (stamp === undefined || stamp !== (await stampOf(uri))) await this.read(uri, from);
  }

  /** Knows nothing of a file any more. */
  forget(uri: string): void {
    this.#known.delete(placeOf(uri));
  }
}

/** Files that changed a moment ago may change again without a sign: clocks of file systems are coarse. */
const settledMs = 2_000;

async function stampOf(uri: string): Promise<string | undefined> {
  try {
    const { ino, size, mtimeMs, ctimeMs } = await stat(fileURLToPath(uri));
    return Date.now() - ctimeMs < settledMs ? undefined : [ino, size, mtimeMs, ctimeMs].join(' ');
  } catch (error) {
    if (error instanceof Error && 'code' in error) return undefined;
    throw error;
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

export function isInside(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return way === '' || (way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way));
}
