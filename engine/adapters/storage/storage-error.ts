import type { Failure } from '../../../run/index.ts';
import type { Mount } from './volume.ts';

/**
 * Why the record could not be kept or read. `gap`: the events do not follow on what is recorded; `second_writer`:
 * another engine has the data folder; `newer_database`: made by a newer version, left untouched.
 */
export type StorageErrorCode =
  | 'disk_full'
  | 'read_only'
  | 'io_error'
  | 'corrupt'
  | 'newer_database'
  | 'gap'
  | 'second_writer'
  | 'file_not_readable'
  | 'damaged_record'
  | 'newer_record'
  | 'run_differs';

/** A storage failure: `message` names place and cause, `remedy` says what its reader can do. */
export class StorageError extends Error {
  readonly code: StorageErrorCode;
  readonly remedy: string;

  constructor(code: StorageErrorCode, message: string, remedy: string) {
    super(message);
    this.name = 'StorageError';
    this.code = code;
    this.remedy = remedy;
  }

  /** The same as a plain value: for events, clients, and the way between threads. */
  toFailure(): Failure & { readonly code: StorageErrorCode; readonly remedy: string } {
    const retryable = this.code === 'disk_full' || this.code === 'io_error';
    return { code: this.code, message: this.message, remedy: this.remedy, retryable };
  }
}

/** The error again, from its plain value. */
export function fromFailure(failure: ReturnType<StorageError['toFailure']>): StorageError {
  return new StorageError(failure.code, failure.message, failure.remedy);
}

/** What SQLite or the operating system threw, as an error for people. @param doing such as `append to the record` */
export function asStorageError(thrown: unknown, mount: Mount, doing: string): StorageError {
  if (thrown instanceof StorageError) return thrown;
  const said = thrown instanceof Error ? thrown.message : String(thrown);
  const cause = mount.fault ? `${said}, ${mount.fault.code}` : said;
  const code = codeFor(said, mount.fault?.code);
  return new StorageError(code, `Could not ${doing} in ${mount.path}: ${cause}.`, remedies[code]);
}

const remedies: { readonly [code in StorageErrorCode]: string } = {
  disk_full: 'Free some space on this disk, then resume the run.',
  read_only: 'Make the folder and its files writable, or move the workspace to a writable disk.',
  io_error: 'Check the disk and the folder, then resume the run; the log of the engine has details.',
  corrupt: 'Restart the engine: it sets the damaged file aside and begins a new one.',
  newer_database: 'Update Segue, or use another data folder.',
  gap: 'This is a mistake of the program: please report it.',
  file_not_readable: 'Look at the path, and whether you may read the file.',
  damaged_record: 'Export the run again where it comes from.',
  newer_record: 'Update Segue, then import it again.',
  run_differs: 'Export that run, delete it here, then import the file.',
  second_writer: 'Close other windows and terminals that use this folder, or restart the engine.',
};

/** The remedy that fits a code. */
export function remedyFor(code: StorageErrorCode): string {
  return remedies[code];
}

function codeFor(said: string, fault: string | undefined): StorageErrorCode {
  if (said.includes('malformed') || said.includes('not a database')) return 'corrupt';
  if (fault === 'ENOSPC' || fault === 'EDQUOT' || said.includes('disk is full')) return 'disk_full';
  if (fault === 'EROFS' || fault === 'EACCES' || fault === 'EPERM' || said.includes('readonly')) return 'read_only';
  return 'io_error';
}
