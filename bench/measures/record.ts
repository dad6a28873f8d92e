// Where the product's storage worker lies, and a record opened with it.
import { join } from 'node:path';
import { openStorage, type Storage } from '../../engine/adapters/storage/index.ts';
import { argument } from './child.ts';

/** Opens the record in the folder that the command line names. Rejects with a `StorageError`. */
export function openRecord(): Promise<Storage> {
  const dist = argument('dist');
  return openStorage({
    workerPath: join(dist, 'storage-worker.cjs'),
    databasePath: join(argument('folder'), 'record.sqlite'),
    wasm: { release: join(dist, 'sql-wasm.wasm'), debug: join(dist, 'sql-wasm-debug.wasm') },
  });
}
