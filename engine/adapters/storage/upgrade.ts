// Brings a record of an earlier version to this one. A copy of how it was is made first, and stays until a person
// deletes it.
import { rmSync } from 'node:fs';
import { basename } from 'node:path';
import { type Failure, failure } from '../../../run/index.ts';
import { backUp, type Copied } from './backup.ts';
import { type Migration, migrate } from './schema.ts';
import { unusedName } from './set-aside.ts';
import type { Sqlite } from './sqlite.ts';

export interface UpgradeParts {
  readonly sqlite: Sqlite;
  readonly nowMs: () => number;
  readonly migrations: readonly Migration[];
}

/**
 * Applies all steps after `from`, in one transaction. A new database (0) needs no copy.
 * @returns what its user should know
 * @throws whatever the copy or a step throws; then the record is as it was
 */
export function upgrade(source: Copied, from: number, { sqlite, nowMs, migrations }: UpgradeParts): Failure[] {
  const { sql, mount } = source;
  const copy = from > 0 ? unusedName(`${mount.path}.version-${from}`, nowMs()) : undefined;
  if (copy !== undefined) backUp(sqlite, source, copy);
  try {
    migrate(sql, from, nowMs(), migrations);
  } catch (error) {
    // All steps or none: the copy is of what is still there.
    if (copy !== undefined) rmSync(copy, { force: true });
    throw error;
  }
  // The version must stand in the file itself, where every version looks for it before SQLite opens the file.
  sql.exec('PRAGMA wal_checkpoint(TRUNCATE)');
  return copy === undefined ? [] : [upgraded(mount.path, copy, from, migrations.length)];
}

function upgraded(path: string, copy: string, from: number, to: number): Failure {
  return failure('database_upgraded', `The record ${path} was brought from version ${from} to ${to}.`, {
    remedy: `A copy of how it was is kept as ${basename(copy)}, in the same folder; delete it when all is well.`,
    details: { path: copy },
  });
}
