// Looks through folders for files, within limits: a workspace may be a whole disk.
import type { Dirent } from 'node:fs';
import { opendir } from 'node:fs/promises';
import { basename, join } from 'node:path';

export interface WalkLimits {
  readonly folders: number;
  /** Of one folder. */
  readonly entries: number;
  readonly depth: number;
  readonly files: number;
}

/** Where programs keep what they have made or fetched. */
const foldersOfPrograms: ReadonlySet<string> = new Set([
  ...['node_modules', 'bower_components', 'vendor', 'venv', '__pycache__', 'site-packages'],
  ...['dist', 'build', 'out', 'target', 'coverage'],
]);

/** A folder that is still to be looked through. */
interface Ahead {
  readonly path: string;
  readonly depth: number;
}

/**
 * Finds files in folders and below them; links are not followed.
 * @param leftOut is told what the limits leave out
 */
export async function* walk(
  folders: readonly string[],
  limits: WalkLimits,
  leftOut: string[],
  isWanted: (path: string) => boolean,
): AsyncGenerator<string> {
  const ahead: Ahead[] = folders.map((path) => ({ path, depth: 0 }));
  let files = 0;
  // The list grows while it is walked: all folders of one depth come before those below them.
  for (const folder of ahead) {
    const { wanted, below } = await look(folder, limits, leftOut, isWanted);
    for (const path of wanted) {
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
  readonly wanted: readonly string[];
  readonly below: readonly Ahead[];
}

const nothing: Content = { wanted: [], below: [] };

/** What is in one folder, in the order of the names. */
async function look(
  folder: Ahead,
  limits: WalkLimits,
  leftOut: string[],
  isWanted: (path: string) => boolean,
): Promise<Content> {
  const { path, depth } = folder;
  const entries = await entriesOf(path, limits.entries, leftOut);
  const files = entries.filter((entry) => entry.isFile()).map(({ name }) => join(path, name));
  const wanted = files.filter(isWanted);
  const below = entries.filter((entry) => entry.isDirectory() && !isSkipped(entry.name, basename(path)));
  if (below.length === 0) return { ...nothing, wanted };
  if (depth >= limits.depth) {
    leftOut.push(`the folders in ${path}, which is ${depth} deep`);
    return { ...nothing, wanted };
  }
  return { wanted, below: below.map(({ name }) => ({ path: join(path, name), depth: depth + 1 })) };
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
export function isSkipped(name: string, inside: string): boolean {
  if (inside === '.segue') return name === 'data' || name === 'tmp';
  return foldersOfPrograms.has(name) || (name.startsWith('.') && name !== '.segue');
}
