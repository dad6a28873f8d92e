import { existsSync, renameSync } from 'node:fs';
import { basename } from 'node:path';
import { type Failure, failure } from '../../../run/index.ts';
import { clearSuspicion } from './suspicion.ts';

/** All files of a database. SQLite makes no `-shm` here, but other programs that opened the file may have. */
const suffixes = ['', '-wal', '-shm', '-journal'];

/** Renames a damaged database with all its files, so that a new one can be begun. Nothing is deleted or overwritten. */
export function setAside(path: string, nowMs: number, why: string): Failure {
  const aside = unusedName(`${path}.damaged`, nowMs);
  for (const suffix of suffixes) {
    if (existsSync(path + suffix)) renameSync(path + suffix, aside + suffix);
  }
  clearSuspicion(path);
  return failure('database_set_aside', `The record was damaged (${why}). A new one was begun.`, {
    remedy: `The damaged file was kept as ${basename(aside)}, in the same folder; \`sqlite3 FILE .recover\` may still read runs from it, and a backup can take the place of ${basename(path)}.`,
    details: { path: aside },
  });
}

/** A name that begins so, has the time in it, and is not in use. */
export function unusedName(beginning: string, nowMs: number): string {
  const stamped = `${beginning}-${new Date(nowMs).toISOString().replaceAll(/[:.]/g, '-')}`;
  for (let name = stamped, count = 2; ; name = `${stamped}-${count++}`) {
    if (suffixes.every((suffix) => !existsSync(name + suffix))) return name;
  }
}
