// Opens the database file of a data folder. Invariants:
//   D1. A file that a newer version made is refused before SQLite opens it, so nothing of it changes.
//   D2. A damaged file is never deleted: it is renamed, and a new one is begun.
import { closeSync, existsSync, openSync, readSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import type { Database, SqlValue } from 'sql.js';
import { type Failure, failure } from '../../../run/index.ts';
import { type Files, nodeFiles } from './files.ts';
import { applicationId, migrate, schemaVersion } from './schema.ts';
import type { Opened, Sqlite } from './sqlite.ts';
import { asStorageError, remedyFor, StorageError } from './storage-error.ts';
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
}

/**
 * Opens or makes the database at `path`, at the newest version of its schema. A damaged one is set aside.
 * @throws StorageError `newer_database`, `read_only`, `disk_full` or `io_error`
 */
export function openDatabase(sqlite: Sqlite, path: string, { nowMs, files = nodeFiles }: OpenOptions): OpenDatabase {
  const mount: Mount = { path, files };
  refuseNewer(path);
  try {
    return { ...begin(sqlite, mount, nowMs), mount, notices: [] };
  } catch (error) {
    if (!(error instanceof StorageError) || error.code !== 'corrupt') throw error;
    const notice = setAside(path, nowMs(), error.message);
    return { ...begin(sqlite, mount, nowMs), mount, notices: [notice] };
  }
}

/** Makes the next start look at the whole file: SQLite found damage while at work. */
export function suspect(path: string): void {
  writeFileSync(suspicionOf(path), 'SQLite reported damage in the database beside this file.\n', { mode: 0o600 });
}

/** The first column of the first row of a query, or undefined without a row. */
export function firstValue(sql: Database, query: string, values: SqlValue[] = []): SqlValue | undefined {
  return sql.exec(query, values)[0]?.values[0]?.[0];
}

const pragmas = `
  PRAGMA journal_mode=WAL;
  PRAGMA synchronous=FULL;
  PRAGMA cache_size=-8192;
  PRAGMA wal_autocheckpoint=1000;
  PRAGMA journal_size_limit=16777216;
  PRAGMA temp_store=MEMORY;
`;

function begin(sqlite: Sqlite, mount: Mount, nowMs: () => number): { sql: Database; close: () => void } {
  let opened: Opened | undefined;
  try {
    opened = sqlite.open(mount);
    const sql = opened.database;
    // First of all: without shared memory the write-ahead log works only for one process.
    sql.exec('PRAGMA locking_mode=EXCLUSIVE');
    look(sql, mount.path);
    sql.exec(pragmas);
    bringUpToDate(sql, mount.path, nowMs);
    // Takes the write lock once, so that a place where nothing can be written is noticed now.
    sql.exec('BEGIN IMMEDIATE; COMMIT');
    const mode = firstValue(sql, 'PRAGMA journal_mode');
    if (mode !== 'wal') throw new Error(`the write-ahead log is not available (journal mode ${String(mode)})`);
    return { sql, close: opened.close };
  } catch (error) {
    const shown = asStorageError(error, mount, 'open the record');
    if (opened) closeAfterFailure(opened, shown);
    throw shown;
  }
}

/** Throws if the file is damaged, as far as can be seen quickly; under suspicion every page is read. */
function look(sql: Database, path: string): void {
  const tables = sql.exec("SELECT name FROM sqlite_schema WHERE type = 'table'")[0]?.values ?? [];
  for (const [name] of tables) sql.exec(`SELECT * FROM "${String(name)}" LIMIT 1`);
  if (tables.some(([name]) => name === 'events')) sql.exec('SELECT seq FROM events ORDER BY id DESC LIMIT 1');
  const suspicion = suspicionOf(path);
  if (!existsSync(suspicion)) return;
  const verdict = firstValue(sql, 'PRAGMA quick_check(1)');
  rmSync(suspicion, { force: true });
  if (verdict !== 'ok') throw new Error(`database disk image is malformed (${String(verdict)})`);
}

function bringUpToDate(sql: Database, path: string, nowMs: () => number): void {
  const version = Number(firstValue(sql, 'PRAGMA user_version'));
  if (version > schemaVersion) throw newerDatabase(path, version);
  if (version === schemaVersion) return;
  migrate(sql, version, nowMs());
  // The version must stand in the file itself, where `refuseNewer` of any version looks for it.
  sql.exec('PRAGMA wal_checkpoint(TRUNCATE)');
}

/** The first error is what its reader needs; one of closing is added to it. */
function closeAfterFailure(opened: Opened, first: StorageError): void {
  try {
    opened.close();
  } catch (error) {
    first.cause = error;
  }
}

function setAside(path: string, nowMs: number, why: string): Failure {
  const stamp = new Date(nowMs).toISOString().replaceAll(/[:.]/g, '-');
  const aside = `${path}.damaged-${stamp}`;
  for (const suffix of ['', '-wal', '-journal']) {
    if (existsSync(path + suffix)) renameSync(path + suffix, aside + suffix);
  }
  rmSync(suspicionOf(path), { force: true });
  return failure('database_set_aside', `The record was damaged (${why}). A new one was begun.`, {
    remedy: `The damaged file was kept as ${basename(aside)}, in the same folder.`,
    details: { path: aside },
  });
}

function suspicionOf(path: string): string {
  return `${path}.suspect`;
}

function refuseNewer(path: string): void {
  const header = headerOf(path);
  if (!header || header.readUInt32BE(68) !== applicationId) return;
  const version = header.readUInt32BE(60);
  if (version > schemaVersion) throw newerDatabase(path, version);
}

function newerDatabase(path: string, version: number): StorageError {
  return new StorageError(
    'newer_database',
    `The record ${path} was made by a newer Segue (its version is ${version}, this one knows ${schemaVersion}).`,
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
