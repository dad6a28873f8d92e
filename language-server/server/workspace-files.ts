// Which of our files there are in the folders that an editor has open. Found and read in the background, one at a time,
// and within limits: a workspace may be a whole disk. Links are not followed: what they lead to is found where it is, or is
// none of the workspace's business.
import { basename, relative, sep } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { type CancellationToken, FileChangeType, type FileEvent } from 'vscode-languageserver';
import { fileKindOf } from '../features/open-document.ts';
import { placeOf } from '../features/workspace.ts';
import { type FilesOnDisk, isInside } from './other-files.ts';
import { isSkipped, walk, type WalkLimits } from './walk-files.ts';

export interface Limits extends WalkLimits {
  /** Of all files together. */
  readonly characters: number;
}

const usualLimits: Limits = { folders: 5_000, entries: 5_000, depth: 16, files: 1_000, characters: 16_000_000 };

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

  /** Resolves when what is being looked for or read just now is known. */
  get settled(): Promise<void> {
    return this.#latest;
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
    for await (const path of walk(this.#folders, this.#limits, leftOut, isOurs)) {
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

function isOurs(path: string): boolean {
  return fileKindOf(pathToFileURL(path).href, '') !== undefined;
}
