import fs, { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { callStarted, numbered, runStarted, taskStarted } from '../../../test/contracts/facts.ts';
import { wasm } from '../../../test/contracts/sql-js.ts';
import { type Migration, migrations } from './schema.ts';
import { firstValue, loadSqlite, type Sqlite } from './sqlite.ts';
import { Store } from './store.ts';

const nowMs = (): number => 1_760_000_000_000;
/** The version of this program. */
const current = migrations.length;
const copyName = `record.db.version-${current}-2025-10-09T08-53-20-000Z`;
/** A step as a later version may bring it: the tables of tasks change, and are made anew from the events. */
const next: Migration = {
  version: current + 1,
  note: 'how long tasks took',
  sql: 'ALTER TABLE tasks ADD COLUMN took INTEGER; DELETE FROM tasks; UPDATE runs SET seq = 0',
  rebuilds: true,
};
const broken: Migration = { version: current + 2, note: 'a mistake', sql: 'ALTER TABLE nowhere ADD COLUMN x' };

let folder: string;
let path: string;
let sqlite: Sqlite;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'segue-upgrade-'));
  path = join(folder, 'record.db');
  sqlite = await loadSqlite(wasm);
  const first = open();
  const events = numbered([runStarted(), taskStarted('a'), callStarted('a')]);
  const rows = events.map((event) => JSON.stringify(event));
  first.writer.commitGroup([{ type: 'append', runId: 'run', nextSeq: 1, rows }]);
  first.database.close();
});

afterEach(() => {
  vi.restoreAllMocks();
  rmSync(folder, { recursive: true, force: true });
});

/** Opens the record as a program that knows these steps beyond the released ones. */
function open(steps: readonly Migration[] = [], at = path): Store {
  return new Store(sqlite, at, { nowMs, migrations: [...migrations, ...steps] });
}

function tellingOf(store: Store): unknown {
  const events = store.answer({ type: 'read', runId: 'run', fromSeq: 1, limit: 9 });
  return { events, summary: store.answer({ type: 'get', idOrEnd: 'run' }) };
}

function closed<T>(store: Store, look: (store: Store) => T): T {
  try {
    return look(store);
  } finally {
    store.database.close();
  }
}

it('brings a record to the next version, after a copy of it was made', () => {
  const before = closed(open(), tellingOf);
  closed(open([next]), (upgraded) => {
    expect(tellingOf(upgraded)).toEqual(before);
    const { sql, notices } = upgraded.database;
    expect(firstValue(sql, 'PRAGMA user_version')).toBe(current + 1);
    expect(sql.exec('SELECT path, took FROM tasks')[0]?.values).toEqual([['a', null]]);
    expect(firstValue(sql, 'SELECT note FROM migrations ORDER BY version DESC')).toBe(next.note);
    expect(notices).toMatchObject([
      { code: 'database_upgraded', message: expect.stringContaining(`from version ${current} to ${current + 1}`) },
    ]);
  });
  expect(readdirSync(folder).toSorted()).toEqual(['record.db', copyName]);
  // The copy is a record of the earlier version; the upgrade is made once.
  expect(closed(open([], join(folder, copyName)), tellingOf)).toEqual(before);
  expect(closed(open([next]), ({ database }) => database.notices)).toEqual([]);
  expect(readdirSync(folder)).toHaveLength(2);
});

it('is refused by the earlier program afterwards, with both versions, and nothing is written', () => {
  open([next]).database.close();
  const bytes = readFileSync(path);
  expect(() => open()).toThrow(
    expect.objectContaining({
      code: 'newer_database',
      message: expect.stringContaining(`its version is ${current + 1}, this one knows ${current}`),
      remedy: expect.stringContaining('Update Segue'),
    }),
  );
  expect(readFileSync(path).equals(bytes)).toBe(true);
});

it('is not begun when there is no room for the copy', () => {
  const before = closed(open(), tellingOf);
  vi.spyOn(fs, 'copyFileSync').mockImplementation(() => {
    throw Object.assign(new Error('ENOSPC'), { code: 'ENOSPC', syscall: 'copyfile' });
  });
  expect(() => open([next])).toThrow(expect.objectContaining({ code: 'disk_full' }));
  vi.restoreAllMocks();
  expect(readdirSync(folder)).toEqual(['record.db']);
  expect(closed(open(), tellingOf)).toEqual(before);
});

it('leaves the record as it was when a step fails', () => {
  const before = closed(open(), tellingOf);
  expect(() => open([next, broken])).toThrow(expect.objectContaining({ code: 'io_error' }));
  expect(readdirSync(folder)).toEqual(['record.db']);
  expect(closed(open(), tellingOf)).toEqual(before);
});
