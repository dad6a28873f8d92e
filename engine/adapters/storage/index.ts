// The front door: the record on disk.
export { openStorage, type Storage } from './storage.ts';
export { StorageError } from './storage-error.ts';
export type { WasmPaths } from './sqlite.ts';
