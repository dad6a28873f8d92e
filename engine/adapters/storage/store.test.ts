import {
  copyFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { RunEvent } from '../../../run/index.ts';
import { type Files, nodeFiles } from './files.ts';
import { firstValue, loadBuild, loadSqlite, type Sqlite } from './sqlite.ts';
import { Store, type StoreOptions } from './store.ts';
import type { Job } from './writer.ts';

const here = createRequire(import.meta.url);
const wasmOf = (build: string): Buffer => readFileSync(here.resolve(`sql.js/dist/${build}.wasm`));
const nowMs = (): number => 1_760_000_000_000;

let folder: string;
let path: string;
let sqlite: Sqlite;
const stores: Store[] = [];

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'segue-store-'));
  path = join(folder, 'record.sqlite');
  sqlite = await loadBuild('release', wasmOf('sql-wasm'));
});

afterEach(() => {
  vi.restoreAllMocks();
  for (const store of stores.splice(0)) store.database.close();
  rmSync(folder, { recursive: true, force: true });
});

function open(options: Partial<StoreOptions> = {}, at = path): Store {
  const store = new Store(sqlite, at, { nowMs, ...options });
  stores.push(store);
  return store;
}

function close(store: Store): void {
  stores.splice(stores.indexOf(store), 1);
  store.database.close();
}

/** An event of about `size` bytes. */
function event(seq: number, size = 100): RunEvent {
  const task = `t${seq}`;
  return { type: 'task-started', seq, at: seq, path: task, staticPath: task, round: 1, input: 'x'.repeat(size) };
}

function append(store: Store, ...jobs: Job[]): (string | undefined)[] {
  const results: (string | undefined)[] = [];
  const queue = [...jobs];
  while (queue.length > 0) {
    results.push(...store.writer.commitGroup(queue).results.map((error) => error?.code));
  }
  return results;
}

function job(runId: string, seq: number, size?: number): Job {
  return { type: 'append', runId, nextSeq: seq, rows: [JSON.stringify(event(seq, size))] };
}

function seqsOf(store: Store, runId = 'run'): number[] {
  const text = store.answer({ type: 'read', runId, fromSeq: 1, limit: 1000 });
  if (typeof text !== 'string') throw new Error('The events did not come as text.');
  return (JSON.parse(text) as RunEvent[]).map(({ seq }) => seq);
}

/** Copies the files as a crash would leave them, and opens the copy. */
function crashed(): Store {
  const copy = join(folder, 'copy.sqlite');
  copyFileSync(path, copy);
  copyFileSync(`${path}-wal`, `${copy}-wal`);
  return open({}, copy);
}

