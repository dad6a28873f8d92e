// Writes a file whole or not at all: what was there before stays until the new one is on the disk.
import { open, rename, rm } from 'node:fs/promises';
import { failure } from '../run/index.ts';
import { exitCodes } from './exit-codes.ts';
import { CommandFailure } from './terminal/output.ts';

/**
 * Writes pieces of text to `PATH.tmp`, waits for the disk, and renames it to `path`.
 * @returns how many bytes were written
 * @throws CommandFailure `file_not_written`, with exit code 7; whatever else reading the pieces throws. The temporary
 *   file is then gone, unless the process was killed: the next one overwrites it.
 */
export async function writeWholeFile(path: string, pieces: AsyncIterable<string>): Promise<number> {
  const temporary = `${path}.tmp`;
  try {
    const bytes = await writePieces(temporary, pieces);
    await rename(temporary, path);
    return bytes;
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined); // The first error is the one to tell.
    throw isOfSystem(error) ? notWritten(path, error) : error;
  }
}

async function writePieces(path: string, pieces: AsyncIterable<string>): Promise<number> {
  const file = await open(path, 'w', 0o600);
  try {
    let bytes = 0;
    for await (const piece of pieces) {
      await file.writeFile(piece);
      bytes += Buffer.byteLength(piece);
    }
    await file.sync();
    return bytes;
  } finally {
    await file.close();
  }
}

function isOfSystem(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'syscall' in error;
}

function notWritten(path: string, error: NodeJS.ErrnoException): CommandFailure {
  const refused = failure('file_not_written', `Could not write ${path}: ${error.message}.`, {
    remedy: 'Free some space, or name another place; nothing that was there before is lost.',
  });
  return new CommandFailure(refused, exitCodes.engine);
}
