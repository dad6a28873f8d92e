import { dirname } from 'node:path';
import type { Files } from './files.ts';

/** An error of the operating system, remembered because SQLite passes on only its own number for it. */
export interface Fault {
  /** Such as `ENOSPC`. */
  readonly code: string;
  readonly path: string;
}

/** One database: its real path, the files below it, and what went wrong with them last. */
export interface Mount {
  readonly path: string;
  files: Files;
  fault?: Fault;
  /** Where the first write to the write-ahead log since `markLog` went, in bytes. */
  firstLogWrite?: number;
  /** Where the last write to the write-ahead log began, in bytes: about how long the log is that is in use. */
  lastLogWrite?: number;
}

/** What an open descriptor stands for: a file, or (for the sync of a folder) the folder itself. */
export type Handle =
  | { readonly type: 'file'; readonly mount: Mount; readonly path: string; readonly fd: number; position: number }
  | { readonly type: 'folder' };

// Far above the descriptors of the in-memory file system, which serves all paths that are not ours.
const firstDescriptor = 0x10000;

/**
 * Maps the names that sql.js gives its databases (`/dbfile_…`) to real paths, and descriptors to open files.
 * One per loaded WebAssembly module.
 */
export class Volume {
  private readonly mounts = new Map<string, Mount>();
  private readonly handles = new Map<number, Handle>();
  private awaited: Mount | undefined;
  private nextDescriptor = firstDescriptor;

  /** The next database name that SQLite mentions for the first time belongs to this mount. */
  expect(mount: Mount): void {
    this.awaited = mount;
  }

  /** Forgets a mount; its descriptors must be closed. */
  unmount(mount: Mount): void {
    if (this.awaited === mount) this.awaited = undefined;
    for (const [name, other] of this.mounts) if (other === mount) this.mounts.delete(name);
  }

  /** The real file for a path inside the module, or undefined if the path is not ours. */
  locate(path: string): { mount: Mount; path: string } | undefined {
    const [, name, suffix = ''] = /^\/?(dbfile_\d+)(-[a-z]+)?$/.exec(path) ?? [];
    if (name === undefined) return undefined;
    const mount = this.mounts.get(name) ?? this.claim(name);
    return mount && { mount, path: mount.path + suffix };
  }

  handle(descriptor: number): Handle | undefined {
    return this.handles.get(descriptor);
  }

  add(handle: Handle): number {
    const descriptor = this.nextDescriptor++;
    this.handles.set(descriptor, handle);
    return descriptor;
  }

  remove(descriptor: number): void {
    this.handles.delete(descriptor);
  }

  /** Syncs the folders of all databases that are open: SQLite knows only one folder, `/`. */
  syncFolders(): void {
    for (const mount of new Set(this.mounts.values())) {
      noting(mount, mount.path, () => mount.files.syncFolder(dirname(mount.path)));
    }
  }

  private claim(name: string): Mount | undefined {
    const mount = this.awaited;
    this.awaited = undefined;
    if (mount) this.mounts.set(name, mount);
    return mount;
  }
}

/** Does something with a file; an error is remembered in its mount and thrown on. Absence is no fault: SQLite asks. */
export function noting<T>(mount: Mount, path: string, act: () => T): T {
  try {
    return act();
  } catch (error) {
    const code = codeOf(error);
    if (code !== 'ENOENT') mount.fault = { code, path };
    throw error;
  }
}

/** The `code` of a Node error, or `EIO` for anything else that was thrown. */
export function codeOf(error: unknown): string {
  if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'string') return 'EIO';
  return error.code;
}