describe('durability', () => {
  it('syncs the log once per commit, however many events it has', () => {
    const store = open();
    append(store, job('run', 1));
    const sync = vi.spyOn(fs, 'fdatasyncSync');
    append(store, job('run', 2));
    expect(sync).toHaveBeenCalledTimes(1);
    append(store, ...Array.from({ length: 50 }, (_, index) => job(`other-${index}`, 1)));
    expect(sync).toHaveBeenCalledTimes(2);
  });

  it('syncs the folder when the log is new', () => {
    const sync = vi.spyOn(fs, 'fsyncSync');
    append(open(), job('run', 1));
    expect(sync).toHaveBeenCalled();
  });

  it('runs with real files in write-ahead mode, alone, with full syncs', () => {
    const { sql } = open().database;
    const modes = ['journal_mode', 'synchronous', 'locking_mode'].map((name) => firstValue(sql, `PRAGMA ${name}`));
    expect(modes).toEqual(['wal', 2, 'exclusive']);
    expect(readdirSync(folder).toSorted()).toEqual(['record.sqlite', 'record.sqlite-wal']);
  });

  it.skipIf(process.platform === 'win32')('makes files that only their owner can read', () => {
    append(open(), job('run', 1));
    for (const name of readdirSync(folder)) expect(fs.statSync(join(folder, name)).mode & 0o077).toBe(0);
  });

  it('rolls a hot rollback journal back', () => {
    const database = sqlite.open({ path, files: nodeFiles });
    database.database.exec('CREATE TABLE t(a); INSERT INTO t VALUES(1)');
    const keep = ['', '-journal'].map((suffix) => [path + suffix, join(folder, `hot.sqlite${suffix}`)] as const);
    // A tiny cache spills changed pages into the file in mid-transaction, after the journal was synced.
    database.database.exec('PRAGMA cache_size=1; BEGIN; UPDATE t SET a = 2; CREATE TABLE u(b)');
    database.database.exec(
      'WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 200) INSERT INTO u SELECT randomblob(1000) FROM n',
    );
    for (const [from, to] of keep) copyFileSync(from, to);
    database.database.exec('ROLLBACK');
    database.close();
    const hot = sqlite.open({ path: join(folder, 'hot.sqlite'), files: nodeFiles });
    expect(firstValue(hot.database, 'SELECT a FROM t')).toBe(1);
    expect(firstValue(hot.database, 'PRAGMA integrity_check')).toBe('ok');
    hot.close();
  });

  it('goes on when the memory of SQLite has grown', () => {
    const store = open();
    const bytes = new Uint8Array(40_000_000).fill(7);
    expect(append(store, { type: 'keep', hash: 'large', bytes }, job('run', 1))).toEqual([undefined, undefined]);
    const loaded = store.answer({ type: 'load', hash: 'large' });
    expect(loaded instanceof Uint8Array && Buffer.compare(loaded, bytes)).toBe(0);
  });

  it('works the same with the debug build, chosen when the release is not the one we know', async () => {
    const other = join(folder, 'other.wasm');
    writeFileSync(other, 'not the release we know');
    const debug = await loadSqlite({ release: other, debug: here.resolve('sql.js/dist/sql-wasm-debug.wasm') });
    expect(debug.build).toBe('debug');
    const store = new Store(debug, path, { nowMs });
    expect(append(store, job('run', 1, 5000))).toEqual([undefined]);
    store.database.close();
    expect(seqsOf(open())).toEqual([1]);
  });
});

/** Real files of which one call fails while `code` is set. */
function failing(method: 'write' | 'sync' | 'truncate' | 'open'): Files & { code: string | undefined } {
  const refuse = (): void => {
    if (files.code !== undefined) throw Object.assign(new Error(files.code), { code: files.code });
  };
  const original = nodeFiles[method] as (...values: never[]) => never;
  const files = {
    ...nodeFiles,
    code: undefined as string | undefined,
    [method]: (...values: never[]): never => {
      refuse();
      return original(...values);
    },
  };
  return files;
}

describe('faults', () => {
  it.each([
    ['write', 'ENOSPC', 'disk_full'],
    ['write', 'EROFS', 'read_only'],
    ['write', 'EIO', 'io_error'],
    ['sync', 'EIO', 'io_error'],
    ['sync', 'ENOSPC', 'disk_full'],
  ] as const)(
    '%s fails with %s: %s, nothing is recorded, earlier events stay, and it works again',
    (method, code, expected) => {
      const files = failing(method);
      const store = open({ files });
      expect(append(store, job('run', 1))).toEqual([undefined]);
      files.code = code;
      const { results } = store.writer.commitGroup([job('run', 2, 20_000), job('other', 1)]);
      expect(results.map((error) => error?.code)).toEqual([expected, expected]);
      expect(results[0]?.message).toContain(path);
      expect(results[0]?.message).toContain(code);
      expect(results[0]?.remedy).not.toBe('');
      expect(seqsOf(store)).toEqual([1]);
      expect(seqsOf(store, 'other')).toEqual([]);
      files.code = undefined;
      expect(append(store, job('run', 2), job('other', 1))).toEqual([undefined, undefined]);
      close(store);
      const again = open();
      expect(seqsOf(again)).toEqual([1, 2]);
      expect(firstValue(again.database.sql, 'PRAGMA integrity_check')).toBe('ok');
    },
  );

  it('does not bring back, after a crash, an append that was refused because its sync failed', () => {
    let refusals = 0;
    const files: Files = {
      ...nodeFiles,
      sync(fd) {
        if (refusals-- > 0) throw Object.assign(new Error('EIO'), { code: 'EIO' });
        nodeFiles.sync(fd);
      },
    };
    const store = open({ files });
    append(store, job('run', 1), job('run', 2));
    refusals = 1;
    expect(append(store, job('run', 3, 30_000))).toEqual(['io_error']);
    expect(seqsOf(crashed())).toEqual([1, 2]);
    expect(append(store, job('run', 3))).toEqual([undefined]);
  });

  it('says that a place is read-only when it is opened', () => {
    const files = failing('open');
    files.code = 'EROFS';
    expect(() => new Store(sqlite, path, { nowMs, files })).toThrow(expect.objectContaining({ code: 'read_only' }));
  });

  it('takes a file that can be read but not written as read-only', () => {
    close(open());
    const files: Files = {
      ...nodeFiles,
      open(file, access) {
        if (access.write) throw Object.assign(new Error('EACCES'), { code: 'EACCES' });
        return nodeFiles.open(file, access);
      },
    };
    expect(() => new Store(sqlite, path, { nowMs, files })).toThrow(expect.objectContaining({ code: 'read_only' }));
  });

  it('says that the folder is missing', () => {
    const missing = join(folder, 'none', 'record.sqlite');
    expect(() => new Store(sqlite, missing, { nowMs })).toThrow(expect.objectContaining({ code: 'io_error' }));
  });
});

