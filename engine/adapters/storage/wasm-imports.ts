// Which function of the WebAssembly module is which. The debug build keeps the names; the release build has
// one-letter names that an upgrade of sql.js may shuffle, so its table counts only for the very file it was made for.
import { createHash } from 'node:crypto';

/** The calls of SQLite's unix layer that touch files. What is not listed never sees a file of ours. */
export const fileCallNames = [
  '__syscall_openat',
  '__syscall_fstat64',
  '__syscall_stat64',
  '__syscall_lstat64',
  '__syscall_fcntl64',
  '__syscall_fchmod',
  '__syscall_fchown32',
  '__syscall_ftruncate64',
  '__syscall_unlinkat',
  'fd_read',
  'fd_write',
  'fd_seek',
  'fd_sync',
  'fd_close',
] as const;

export type FileCallName = (typeof fileCallNames)[number];

/** Import name in the release build → what it is, for the `sql-wasm.wasm` with this SHA-256. */
export const releaseImports: {
  readonly sha256: string;
  readonly names: { readonly [name: string]: FileCallName };
} = {
  sha256: '43bbcdd44287e5a2db3b6b5af34b1a3485a7a441285d247976c1ebe3c61f8dbf',
  names: {
    x: '__syscall_openat',
    g: '__syscall_fstat64',
    N: '__syscall_stat64',
    M: '__syscall_lstat64',
    b: '__syscall_fcntl64',
    j: '__syscall_fchmod',
    h: '__syscall_fchown32',
    J: '__syscall_ftruncate64',
    o: '__syscall_unlinkat',
    t: 'fd_read',
    q: 'fd_write',
    E: 'fd_seek',
    K: 'fd_sync',
    e: 'fd_close',
  },
};

/** The names of the debug build: each is its own. */
export const debugImports: { readonly [name: string]: FileCallName } = Object.fromEntries(
  fileCallNames.map((name) => [name, name]),
);

/** Tells whether these bytes are the release build that `releaseImports` describes. */
export function isKnownRelease(wasm: Uint8Array): boolean {
  return createHash('sha256').update(wasm).digest('hex') === releaseImports.sha256;
}
