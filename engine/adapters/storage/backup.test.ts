import { spawnSync } from 'node:child_process';
import fs, { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { loadSqlite } from './sqlite.ts';
import { Store } from './store.ts';

const here = createRequire(import.meta.url);
const wasm = {
  release: here.resolve('sql.js/dist/sql-wasm.wasm'),
  debug: here.resolve('sql.js/dist/sql-wasm-debug.wasm'),
};

let folder: string;
let target: string;
let store: Store;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'segue-backup-'));
  target = join(folder, 'copy.db');
  store = await open('record.db');
  record(store, 1);
});

afterEach(() => {
  vi.restoreAllMocks();
  store.database.close();
  rmSync(folder, { recursive: true, force: true });
});

async function open(name: string): Promise<Store> {
  return new Store(await loadSqlite(wasm), join(folder, name), { nowMs: () => 1 });
}

function record(into: Store, seq: number): void {
  const event = { type: 'timer-fired', seq, at: seq, id: 'x'.repeat(10_000), task: 't' } as const;
  const { results } = into.writer.commitGroup([
    { type: 'append', runId: 'run-1', nextSeq: seq, rows: [JSON.stringify(event)] },
  ]);
  expect(results).toEqual([undefined]);
}

function eventsOf(from: Store): unknown[] {
  return JSON.parse(from.answer({ type: 'read', runId: 'run-1', fromSeq: 1, limit: 99 }) as string) as unknown[];
}

/** Names of files that belong to the copy. */
function copies(): string[] {
  return readdirSync(folder).filter((name) => name.startsWith('copy'));
}

it('is one plain file with all that was recorded, and the record goes on', async () => {
  writeFileSync(target, 'an older backup');
  writeFileSync(`${target}.tmp-wal`, 'left by a backup that was killed');
  const bytes = store.answer({ type: 'backup', file: target });
  expect(copies()).toEqual(['copy.db']);
  expect(bytes).toBe(readFileSync(target).length);
  record(store, 2);
  const copy = await open('copy.db');
  expect(eventsOf(copy)).toEqual(eventsOf(store).slice(0, 1));
  copy.database.close();
});

it.each([
  ['copyFileSync', 'ENOSPC', 'disk_full'],
  ['copyFileSync', 'EROFS', 'read_only'],
  ['fsyncSync', 'EIO', 'io_error'],
  ['renameSync', 'EACCES', 'read_only'],
] as const)('when %s says %s, the older backup stays and nothing half is left', (call, code, expected) => {
  writeFileSync(target, 'an older backup');
  vi.spyOn(fs, call).mockImplementation(() => {
    throw Object.assign(new Error(`${code}: it does not work`), { code, syscall: call });
  });
  const backUp = (): unknown => store.answer({ type: 'backup', file: target });
  expect(backUp).toThrow(expect.objectContaining({ name: 'StorageError', code: expected }));
  expect(copies()).toEqual(['copy.db']);
  expect(readFileSync(target, 'utf8')).toBe('an older backup');
  vi.restoreAllMocks();
  record(store, 2);
});

it('does not give out a damaged copy', () => {
  const copy = fs.copyFileSync;
  vi.spyOn(fs, 'copyFileSync').mockImplementation((from, to) => {
    copy(from, to);
    const bytes = readFileSync(to);
    writeFileSync(to, bytes.fill(0x5a, 4096, 20_000));
  });
  expect(() => store.answer({ type: 'backup', file: target })).toThrow(expect.objectContaining({ code: 'corrupt' }));
  expect(copies()).toEqual([]);
});

it('killed before the rename, there is no backup, and the next one is whole', () => {
  const program = `
    import fs from 'node:fs';
    import { loadSqlite } from ${JSON.stringify(new URL('./sqlite.ts', import.meta.url).href)};
    import { Store } from ${JSON.stringify(new URL('./store.ts', import.meta.url).href)};
    fs.renameSync = () => process.kill(process.pid, 'SIGKILL');
    const store = new Store(await loadSqlite(${JSON.stringify(wasm)}), ${JSON.stringify(join(folder, 'other.db'))}, { nowMs: () => 1 });
    store.answer({ type: 'backup', file: ${JSON.stringify(target)} });`;
  const ended = spawnSync(process.execPath, ['--input-type=module', '-e', program], { encoding: 'utf8' });
  expect(ended).toMatchObject({ signal: 'SIGKILL', stderr: '' });
  expect(copies()).toEqual(['copy.db.tmp']);
  store.answer({ type: 'backup', file: target });
  expect(copies()).toEqual(['copy.db']);
});
