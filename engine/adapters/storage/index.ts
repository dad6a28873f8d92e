// The front door: the record on disk.
export { openStorage, type Storage, type StorageOptions } from './storage.ts';
export { StorageError, type StorageErrorCode } from './storage-error.ts';
export type { WasmPaths } from './sqlite.ts';
