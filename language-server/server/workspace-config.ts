// Finds and reads `.segue/config.yaml`: the only place where the language server looks at the disk.
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

/** A configuration that was found. */
export interface FoundConfig {
  readonly uri: string;
  readonly text: string;
}

/** More folders than this above a file are not looked at. */
const maxFolders = 64;

/** Configurations by folder, kept until `forget`: a check per keystroke must not read the disk each time. */
export class WorkspaceConfigs {
  readonly #known = new Map<string, FoundConfig | undefined>();

  /** @returns the configuration in the nearest `.segue` at or above a file; undefined for documents that are not on disk */
  of(uri: string): FoundConfig | undefined {
    if (!uri.startsWith('file:')) return undefined;
    const folder = dirname(fileURLToPath(uri));
    if (!this.#known.has(folder)) this.#known.set(folder, findAbove(folder));
    return this.#known.get(folder);
  }

  /** Reads again when asked next: a file has changed. */
  forget(): void {
    this.#known.clear();
  }
}

function findAbove(start: string): FoundConfig | undefined {
  let folder = start;
  for (let count = 0; count < maxFolders; count += 1) {
    const path = join(folder, '.segue', 'config.yaml');
    const text = readIfThere(path);
    if (text !== undefined) return { uri: pathToFileURL(path).href, text };
    const above = dirname(folder);
    if (above === folder) return undefined;
    folder = above;
  }
  return undefined;
}

/** Not there, or not for us to read: then it sets nothing. Anything else is a fault to be reported. */
function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (['ENOENT', 'ENOTDIR', 'EACCES', 'EPERM', 'EISDIR', 'ELOOP', 'ENAMETOOLONG'].includes(String(code)))
      return undefined;
    throw error;
  }
}
