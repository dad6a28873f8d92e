// Reads a portable record (`*.segue-run.ndjson`) piece by piece: one line in memory at a time.
import { createHash } from 'node:crypto';
import { closeSync, openSync, readSync } from 'node:fs';
import { RecordReader, type RecordPart, UnreadableRecord } from '../../../run/index.ts';
import { remedyFor, StorageError } from './storage-error.ts';

const pieceBytes = 256 * 1024;
/** A line holds at most one large value, and those have 16 MB. */
const maxLineBytes = 128 * 1024 * 1024;
const lineEnd = 10;

/**
 * The parts of a record, each checked, and at the end that nothing is missing.
 * @throws StorageError `file_not_readable`, `damaged_record` or `newer_record`, naming the line
 */
export function* recordParts(file: string): Generator<RecordPart> {
  const reader = new RecordReader((bytes) => createHash('sha256').update(bytes).digest('hex'));
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let line = 0;
  try {
    for (const bytes of linesOf(file)) {
      line++;
      yield reader.take(decoded(bytes, decoder, line));
    }
    reader.end();
  } catch (error) {
    throw asRefusal(error, file);
  }
}

function decoded(bytes: Uint8Array, decoder: TextDecoder, line: number): string {
  if (bytes.length > maxLineBytes) throw new UnreadableRecord(line, 'is too long.');
  try {
    return decoder.decode(bytes);
  } catch {
    // The decoder says no more than this.
    throw new UnreadableRecord(line, 'is not UTF-8.');
  }
}

function asRefusal(error: unknown, file: string): unknown {
  if (error instanceof UnreadableRecord) {
    const code = error.isNewer ? 'newer_record' : 'damaged_record';
    return new StorageError(code, `${file} can not be imported. ${error.message}`, remedyFor(code));
  }
  if (error instanceof Error && 'syscall' in error) {
    const code = 'file_not_readable';
    return new StorageError(code, `${file} can not be read: ${error.message}.`, remedyFor(code));
  }
  return error;
}

/** The lines of a file without their ends. One that is too long is given up as soon as that is seen. */
function* linesOf(path: string): Generator<Uint8Array> {
  const fd = openSync(path, 'r');
  try {
    const piece = Buffer.alloc(pieceBytes);
    let pending: Buffer[] = [];
    let pendingBytes = 0;
    for (let length = readSync(fd, piece); length > 0; length = readSync(fd, piece)) {
      let from = 0;
      for (let end = piece.indexOf(lineEnd); end >= 0 && end < length; end = piece.indexOf(lineEnd, from)) {
        yield Buffer.concat([...pending, piece.subarray(from, end)]);
        [pending, pendingBytes, from] = [[], 0, end + 1];
      }
      pending.push(Buffer.from(piece.subarray(from, length)));
      pendingBytes += length - from;
      if (pendingBytes > maxLineBytes) break;
    }
    if (pendingBytes > 0) yield Buffer.concat(pending);
  } finally {
    closeSync(fd);
  }
}
