// The lock of a data folder: one engine writes it, all clients read it. Invariants:
//   K1. At most one live process holds the lock: it appears whole (a hard link) or not at all, and a dead holder is
//       replaced only under a claim that names it, looked at again once the claim is ours.
//   K2. A holder in the same place (boot, pid namespace) is replaced only if its process is gone: one that lives and
//       does not answer keeps the folder. A holder elsewhere is replaced when its file was still for 60 s.
//   K3. Beats go through the open file, so a holder that was replaced can not overwrite its successor.
import {
  closeSync,
  fstatSync,
  linkSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { dataFiles, type LockRecord, parseLockRecord } from '../../run/index.ts';
import { isAlive, isSamePlace, ownIdentity, type ProcessIdentity } from './process-identity.ts';

const stillForMs = 60_000;
const beatEveryMs = 5_000;
/** The record is padded to this many bytes, so that rewriting it in place never leaves a tail. */
const recordBytes = 2048;
const maxTries = 20;

/** A lock that this process holds. */
export interface HeldLock {
  readonly path: string;
  readonly nonce: string;
  /** Tells clients that the engine listens now. */
  markReady(): void;
  /** Whether the file still names this holder. */
  isHeld(): boolean;
  /** Gives the folder free, if it is still ours. */
  release(): void;
}

export type LockAttempt =
  | { readonly type: 'held'; readonly lock: HeldLock }
  | { readonly type: 'taken'; readonly by: LockRecord | undefined };

/** What a new holder says of itself; the rest is added here. */
export type LockClaim = Pick<LockRecord, 'address' | 'token' | 'nonce' | 'version' | 'protocol'>;

/**
 * Takes the lock of a data folder, or says who has it.
 * @param nowMs the time, for the heartbeat
 */
export function takeLock(dataDir: string, claim: LockClaim, nowMs: () => number): LockAttempt {
  const own = ownIdentity();
  const record: LockRecord = { format: 1, ...own, ...claim, state: 'starting', heartbeat: nowMs() };
  const path = join(dataDir, dataFiles.lock);
  const attempt = acquire({ path, base: path, own, text: padded(record), nonce: claim.nonce });
  if (attempt !== 'mine') return { type: 'taken', by: attempt.by };
  return { type: 'held', lock: hold(path, record, nowMs) };
}

interface Acquisition {
  /** The file to take: the lock itself, or a claim on a dead holder. */
  readonly path: string;
  readonly base: string;
  readonly own: ProcessIdentity;
  readonly text: string;
  readonly nonce: string;
}

function acquire(wanted: Acquisition): 'mine' | { by: LockRecord | undefined } {
  let seen: LockRecord | undefined;
  for (let tries = 0; tries < maxTries; tries++) {
    if (createWhole(wanted)) return 'mine';
    const found = read(wanted.path);
    if (found === 'none') continue;
    if (!isStale(wanted, found)) return { by: found.record };
    seen = found.record;
    // Whoever holds this claim, and only they, may replace the dead holder it names (K1).
    const claim = { ...wanted, path: `${wanted.base}.over-${found.record?.nonce ?? 'damaged'}` };
    const outcome = acquire(claim);
    if (outcome !== 'mine') return outcome;
    try {
      const again = read(wanted.path);
      if (again === 'none' || again.record?.nonce !== found.record?.nonce) continue;
      replaceWhole(wanted);
      return 'mine';
    } finally {
      rmSync(claim.path, { force: true });
    }
  }
  return { by: seen };
}

interface Found {
  readonly record: LockRecord | undefined;
  readonly changedMs: number;
}

function read(path: string): Found | 'none' {
  try {
    const file = openSync(path, 'r');
    try {
      return { record: parseLockRecord(readFileSync(file, 'utf8')), changedMs: fstatSync(file).mtimeMs };
    } finally {
      closeSync(file);
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return 'none';
    throw error;
  }
}

function isStale(wanted: Acquisition, found: Found): boolean {
  const { record } = found;
  if (record && isSamePlace(wanted.own, record)) return !isAlive(record);
  return fileSystemTime(wanted) - found.changedMs >= stillForMs;
}

/** The time by the clock that also stamps the lock file: that of a share may differ from ours. */
function fileSystemTime(wanted: Acquisition): number {
  const probe = `${wanted.path}.${wanted.nonce}.time`;
  writeWhole(probe, '');
  try {
    return statSync(probe).mtimeMs;
  } finally {
    rmSync(probe, { force: true });
  }
}

/** Creates the file with its whole text at once; false when it exists. */
function createWhole(wanted: Acquisition): boolean {
  const draft = `${wanted.path}.${wanted.nonce}.new`;
  writeWhole(draft, wanted.text);
  try {
    linkSync(draft, wanted.path);
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') return false;
    // A file system without hard links (FAT): exclusive create, whose text follows in a second step.
    if (code === 'EPERM' || code === 'ENOTSUP' || code === 'ENOSYS' || code === 'EOPNOTSUPP') {
      return createExclusive(wanted);
    }
    throw error;
  } finally {
    rmSync(draft, { force: true });
  }
}

function createExclusive(wanted: Acquisition): boolean {
  try {
    writeWhole(wanted.path, wanted.text);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

function replaceWhole(wanted: Acquisition): void {
  const draft = `${wanted.path}.${wanted.nonce}.new`;
  writeWhole(draft, wanted.text);
  renameSync(draft, wanted.path);
}

/** Writes a file that must not exist yet, readable by its user only. */
function writeWhole(path: string, text: string): void {
  const file = openSync(path, 'wx', 0o600);
  try {
    writeSync(file, text);
  } finally {
    closeSync(file);
  }
}

function padded(record: LockRecord): string {
  return `${JSON.stringify(record).padEnd(recordBytes - 1)}\n`;
}

/** Keeps the lock alive from now on. */
function hold(path: string, first: LockRecord, nowMs: () => number): HeldLock {
  let record = first;
  const file = openSync(path, 'r+');
  const write = (): void => void writeSync(file, padded(record), 0);
  const beat = setInterval(() => {
    record = { ...record, heartbeat: nowMs() };
    try {
      write();
    } catch {
      // A full or failing disk: the next beat tries again, and whoever replaces us meanwhile is seen by `isHeld`.
    }
  }, beatEveryMs);
  beat.unref();
  const isHeld = (): boolean => {
    const found = read(path);
    return found !== 'none' && found.record?.nonce === first.nonce;
  };
  return {
    path,
    nonce: first.nonce,
    isHeld,
    markReady() {
      record = { ...record, state: 'ready', heartbeat: nowMs() };
      write();
    },
    release() {
      clearInterval(beat);
      closeSync(file);
      if (isHeld()) rmSync(path);
    },
  };
}
