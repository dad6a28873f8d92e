import fs from 'node:fs';
import { dirname } from 'node:path';
import type { Database } from 'sql.js';
import { nodeFiles } from './files.ts';
import { firstValue, type Sqlite } from './sqlite.ts';
import { remedyFor, StorageError } from './storage-error.ts';
import { suspect } from './suspicion.ts';
import { type Mount, noting } from './volume.ts';

/** The open database that is copied. */
export interface Copied {
  readonly sql: Database;
  readonly mount: Mount;
}

/**
 * Copies the database into one file: `FILE.tmp` first, which is checked, synced and renamed, so that `file` is whole or
 * as it was before. To be called between two transactions.
 * @returns how many bytes it has
 * @throws StorageError `corrupt` when the copy is damaged; what the operating system says is noted in the mount
 */
export function backUp(sqlite: Sqlite, { sql, mount }: Copied, file: string): number {
  const temporary = `${file}.tmp`;
  sql.exec('PRAGMA wal_checkpoint(TRUNCATE)');
  return noting(mount, temporary, () => {
    try {
      clear(temporary);
      fs.copyFileSync(mount.path, temporary);
      fs.chmodSync(temporary, 0o600);
      check(sqlite, mount, temporary);
      const bytes = sync(temporary);
      fs.renameSync(temporary, file);
      nodeFiles.syncFolder(dirname(file));
      return bytes;
    } catch (error) {
      clear(temporary);
      throw error;
    }
  });
}

/** Removes what a backup that was killed has left: an old log beside a new copy would be taken for its own. */
function clear(temporary: string): void {
  for (const suffix of ['', '-wal', '-journal']) fs.rmSync(temporary + suffix, { force: true });
}

/** Reads the whole copy, and makes one plain file of it, which any SQLite tool opens without a log beside it. */
function check(sqlite: Sqlite, { path }: Mount, temporary: string): void {
  const opened = sqlite.open({ path: temporary, files: nodeFiles });
  let verdict: unknown;
  try {
    opened.database.exec('PRAGMA locking_mode=EXCLUSIVE');
    verdict = firstValue(opened.database, 'PRAGMA integrity_check(1)');
    opened.database.exec('PRAGMA journal_mode=DELETE');
  } finally {
    opened.close();
  }
  if (verdict === 'ok') return;
  suspect(path);
  throw new StorageError('corrupt', `The record ${path} is damaged (${String(verdict)}).`, remedyFor('corrupt'));
}

function sync(path: string): number {
  const fd = fs.openSync(path, 'r+');
  try {
    fs.fsyncSync(fd);
    return fs.fstatSync(fd).size;
  } finally {
    fs.closeSync(fd);
  }
}
