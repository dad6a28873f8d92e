import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { dataFiles, type LockRecord, parseLockRecord } from '../run/index.ts';

/** Who holds a data folder, as its lock file says; undefined when nobody does. Says nothing about whether they live. */
export function readLock(dataDir: string): LockRecord | undefined {
  try {
    return parseLockRecord(readFileSync(join(dataDir, dataFiles.lock), 'utf8'));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