describe('opening', () => {
  it('sets a damaged file aside, says so and begins anew', () => {
    writeFileSync(path, 'this is no database, but long enough to have a header. '.repeat(50));
    const store = open();
    const [notice] = store.database.notices;
    expect(notice).toMatchObject({
      code: 'database_set_aside',
      details: { path: expect.stringContaining('.damaged-2025') },
    });
    const aside = readdirSync(folder).find((name) => name.startsWith('record.sqlite.damaged-2025')) ?? '';
    expect(readFileSync(join(folder, aside), 'utf8')).toContain('this is no database');
    expect(append(store, job('run', 1))).toEqual([undefined]);
  });

  it('keeps the log beside an empty file, which is all that is left', () => {
    append(open(), job('run', 1));
    const log = readFileSync(`${path}-wal`);
    const hollow = join(folder, 'hollow.sqlite');
    writeFileSync(hollow, '');
    writeFileSync(`${hollow}-wal`, log);
    expect(open({}, hollow).database.notices).toHaveLength(1);
    const aside = readdirSync(folder).find((name) => /^hollow\.sqlite\.damaged-.*-wal$/.test(name)) ?? '';
    expect(readFileSync(join(folder, aside)).equals(log)).toBe(true);
  });

  it('finds damage while it reads, and looks at the whole file at the next start', () => {
    const store = open();
    append(store, ...Array.from({ length: 50 }, (_, at) => job('run', at + 1, 5000)));
    close(store);
    const bytes = readFileSync(path);
    const at = bytes.indexOf('"path":"t20"');
    writeFileSync(path, bytes.fill(0xff, at - (at % 4096), at - (at % 4096) + 4096));
    const second = open();
    const found = (): unknown => second.answer({ type: 'read', runId: 'run', fromSeq: 1, limit: 99 });
    expect(found).toThrow(expect.objectContaining({ code: 'corrupt' }));
    close(second);
    expect(open().database.notices).toMatchObject([{ code: 'database_set_aside' }]);
  });

  it('finds damage at work, and sets the file aside at the next start', () => {
    const first = open();
    append(first, job('run', 1));
    // Opening reads the tables, so the damage goes where only a write looks: into an index.
    const page = Number(
      firstValue(first.database.sql, "SELECT rootpage FROM sqlite_schema WHERE name = 'events_of_run'"),
    );
    close(first);
    const bytes = readFileSync(path);
    bytes.fill(0xff, (page - 1) * 4096, page * 4096);
    writeFileSync(path, bytes);
    const second = open();
    expect(append(second, job('run', 2))).toEqual(['corrupt']);
    close(second);
    const third = open();
    expect(third.database.notices).toMatchObject([{ code: 'database_set_aside' }]);
    expect(append(third, job('run', 1))).toEqual([undefined]);
    expect(existsSync(`${path}.suspect`)).toBe(false);
  });

  it('refuses a database of a newer version and changes nothing of it', () => {
    const first = open();
    append(first, job('run', 1));
    first.database.sql.exec('PRAGMA user_version=999; PRAGMA wal_checkpoint(TRUNCATE)');
    append(first, job('run', 2));
    // As the newer engine leaves it when it dies, with a log that has not been written back.
    const newer = join(folder, 'newer.sqlite');
    const files = [path, `${path}-wal`].map((file) => readFileSync(file));
    files.forEach((bytes, index) => writeFileSync(newer + (index ? '-wal' : ''), bytes));
    expect(() => new Store(sqlite, newer, { nowMs })).toThrow(expect.objectContaining({ code: 'newer_database' }));
    expect([newer, `${newer}-wal`].map((file) => readFileSync(file))).toEqual(files);
  });

  it('records each migration', () => {
    const { sql } = open().database;
    expect(firstValue(sql, 'SELECT count(*) FROM migrations')).toBe(firstValue(sql, 'PRAGMA user_version'));
  });
});

