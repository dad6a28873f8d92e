// Which of our files there are in the folders that an editor has open. Found and read in the background, one at a time,
// and within limits: a workspace may be a whole disk. Links are not followed: what they lead to is found where it is, or is
// none of the workspace's business.
import type { Dirent } from 'node:fs';
import { opendir } from 'node:fs/promises';
import { basename, join, relative, sep } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { type CancellationToken, FileChangeType, type FileEvent } from 'vscode-languageserver';
import { fileKindOf } from '../features/open-document.ts';
import { placeOf } from '../features/workspace.ts';
import { type FilesOnDisk, isInside } from './other-files.ts';

export interface Limits {
  readonly folders: number;
  /** Of one folder. */
  readonly entries: number;
  readonly depth: number;
  readonly files: number;
  /** Of all files together. */
  readonly characters: number;
}

const usualLimits: Limits = { folders: 5_000, entries: 5_000, depth: 16, files: 1_000, characters: 16_000_000 };

/** Where programs keep what they have made or fetched. */
const foldersOfPrograms: ReadonlySet<string> = new Set([
  ...['node_modules', 'bower_components', 'vendor', 'venv', '__pycache__', 'site-packages'],
  ...['dist', 'build', 'out', 'target', 'coverage'],
]);

export class WorkspaceFiles {
  readonly #disk: FilesOnDisk;
  readonly #log: (message: string) => void;
  readonly #limits: Limits;
  #folders: readonly string[] = [];
  /** URIs by place. */
  #found: ReadonlyMap<string, string> = new Map();
  /** One after the other: each begins with what the one before has found. */
  #latest: Promise<void> = Promise.resolve();

  /** @param log is told what was left out */
  constructor(disk: FilesOnDisk, log: (message: string) => void, limits: Limits = usualLimits) {
    this.#disk = disk;
    this.#log = log;
    this.#limits = limits;
  }

  /** The URIs of our files by their place, as far as they were found. */
  get found(): ReadonlyMap<string, string> {
    return this.#found;
  }

  /** @param uris the folders that the editor has open */
  setFolders(uris: readonly string[]): void {
    this.#folders = uris.filter((uri) => uri.startsWith('file:')).map((uri) => fileURLToPath(uri));
  }

  /**
   * Looks through all folders, and reads what it finds.
   * @param token when it is cancelled, what was known before counts on
   */
  scan(token?: CancellationToken): Promise<void> {
    return this.#afterLatest(() => this.#scan(token));
  }

  /** Files have come, changed or gone. What there is of them is read again. */
  apply(events: readonly Pick<FileEvent, 'uri' | 'type'>[]): Promise<void> {
    return this.#afterLatest(() => this.#apply(events));
  }

  #afterLatest(work: () => Promise<void>): Promise<void> {
    const done = this.#latest.then(work);
    this.#latest = done.catch(() => undefined); // Whoever asked for the work hears of it.
    return done;
  }

  async #scan(token: CancellationToken | undefined): Promise<void> {
    const found = new Map<string, string>();
    const leftOut: string[] = [];
    let characters = 0;
    for await (const path of walk(this.#folders, this.#limits, leftOut)) {
      if (token?.isCancellationRequested) return;
      const uri = pathToFileURL(path).href;
      await this.#disk.read(uri, uri);
      const file = this.#disk.get(uri);
      if (!file || 'problem' in file) {
        leftOut.push(`${path} (${file?.problem ?? 'unreadable'})`);
        continue;
      }
      characters += file.text.length;
      if (characters > this.#limits.characters) {
        this.#disk.forget(uri);
        leftOut.push(`the files from ${path} on: all together have more than ${this.#limits.characters} characters`);
        break;
      }
      found.set(placeOf(uri), uri);
    }
    this.#found = found;
    if (leftOut.length > 0) this.#log(`Left out of the workspace: ${leftOut.join('; ')}.`);
  }

  async #apply(events: readonly Pick<FileEvent, 'uri' | 'type'>[]): Promise<void> {
    const found = new Map(this.#found);
    for (const { uri, type } of events) {
      if (!this.#isOwn(uri)) continue;
      const place = placeOf(uri);
      if (type !== FileChangeType.Deleted) await this.#disk.read(uri, uri);
      const file = this.#disk.get(uri);
      const isThere = type !== FileChangeType.Deleted && file !== undefined && 'text' in file;
      if (!isThere) found.delete(place);
      else if (found.size < this.#limits.files) found.set(place, found.get(place) ?? uri);
    }
    this.#found = found;
  }

  /** Whether a scan would find a file. */
  #isOwn(uri: string): boolean {
    if (!uri.startsWith('file:') || !fileKindOf(uri, '')) return false;
    const path = fileURLToPath(uri);
    const folder = this.#folders.find((one) => isInside(one, path));
    if (folder === undefined) return false;
    const names = relative(folder, path).split(sep).slice(0, -1);
    return !names.some((name, at) => isSkipped(name, names[at - 1] ?? basename(folder)));
  }
}

