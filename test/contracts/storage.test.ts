import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe } from 'vitest';
import { openStorage, type Storage } from '../../engine/adapters/storage/index.ts';
import { MemoryLog } from '../simulation/memory-log.ts';
import { eventLogContract } from './event-log.ts';
import type { TestRecord } from './open-record.ts';
import { repliesContract } from './replies.ts';
import { runIndexContract } from './run-index.ts';
import { runStoreContract } from './run-store.ts';
import { wasm, workerPath } from './sql-js.ts';

async function openOnDisk(): Promise<TestRecord> {
  const folder = mkdtempSync(join(tmpdir(), 'segue-contract-'));
  const open = (): Promise<Storage> => openStorage({ workerPath, databasePath: join(folder, 'record.sqlite'), wasm });
  let storage = await open();
  return {
    log: storage,
    async reopen() {
      await storage.close();
      storage = await open();
      return storage;
    },
    rebuild: () => storage.rebuildProjections(),
    async dispose() {
      await storage.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function openInMemory(): Promise<TestRecord> {
  const log = new MemoryLog();
  const nothing = (): Promise<void> => Promise.resolve();
  return Promise.resolve({ log, reopen: () => Promise.resolve(log), rebuild: nothing, dispose: nothing });
}

describe('on disk', () => {
  eventLogContract(openOnDisk);
  runIndexContract(openOnDisk);
  runStoreContract(openOnDisk);
  repliesContract(openOnDisk);
});

describe('in memory', () => {
  eventLogContract(openInMemory);
  runIndexContract(openInMemory);
  runStoreContract(openInMemory);
  repliesContract(openInMemory);
});