describe('the lock', () => {
  it('stops writing when it names somebody else', () => {
    const lockPath = join(folder, 'engine.lock');
    writeFileSync(lockPath, JSON.stringify({ nonce: 'mine' }));
    const store = open({ owner: { lockPath, nonce: 'mine' } });
    expect(append(store, job('run', 1))).toEqual([undefined]);
    writeFileSync(lockPath, JSON.stringify({ nonce: 'yours' }));
    expect(append(store, job('run', 2), job('other', 1))).toEqual(['second_writer', 'second_writer']);
    expect(() => store.answer({ type: 'maintain' })).toThrow(expect.objectContaining({ code: 'second_writer' }));
    writeFileSync(lockPath, JSON.stringify({ nonce: 'mine' }));
    expect(append(store, job('run', 2))).toEqual(['second_writer']);
    expect(seqsOf(store)).toEqual([1]);
  });

  it('counts as lost when its file is gone', () => {
    const lockPath = join(folder, 'engine.lock');
    writeFileSync(lockPath, 'mine');
    const store = open({ owner: { lockPath, nonce: 'mine' } });
    rmSync(lockPath);
    expect(append(store, job('run', 1))).toEqual(['second_writer']);
  });
});

describe('the list of runs', () => {
  it.each([{ limit: 50 }, { limit: 1000 }, { limit: 50, statuses: ['failed'] as const, before: 9 }])(
    'looks at no events: %j',
    (query) => {
      const store = open();
      const { sql } = store.database;
      const prepare = vi.spyOn(sql, 'prepare');
      store.answer({ type: 'find', query });
      const asked = prepare.mock.calls.map(([text]) => text);
      const steps = asked.flatMap((text) => sql.exec(`EXPLAIN QUERY PLAN ${text}`)[0]?.values ?? []);
      const plan = steps.map((step) => String(step[3]));
      expect(plan).toContainEqual(expect.stringContaining('USING INDEX runs_by_start'));
      expect(plan.filter((step) => /\b(events|events_of_run|blobs|tasks|calls)\b/.test(step))).toEqual([]);
    },
  );
});

describe('the write-ahead log', () => {
  it('is written back when it is long: at once if nobody waits, later if somebody does', () => {
    const store = open();
    let seq = 0;
    const grow = (): void => {
      for (let i = 0; i < 10; i += 1) append(store, job('run', (seq += 1), 600_000));
    };
    const written = (): number => statSync(path).size;
    const before = written();
    grow();
    store.checkpoint('busy');
    expect(written()).toBe(before);
    store.checkpoint('resting');
    expect(written()).toBeGreaterThan(before + 6_000_000);
    const between = written();
    grow();
    grow();
    grow();
    store.checkpoint('busy');
    expect(written()).toBeGreaterThan(between + 18_000_000);
  });
});

describe('groups', () => {
  it('end at a thousand events or a megabyte', () => {
    const store = open();
    const many: Job[] = Array.from({ length: 1500 }, (_, index) => job('run', index + 1));
    expect(store.writer.commitGroup(many).jobs).toHaveLength(1000);
    expect(many).toHaveLength(500);
    const large: Job[] = [job('big', 1, 600_000), job('big', 2, 600_000), job('big', 3)];
    expect(store.writer.commitGroup(large).jobs).toHaveLength(2);
  });

  it('lets the others pass when one of them can not be projected', () => {
    const store = open();
    const bad = { type: 'run-started', seq: 1, at: 1 } as unknown as RunEvent;
    const results = append(
      store,
      job('a', 1),
      { type: 'append', runId: 'bad', nextSeq: 1, rows: [JSON.stringify(bad)] },
      job('b', 1),
      job('a', 2),
    );
    expect(results).toEqual([undefined, 'io_error', undefined, undefined]);
    expect(seqsOf(store, 'a')).toEqual([1, 2]);
    expect(seqsOf(store, 'bad')).toEqual([]);
  });
});