/** A folder that is still to be looked through. */
interface Ahead {
  readonly path: string;
  readonly depth: number;
}

async function* walk(folders: readonly string[], limits: Limits, leftOut: string[]): AsyncGenerator<string> {
  const ahead: Ahead[] = folders.map((path) => ({ path, depth: 0 }));
  let files = 0;
  // The list grows while it is walked: all folders of one depth come before those below them.
  for (const folder of ahead) {
    const { ours, below } = await look(folder, limits, leftOut);
    for (const path of ours) {
      if (files >= limits.files) {
        leftOut.push(`all but ${limits.files} files, from ${path} on`);
        return;
      }
      files += 1;
      yield path;
    }
    const room = limits.folders - ahead.length;
    if (room < below.length) leftOut.push(`${below.length - Math.max(0, room)} folders in ${folder.path}`);
    ahead.push(...below.slice(0, Math.max(0, room)));
  }
}

interface Content {
  readonly ours: readonly string[];
  readonly below: readonly Ahead[];
}

const nothing: Content = { ours: [], below: [] };

/** What is in one folder, in the order of the names. */
async function look(folder: Ahead, limits: Limits, leftOut: string[]): Promise<Content> {
  const { path, depth } = folder;
  const entries = await entriesOf(path, limits.entries, leftOut);
  const files = entries.filter((entry) => entry.isFile()).map(({ name }) => join(path, name));
  const ours = files.filter((file) => fileKindOf(pathToFileURL(file).href, '') !== undefined);
  const below = entries.filter((entry) => entry.isDirectory() && !isSkipped(entry.name, basename(path)));
  if (below.length === 0) return { ...nothing, ours };
  if (depth >= limits.depth) {
    leftOut.push(`the folders in ${path}, which is ${depth} deep`);
    return { ...nothing, ours };
  }
  return { ours, below: below.map(({ name }) => ({ path: join(path, name), depth: depth + 1 })) };
}

async function entriesOf(path: string, limit: number, leftOut: string[]): Promise<readonly Dirent[]> {
  const entries: Dirent[] = [];
  try {
    for await (const entry of await opendir(path)) {
      if (entries.length >= limit) {
        leftOut.push(`all but ${limit} entries of ${path}`);
        break;
      }
      entries.push(entry);
    }
  } catch (error) {
    // Gone by now, or not for us to read.
    if (!(error instanceof Error && 'code' in error)) throw error;
    leftOut.push(`${path} (${String(error.code)})`);
  }
  return entries.toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

/** Hidden folders are not looked into, but for ours; in ours, what the engine keeps is none of the author's. */
function isSkipped(name: string, inside: string): boolean {
  if (inside === '.segue') return name === 'data' || name === 'tmp';
  return foldersOfPrograms.has(name) || (name.startsWith('.') && name !== '.segue');
}
