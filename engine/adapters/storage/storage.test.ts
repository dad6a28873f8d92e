import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { callStarted, numbered, runStarted, taskStarted } from '../../../test/contracts/facts.ts';
import { wasm, workerPath } from '../../../test/contracts/sql-js.ts';
import { openStorage, type Storage } from './index.ts';
import { firstValue, loadSqlite } from './sqlite.ts';
import { Store } from './store.ts';

/** How often the writer is killed; `SEGUE_KILLS=200 npx vitest run engine/adapters/storage` for a long night. */
const kills = Number(process.env['SEGUE_KILLS'] ?? 10);
const writer = fileURLToPath(new URL('../../../test/contracts/crash-writer.ts', import.meta.url));

let folder: string;
let databasePath: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'segue-storage-'));
  databasePath = join(folder, 'record.sqlite');
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

const open = (): Promise<Storage> => openStorage({ workerPath, databasePath, wasm });

describe('kill -9', () => {
  it(
    `loses nothing that was acknowledged, ${kills} times over`,
    async () => {
      let atLeast = new Map<string, number>();
      for (let kill = 0; kill < kills; kill++) {
        atLeast = new Map([...atLeast, ...(await killedAfter(kill, Math.random() * 250))]);
        await expectRecorded(atLeast);
      }
      expect(atLeast.size).toBe(3);
    },
    60_000 + kills * 3_000,
  );

  /** Lets the writer work for so long after its first word, kills it, and returns what it had acknowledged. */
  async function killedAfter(seed: number, ms: number): Promise<Map<string, number>> {
    const child = spawn(process.execPath, [writer, databasePath, String(seed)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let said = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      said += text;
    });
    const closed = once(child, 'close');
    await Promise.race([once(child.stdout, 'data'), closed]);
    await sleep(ms);
    child.kill('SIGKILL');
    await closed;
    expect(child.signalCode).toBe('SIGKILL');
    // The last line may be cut off.
    const lines = said.split('\n').slice(0, -1);
    return new Map(lines.map((line) => [line.split(' ')[0] ?? '', Number(line.split(' ')[1])]));
  }

  async function expectRecorded(atLeast: ReadonlyMap<string, number>): Promise<void> {
    const sqlite = await loadSqlite(wasm);
    const store = new Store(sqlite, databasePath, { nowMs: Date.now });
    const { sql } = store.database;
    expect(store.database.notices).toEqual([]);
    expect(firstValue(sql, 'PRAGMA integrity_check')).toBe('ok');
    for (const [runId, acknowledged] of atLeast) {
      const [count, last] = ['count(*)', 'max(seq)'].map((what) =>
        firstValue(sql, `SELECT ${what} FROM events JOIN ids USING(run) WHERE run_id = ?`, [runId]),
      );
      expect(last).toBe(count);
      expect(Number(last)).toBeGreaterThanOrEqual(acknowledged);
      expect(firstValue(sql, 'SELECT seq FROM runs WHERE run_id = ?', [runId])).toBe(last);
      expect(firstValue(sql, 'SELECT count(*) FROM tasks JOIN ids USING(run) WHERE run_id = ?', [runId])).toBe(last);
    }
    store.database.close();
  }
});

describe('the worker', () => {
  it('finishes what was asked for before it closes, and refuses what comes after', async () => {
    const storage = await open();
    const appended = storage.append('run', 1, numbered([runStarted()]));
    const closed = storage.close();
    await expect(appended).resolves.toBeUndefined();
    await closed;
    await expect(storage.append('run', 2, numbered([taskStarted('a')], 2))).rejects.toMatchObject({ code: 'io_error' });
    await storage.close();
    const again = await open();
    expect(await again.read('run')).toHaveLength(1);
    await again.close();
  });

  it('passes on why a database can not be opened', async () => {
    databasePath = join(folder, 'missing', 'record.sqlite');
    await expect(open()).rejects.toMatchObject({ name: 'StorageError', code: 'io_error' });
  });

  it('tells its user that a damaged database was set aside', async () => {
    writeFileSync(databasePath, 'nonsense'.repeat(100));
    const storage = await open();
    expect(storage.notices).toMatchObject([{ code: 'database_set_aside' }]);
    await storage.close();
  });

  it('says that its files are missing', async () => {
    const none = join(folder, 'none.wasm');
    const opening = openStorage({ workerPath, databasePath, wasm: { release: none, debug: none } });
    await expect(opening).rejects.toMatchObject({ code: 'io_error', message: expect.stringContaining('none.wasm') });
  });

  it('leaves the files alone when it closes without owning them', async () => {
    const lockPath = join(folder, 'lock');
    writeFileSync(lockPath, 'mine');
    const storage = await openStorage({ workerPath, databasePath, wasm, owner: { lockPath, nonce: 'mine' } });
    await storage.append('run', 1, numbered([runStarted()]));
    writeFileSync(lockPath, 'yours');
    const log = readFileSync(`${databasePath}-wal`);
    await expect(storage.append('run', 2, numbered([taskStarted('a')], 2))).rejects.toMatchObject({
      code: 'second_writer',
    });
    await expect(storage.close()).rejects.toMatchObject({ code: 'second_writer' });
    expect(readFileSync(`${databasePath}-wal`)).toEqual(log);
  });

  it('rebuilds its tables from the events alone, and keeps the falls', async () => {
    const storage = await open();
    await storage.append('run', 1, numbered([runStarted(), taskStarted('a'), callStarted('a')]));
    await storage.noteFall('run', { code: 'engine_fell', message: 'fell', retryable: false });
    const before = await storage.get('run');
    await storage.close();
    const sqlite = await loadSqlite(wasm);
    const store = new Store(sqlite, databasePath, { nowMs: Date.now });
    store.database.sql.exec("UPDATE runs SET name = 'wrong', tasks_ended = 99; DELETE FROM tasks; DELETE FROM calls");
    store.database.close();
    const again = await open();
    expect(await again.get('run')).not.toEqual(before);
    await again.rebuildProjections();
    expect(await again.get('run')).toEqual(before);
    expect(await again.noteFall('run', { code: 'engine_fell', message: 'fell', retryable: false })).toEqual({
      falls: 2,
    });
    await again.maintain();
    await again.close();
  });
});
