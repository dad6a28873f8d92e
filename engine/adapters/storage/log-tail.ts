import { noting, type Mount } from './volume.ts';

const headerBytes = 32;
const frameHeaderBytes = 24;

/**
 * Makes a failed transaction stay failed. When the sync of a commit fails, its frames may all the same stand in the
 * write-ahead log, and the next start would take them for recorded although their writer was told they are not. So
 * the first frame of the failed transaction is overwritten: by their running checksum the ones after it then count
 * for nothing. (Format: sqlite.org/fileformat2.html, section 4.)
 */
export class LogTail {
  private readonly mount: Mount;
  private doubtfulAt: number | undefined;

  constructor(mount: Mount) {
    this.mount = mount;
  }

  /** Before a transaction. Throws if what is left of a failed one can still not be removed. */
  begin(): void {
    if (this.doubtfulAt !== undefined) this.overwrite(this.doubtfulAt);
    this.doubtfulAt = undefined;
    delete this.mount.firstLogWrite;
  }

  /** After a transaction failed. */
  discard(): void {
    const first = this.mount.firstLogWrite;
    if (first === undefined) return;
    this.doubtfulAt = Math.max(first, headerBytes);
    const { fault } = this.mount;
    try {
      this.overwrite(this.doubtfulAt);
      this.doubtfulAt = undefined;
    } catch {
      // The disk refuses this too. `begin` tries again before anything else is written; the first fault is the one to tell.
      if (fault) this.mount.fault = fault;
    }
  }

  private overwrite(position: number): void {
    const { files, path } = this.mount;
    const log = `${path}-wal`;
    noting(this.mount, log, () => {
      const fd = files.open(log, { write: true, create: false, exclusive: false });
      try {
        if (files.factsOf(fd).size <= BigInt(position)) return;
        files.write(fd, new Uint8Array(frameHeaderBytes), 0, frameHeaderBytes, position);
        files.sync(fd);
      } finally {
        files.close(fd);
      }
    });
  }
}
