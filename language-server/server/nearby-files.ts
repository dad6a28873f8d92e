// The files that a document could name, for suggestions. Listed when first asked for, in the background and within
// limits; whoever asks before that hears that nothing is known yet.
import { pathToFileURL } from 'node:url';
import { pathOfUri } from '../features/open-document.ts';
import { walk } from './walk-files.ts';

const limits = { folders: 500, entries: 2_000, depth: 8, files: 2_000 };

export class NearbyFiles {
  /** Paths by folder; undefined while a folder is being looked through. */
  readonly #known = new Map<string, readonly string[] | undefined>();

  /**
   * @param folder the paths begin in it
   * @param rootOf finds the folder that is looked through
   * @returns paths as those of URIs; undefined: not listed yet
   */
  of(folder: string, rootOf: () => Promise<string>): readonly string[] | undefined {
    if (!this.#known.has(folder)) void this.#list(folder, rootOf);
    return this.#known.get(folder);
  }

  /** Files have come or gone: looks again when next asked. */
  forget(): void {
    this.#known.clear();
  }

  async #list(folder: string, rootOf: () => Promise<string>): Promise<void> {
    this.#known.set(folder, undefined);
    const paths: string[] = [];
    for await (const path of walk([await rootOf()], limits, [], isNamed))
      paths.push(pathOfUri(pathToFileURL(path).href));
    if (this.#known.has(folder)) this.#known.set(folder, paths);
  }
}

/** Workflows, and what could be a module. */
function isNamed(path: string): boolean {
  return /\.segue\.(ya?ml|json)$|\.[cm]?[jt]s$/.test(path);
}
