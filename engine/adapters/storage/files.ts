import fs from 'node:fs';

/** The facts about a file that SQLite asks for. */
export interface FileFacts {
  readonly dev: bigint;
  readonly ino: bigint;
  readonly mode: bigint;
  readonly nlink: bigint;
  readonly size: bigint;
}

/** The operating system's files, as SQLite uses them. Each call throws a Node error with a `code` when it fails. */
export interface Files {
  /** Opens for reading, and writing if `access` says so. New files are readable by their owner alone. */
  open(
    path: string,
    access: { readonly write: boolean; readonly create: boolean; readonly exclusive: boolean },
  ): number;
  close(fd: number): void;
  readonly read: (fd: number, into: Uint8Array, offset: number, length: number, position: number) => number;
  readonly write: (fd: number, from: Uint8Array, offset: number, length: number, position: number) => number;
  /** Returns when the file's content is on the disk. */
  sync(fd: number): void;
  /** Returns when the folder's list of files is on the disk. */
  syncFolder(path: string): void;
  truncate(fd: number, size: number): void;
  facts(path: string): FileFacts;
  factsOf(fd: number): FileFacts;
  unlink(path: string): void;
}

/** Files that can be read, and closed, and not changed any more. */
export function frozen(files: Files): Files {
  const refuse = (): never => {
    throw Object.assign(new Error('EROFS: the files of a damaged database stay as they are'), { code: 'EROFS' });
  };
  return { ...files, write: refuse, truncate: refuse, unlink: refuse };
}

/** The real ones. Synchronous: SQLite waits for each, in a thread of its own. */
export const nodeFiles: Files = {
  open(path, { write, create, exclusive }) {
    const { O_RDONLY, O_RDWR, O_CREAT, O_EXCL } = fs.constants;
    const flags = (write ? O_RDWR : O_RDONLY) | (create ? O_CREAT : 0) | (exclusive ? O_EXCL : 0);
    return fs.openSync(path, flags, 0o600);
  },
  close: (fd) => fs.closeSync(fd),
  read: (fd, into, offset, length, position) => fs.readSync(fd, into, offset, length, position),
  write: (fd, from, offset, length, position) => fs.writeSync(fd, from, offset, length, position),
  sync: (fd) => fs.fdatasyncSync(fd),
  syncFolder(path) {
    // Windows has no such thing: a folder can not be opened there.
    if (process.platform === 'win32') return;
    const fd = fs.openSync(path, fs.constants.O_RDONLY);
    try {
      fs.fsyncSync(fd);
    } finally {
      fs.closeSync(fd);
    }
  },
  truncate: (fd, size) => fs.ftruncateSync(fd, size),
  facts: (path) => fs.statSync(path, { bigint: true }),
  factsOf: (fd) => fs.fstatSync(fd, { bigint: true }),
  unlink: (path) => fs.unlinkSync(path),
};
