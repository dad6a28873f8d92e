// The file system that the unmodified sql.js sees: its own in memory for all names that are not ours, and real files
// for our databases. Formats: the syscalls and structures of musl as Emscripten lays them out (32-bit pointers).
//   F1. `fd_sync` returns only when the bytes are on the disk: all durability hangs on it.
//   F2. `F_GETLK` answers "unlocked", or SQLite takes a hot journal for one in use and never rolls it back.
//   F3. Views on the module's memory are made anew after it has grown.
//   F4. `/`, opened for the sync of a folder, stands for the folders of the open databases.
import type { FileFacts, Files } from './files.ts';
import { codeOf, type Handle, noting, type Volume } from './volume.ts';
import type { FileCallName } from './wasm-imports.ts';

// biome-ignore format: one line each
/** Error numbers of WASI, which Emscripten's libc uses. */
const errorNumbers: { readonly [code: string]: number } = {
  EACCES: 2, EBADF: 8, EBUSY: 10, EDQUOT: 19, EEXIST: 20, EFBIG: 22, EINVAL: 28, EIO: 29, EISDIR: 31, EMFILE: 33,
  ENAMETOOLONG: 37, ENFILE: 41, ENOENT: 44, ENOSPC: 51, ENOTDIR: 54, EPERM: 63, EROFS: 69, ETXTBSY: 74,
};

const openFlags = { accessMask: 3, create: 0o100, exclusive: 0o200 };
const getLock = 12;
const unlocked = 2;

type Call = (...args: never[]) => number;

/** The file calls for one module. `original` gives the call of the in-memory file system, for names not ours. */
export function fileCalls(
  volume: Volume,
  memory: () => WebAssembly.Memory,
  original: (name: FileCallName) => Call,
): Record<FileCallName, Call> {
  const heap = new Heap(memory);
  const calls: Record<FileCallName, Call> = {
    __syscall_openat: (_folder: number, name: number, flags: number) => open(volume, heap.text(name), flags),
    __syscall_stat64: (name: number, into: number) => stat(volume, heap, name, into),
    // A link is followed: SQLite would resolve it itself, in a file system that does not know it.
    __syscall_lstat64: (name: number, into: number) => stat(volume, heap, name, into),
    __syscall_unlinkat: (_folder: number, name: number) => unlink(volume, heap.text(name)),
    __syscall_fstat64: (fd: number, into: number) =>
      onFile(volume, fd, (file) => heap.writeFacts(into, file.mount.files.factsOf(file.fd))),
    __syscall_fcntl64: (_fd: number, command: number, args: number) => {
      if (command === getLock) heap.writeInt16(heap.uint32(args), unlocked);
      return 0;
    },
    // New files belong to whoever made them and are theirs alone (`Files.open`): nothing to change.
    __syscall_fchmod: () => 0,
    __syscall_fchown32: () => 0,
    __syscall_ftruncate64: (fd: number, size: bigint) =>
      onFile(volume, fd, (file) => file.mount.files.truncate(file.fd, Number(size))),
    fd_read: (fd: number, list: number, count: number, done: number) =>
      positive(onFile(volume, fd, (file) => heap.writeUint32(done, read(file, heap, list, count)))),
    fd_write: (fd: number, list: number, count: number, done: number) =>
      positive(onFile(volume, fd, (file) => heap.writeUint32(done, write(file, heap, list, count)))),
    fd_seek: (fd: number, offset: bigint, whence: number, into: number) =>
      positive(onFile(volume, fd, (file) => heap.writeInt64(into, seek(file, Number(offset), whence)))),
    fd_sync: (fd: number) => positive(sync(volume, fd)),
    fd_close: (fd: number) => positive(close(volume, fd)),
  };
  return falling(volume, heap, calls, original);
}

type FileHandle = Extract<Handle, { type: 'file' }>;

const callsByPath: { readonly [name in FileCallName]?: number } = {
  __syscall_openat: 1,
  __syscall_unlinkat: 1,
  __syscall_stat64: 0,
  __syscall_lstat64: 0,
};

/** Sends each call to us or to the in-memory file system, by its path or its descriptor. */
function falling(
  volume: Volume,
  heap: Heap,
  ours: Record<FileCallName, Call>,
  original: (name: FileCallName) => Call,
): Record<FileCallName, Call> {
  const choose = (name: FileCallName): Call => {
    const [mine, theirs] = [ours[name], original(name)];
    const pathAt = callsByPath[name];
    if (pathAt === undefined) {
      return (...args) => (volume.handle(args[0] ?? -1) ? mine(...args) : theirs(...args));
    }
    const isOurs = (path: string) => volume.locate(path) !== undefined || (path === '/' && name === '__syscall_openat');
    return (...args) => (isOurs(heap.text(args[pathAt] ?? 0)) ? mine(...args) : theirs(...args));
  };
  return Object.fromEntries(Object.keys(ours).map((name) => [name, choose(name as FileCallName)])) as Record<
    FileCallName,
    Call
  >;
}

function open(volume: Volume, name: string, flags: number): number {
  const place = volume.locate(name);
  if (!place) return volume.add({ type: 'folder' });
  const { mount, path } = place;
  return answer(() => {
    const fd = noting(mount, path, () =>
      mount.files.open(path, {
        write: (flags & openFlags.accessMask) !== 0,
        create: (flags & openFlags.create) !== 0,
        exclusive: (flags & openFlags.exclusive) !== 0,
      }),
    );
    return volume.add({ type: 'file', mount, path, fd, position: 0 });
  });
}

