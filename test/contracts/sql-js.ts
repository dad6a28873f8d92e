import { createRequire } from 'node:module';
import type { WasmPaths } from '../../engine/adapters/storage/index.ts';

const here = createRequire(import.meta.url);

/** The WebAssembly files of the installed package, for tests. */
export const wasm: WasmPaths = {
  release: here.resolve('sql.js/dist/sql-wasm.wasm'),
  debug: here.resolve('sql.js/dist/sql-wasm-debug.wasm'),
};

/** The worker's program in a checkout. */
export const workerPath = new URL('../../engine/adapters/storage/worker.ts', import.meta.url);
