import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { dataFiles, failure, type LockRecord, parseLockRecord } from '../run/index.ts';
import { EngineError } from './engine-error.ts';

/** Who holds a data folder, as its lock file says; undefined when nobody does. Says nothing about whether they live. */
export function readLock(dataDir: string): LockRecord | undefined {
  try {
    return parseLockRecord(readFileSync(join(dataDir, dataFiles.lock), 'utf8'));
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return undefined;
    const refused = failure('data_folder_unusable', `The lock of ${dataDir} can not be read: ${message}.`, {
      remedy: 'It may belong to another user; each user needs a workspace folder of their own.',
    });
    throw new EngineError(refused, error);
  }
}