function stat(volume: Volume, heap: Heap, name: number, into: number): number {
  const place = volume.locate(heap.text(name));
  if (!place) return -numberOf('ENOENT');
  const { mount, path } = place;
  return answer(() =>
    heap.writeFacts(
      into,
      noting(mount, path, () => mount.files.facts(path)),
    ),
  );
}

function unlink(volume: Volume, name: string): number {
  const place = volume.locate(name);
  if (!place) return -numberOf('ENOENT');
  const { mount, path } = place;
  return answer(() => noting(mount, path, () => mount.files.unlink(path)));
}

function read(file: FileHandle, heap: Heap, list: number, count: number): number {
  return transfer(file, heap, list, count, file.mount.files.read);
}

function write(file: FileHandle, heap: Heap, list: number, count: number): number {
  const { mount, position } = file;
  if (file.path.endsWith('-wal')) {
    mount.firstLogWrite = Math.min(mount.firstLogWrite ?? position, position);
    mount.lastLogWrite = position;
  }
  return transfer(file, heap, list, count, mount.files.write);
}

/** Reads into or writes from a list of `iovec`s (address and length), until one is not served whole. */
function transfer(file: FileHandle, heap: Heap, list: number, count: number, move: Files['read' | 'write']): number {
  let total = 0;
  for (let at = list; at < list + 8 * count; at += 8) {
    const length = heap.uint32(at + 4);
    const done = move(file.fd, heap.bytes(), heap.uint32(at), length, file.position);
    file.position += done;
    total += done;
    if (done < length) break;
  }
  return total;
}

function seek(file: FileHandle, offset: number, whence: number): number {
  const bases = [0, file.position, whence === 2 ? Number(file.mount.files.factsOf(file.fd).size) : 0];
  file.position = (bases[whence] ?? 0) + offset;
  return file.position;
}

function sync(volume: Volume, fd: number): number {
  if (volume.handle(fd)?.type === 'folder') return answer(() => volume.syncFolders());
  return onFile(volume, fd, (file) => file.mount.files.sync(file.fd));
}

function close(volume: Volume, fd: number): number {
  const handle = volume.handle(fd);
  volume.remove(fd);
  if (handle?.type !== 'file') return 0;
  return answer(() => noting(handle.mount, handle.path, () => handle.mount.files.close(handle.fd)));
}

/** Acts on an open file; the answer is 0 or a negative error number. */
function onFile(volume: Volume, fd: number, act: (file: FileHandle) => void): number {
  const handle = volume.handle(fd);
  // Descriptors reach us only if the volume knows them; a folder has no content.
  if (handle?.type !== 'file') return -numberOf('EISDIR');
  return answer(() => noting(handle.mount, handle.path, () => act(handle)));
}

/** What `act` returns (nothing is 0), or the negative number of its error. */
function answer(act: () => number | void): number {
  try {
    return act() ?? 0;
  } catch (error) {
    return -numberOf(codeOf(error));
  }
}

/** WASI's own calls give error numbers without the sign. */
function positive(result: number): number {
  return result < 0 ? -result : result;
}

function numberOf(code: string): number {
  return errorNumbers[code] ?? errorNumbers['EIO'] ?? 29;
}

/** Reads and writes the module's memory. */
class Heap {
  private readonly memory: () => WebAssembly.Memory;
  private view = new DataView(new ArrayBuffer(0));
  private all = new Uint8Array(0);
  private readonly decoder = new TextDecoder();

  constructor(memory: () => WebAssembly.Memory) {
    this.memory = memory;
  }

  bytes(): Uint8Array {
    this.renew();
    return this.all;
  }

  /** The zero-terminated text at this address. */
  text(address: number): string {
    const bytes = this.bytes();
    return this.decoder.decode(bytes.subarray(address, bytes.indexOf(0, address)));
  }

  uint32(address: number): number {
    return this.renew().getUint32(address, true);
  }

  writeUint32(address: number, value: number): void {
    this.renew().setUint32(address, value, true);
  }

  writeInt16(address: number, value: number): void {
    this.renew().setInt16(address, value, true);
  }

  writeInt64(address: number, value: number): void {
    this.renew().setBigInt64(address, BigInt(value), true);
  }

  /** A `struct stat` of 96 bytes. Times, owner and blocks stay zero: SQLite does not look at them. */
  writeFacts(address: number, facts: FileFacts): void {
    const view = this.renew();
    this.all.fill(0, address, address + 96);
    view.setUint32(address, Number(facts.dev & 0xffff_ffffn), true);
    view.setUint32(address + 4, Number(facts.mode), true);
    view.setUint32(address + 8, Number(facts.nlink), true);
    view.setBigInt64(address + 24, facts.size, true);
    view.setInt32(address + 32, 4096, true);
    view.setBigUint64(address + 88, BigInt.asUintN(64, facts.ino), true);
  }

  private renew(): DataView {
    const { buffer } = this.memory();
    if (this.view.buffer !== buffer) {
      this.view = new DataView(buffer);
      this.all = new Uint8Array(buffer);
    }
    return this.view;
  }
}
