// Opens the database file of a data folder. Invariants:
//   D1. A file that a newer version made is refused before SQLite opens it, so nothing of it changes.
//   D2. A damaged file is never deleted: it is renamed, and a new one is begun.
//   D3. A file of an earlier version is copied before it is brought up to date.
import { closeSync, existsSync, openSync, readSync, statSync } from 'node:fs';
import type { Database } from 'sql.js';
import type { Failure } from '../../../run/index.ts';
import type { Copied } from './backup.ts';
import { type Files, frozen, nodeFiles } from './files.ts';
import { applicationId, type Migration, migrations as released } from './schema.ts';
import { setAside } from './set-aside.ts';
import { firstValue, type Opened, type Sqlite } from './sqlite.ts';
import { asStorageError, remedyFor, StorageError } from './storage-error.ts';
import { clearSuspicion, isSuspected } from './suspicion.ts';
import { upgrade, type UpgradeParts } from './upgrade.ts';
import type { Mount } from './volume.ts';

export interface OpenDatabase {
  readonly sql: Database;
  readonly mount: Mount;
  /** What its user should know, such as that a damaged file was set aside. */
  readonly notices: readonly Failure[];
  /** Writes the log back into the file and closes it. */
  readonly close: () => void;
}

export interface OpenOptions {
  readonly nowMs: () => number;
  /** Other than the real files in tests. */
  readonly files?: Files;
  /** Other than the released ones in tests. */
  readonly migrations?: readonly Migration[];
}

/**
 * Opens or makes the database at `path`, at the newest version of its schema. A damaged one is set aside.
 * @throws StorageError `newer_database`, `read_only`, `disk_full` or `io_error`
 */
export function openDatabase(sqlite: Sqlite, path: string, options: OpenOptions): OpenDatabase {
  const { files = nodeFiles } = options;
  const parts: UpgradeParts = { sqlite, nowMs: options.nowMs, migrations: options.migrations ?? released };
  refuseNewer(path, parts.migrations.length);
  try {
    return begin({ path, files }, parts);
  } catch (error) {
    if (!(error instanceof StorageError) || error.code !== 'corrupt') throw error;
    const notice = setAside(path, parts.nowMs(), error.message);
    return { ...begin({ path, files }, parts), notices: [notice] };
  }
}

// The worker writes the log back itself (`Store.checkpoint`): a commit that did it would let all others wait.
// `auto_vacuum` counts only in a file that is still empty: later its space can be given back piece by piece.
const pragmas = `
  PRAGMA auto_vacuum=INCREMENTAL;
  PRAGMA journal_mode=WAL;
  PRAGMA synchronous=FULL;
  PRAGMA cache_size=-8192;
  PRAGMA wal_autocheckpoint=0;
  PRAGMA journal_size_limit=16777216;
  PRAGMA temp_store=MEMORY;
`;

function begin(mount: Mount, parts: UpgradeParts): OpenDatabase {
  let opened: Opened | undefined;
  try {
    refuseHollow(mount.path);
    opened = parts.sqlite.open(mount);
    const sql = opened.database;
    // First of all: without shared memory the write-ahead log works only for one process.
    sql.exec('PRAGMA locking_mode=EXCLUSIVE');
    look(sql, mount.path);
    sql.exec(pragmas);
    const notices = bringUpToDate({ sql, mount }, parts);
    // Takes the write lock once, so that a place where nothing can be written is noticed now.
    sql.exec('BEGIN IMMEDIATE; COMMIT');
    const mode = firstValue(sql, 'PRAGMA journal_mode');
    if (mode !== 'wal') throw new Error(`the write-ahead log is not available (journal mode ${String(mode)})`);
    return { sql, mount, notices, close: opened.close };
  } catch (error) {
    const shown = asStorageError(error, mount, 'open the record');
    // At its close SQLite would delete a log that it does not understand, and copy one that it does into the file.
    if (shown.code === 'corrupt') mount.files = frozen(mount.files);
    if (opened) closeAfterFailure(opened, shown);
    throw shown;
  }
}

/** SQLite deletes the log beside an empty file, which is all that is left of a record then. */
function refuseHollow(path: string): void {
  const [database, log] = [path, `${path}-wal`].map((file) => statSync(file, { throwIfNoEntry: false })?.size ?? 0);
  if (database === 0 && log !== 0)
    throw new Error('database disk image is malformed (empty, beside a log that is not)');
}

/** Throws if the file is damaged, as far as can be seen quickly; under suspicion every page is read. */
function look(sql: Database, path: string): void {
  const tables = sql.exec("SELECT name FROM sqlite_schema WHERE type = 'table'")[0]?.values ?? [];
  for (const [name] of tables) sql.exec(`SELECT * FROM "${String(name)}" LIMIT 1`);
  if (tables.some(([name]) => name === 'events')) sql.exec('SELECT seq FROM events ORDER BY id DESC LIMIT 1');
  if (!isSuspected(path)) return;
  const verdict = firstValue(sql, 'PRAGMA quick_check(1)');
  clearSuspicion(path);
  if (verdict !== 'ok') throw new Error(`database disk image is malformed (${String(verdict)})`);
}

function bringUpToDate(source: Copied, parts: UpgradeParts): Failure[] {
  const version = Number(firstValue(source.sql, 'PRAGMA user_version'));
  const known = parts.migrations.length;
  if (version > known) throw newerDatabase(source.mount.path, version, known);
  return version === known ? [] : upgrade(source, version, parts);
}

/** The first error is what its reader needs; one of closing is added to it. */
function closeAfterFailure(opened: Opened, first: StorageError): void {
  try {
    opened.close();
  } catch (error) {
    first.cause = error;
  }
}

function refuseNewer(path: string, known: number): void {
  const header = headerOf(path);
  if (!header || header.readUInt32BE(68) !== applicationId) return;
  const version = header.readUInt32BE(60);
  if (version > known) throw newerDatabase(path, version, known);
}

function newerDatabase(path: string, version: number, known: number): StorageError {
  return new StorageError(
    'newer_database',
    `The record ${path} was made by a newer Segue (its version is ${version}, this one knows ${known}).`,
    remedyFor('newer_database'),
  );
}

/** The first 100 bytes: user version at 60, application id at 68 (sqlite.org/fileformat.html, section 1.3). */
function headerOf(path: string): Buffer | undefined {
  if (!existsSync(path)) return undefined;
  const header = Buffer.alloc(100);
  const fd = openSync(path, 'r');
  try {
    return readSync(fd, header, 0, 100, 0) === 100 ? header : undefined;
  } finally {
    closeSync(fd);
  }
}
