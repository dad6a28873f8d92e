import { readFileSync, statSync } from 'node:fs';

/** Names the lock by which an engine owns its data folder: the file, and the nonce that stands in it while it does. */
export interface Owner {
  readonly lockPath: string;
  readonly nonce: string;
}

/**
 * Makes the question "does the lock still name us?", cheap enough for every transaction: the file is read only if it
 * was changed or replaced since the last time.
 */
export function ownerCheck({ lockPath, nonce }: Owner): () => boolean {
  let seen = '';
  return () => {
    const now = stampOf(lockPath);
    if (now === undefined) return false;
    if (now === seen) return true;
    if (!isNamed(lockPath, nonce)) return false;
    seen = now;
    return true;
  };
}

/** Changes with every change of the file; undefined if there is none. */
function stampOf(path: string): string | undefined {
  const facts = statSync(path, { bigint: true, throwIfNoEntry: false });
  return facts && `${facts.ino} ${facts.mtimeNs} ${facts.ctimeNs} ${facts.size}`;
}

function isNamed(path: string, nonce: string): boolean {
  try {
    return readFileSync(path, 'utf8').includes(nonce);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return false;
    throw error;
  }
}
