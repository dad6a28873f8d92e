// The files of one workspace, for tools whose input a model may have written.
//   W1. Nothing outside the real workspace folder is read or written, whatever symbolic links say.
//   W2. Nothing in a closed folder is (see `path-rules.ts`), by its name or through a link.
//   W3. A file is written whole or not at all.
// These hold against a path, not against another program that changes links while a call is under way: between the look
// and the act there is a moment, kept small by looking again after the file is open. Such a program could do the same by itself.
import { constants } from 'node:fs';
import { type FileHandle, lstat, mkdir, open, realpath, rename, rm, stat } from 'node:fs/promises';
import { dirname, isAbsolute, join, relative, sep } from 'node:path';
import { randomUUID } from 'node:crypto';
import { type Failure, failure } from '../../../run/index.ts';
import type { WorkspaceFiles } from '../../ports/index.ts';
import { closed, isClosed, outside, partsOf } from './path-rules.ts';

/** What is written is kept in a record too, and in a model's context. */
const MOST_WRITTEN_BYTES = 10 * 1024 * 1024;

type Found = { readonly path: string } | { readonly error: Failure };

/** @param root the workspace folder, absolute */
export function createWorkspaceFiles(root: string): WorkspaceFiles {
  return {
    read: (path, maxBytes) => answer(path, () => readText(root, path, maxBytes)),
    write: (path, text) => answer(path, () => writeText(root, path, text)),
  };
}

async function readText(root: string, path: string, maxBytes: number) {
  const found = await find(root, path);
  if ('error' in found) return found;
  // Without `O_NONBLOCK` a named pipe would wait for ever; a link that was put there since is not followed.
  const file = await open(found.path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  try {
    return await readOpen(file, root, path, maxBytes);
  } finally {
    await file.close();
  }
}

async function readOpen(file: FileHandle, root: string, path: string, maxBytes: number) {
  const opened = await file.stat();
  if (!opened.isFile()) return { error: failure('not_a_file', `${path} is not a file.`) };
  // W1 once more: what is open must be what stands at the place that was found good.
  const again = await find(root, path);
  if ('error' in again) return again;
  const there = await stat(again.path);
  if (there.ino !== opened.ino || there.dev !== opened.dev) return { error: changed(path) };
  const bytes = await readAtMost(file, maxBytes + 1);
  if (bytes.length > maxBytes) return { error: tooLarge(path, maxBytes) };
  return decode(path, bytes);
}

async function readAtMost(file: FileHandle, most: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  while (length < most) {
    const { bytesRead, buffer } = await file.read(Buffer.alloc(Math.min(65_536, most - length)));
    if (bytesRead === 0) break;
    chunks.push(buffer.subarray(0, bytesRead));
    length += bytesRead;
  }
  return Buffer.concat(chunks);
}

function decode(path: string, bytes: Buffer): { text: string } | { error: Failure } {
  try {
    return { text: new TextDecoder('utf-8', { fatal: true }).decode(bytes) };
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    return { error: failure('not_text', `${path} is not a text in UTF-8.`) };
  }
}

async function writeText(root: string, path: string, text: string) {
  const bytes = Buffer.from(text);
  if (bytes.length > MOST_WRITTEN_BYTES) return { error: tooLarge(path, MOST_WRITTEN_BYTES) };
  const found = await find(root, path);
  if ('error' in found) return found;
  await mkdir(dirname(found.path), { recursive: true });
  const again = await find(root, path);
  if ('error' in again) return again;
  if (again.path !== found.path) return { error: changed(path) };
  const before = await lookAt(found.path);
  if (before && !before.isFile()) return { error: failure('not_a_file', `${path} is not a file.`) };
  await replace(found.path, bytes, before?.mode);
  return { bytes: bytes.length };
}

/** Writes beside the target and renames: readers see the old text or the new one. */
async function replace(target: string, bytes: Buffer, mode: number | undefined): Promise<void> {
  const temporary = join(dirname(target), `.segue-${randomUUID()}.tmp`);
  const file = await open(temporary, 'wx', mode ?? 0o666);
  try {
    try {
      await file.writeFile(bytes);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, target);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

/** @returns where a path really leads, all links followed, or why it may not be used */
async function find(root: string, path: string): Promise<Found> {
  const named = partsOf(path);
  if ('error' in named) return named;
  const realRoot = await realpath(root);
  const real = await realTarget(realRoot, named.parts);
  const shown = JSON.stringify(path);
  if (real === undefined) return { error: failure('invalid_path', `${shown} goes through a link that leads nowhere.`) };
  const inside = relative(realRoot, real);
  if (inside === '' || inside === '..' || inside.startsWith(`..${sep}`) || isAbsolute(inside))
    return { error: outside(shown) };
  if (inside.split(sep).some(isClosed)) return { error: closed(shown) };
  return { path: real };
}

/**
 * Follows the links of a path as far as it exists; what is beyond its nearest existing folder can hold no link.
 * @returns undefined when a link on the way leads nowhere: where a file would come to be is then not known
 */
async function realTarget(realRoot: string, parts: readonly string[]): Promise<string | undefined> {
  for (let length = parts.length; length > 0; length--) {
    const existing = join(realRoot, ...parts.slice(0, length));
    if (!(await lookAt(existing))) continue;
    const real = await unlessMissing(realpath(existing));
    return real === undefined ? undefined : join(real, ...parts.slice(length));
  }
  return join(realRoot, ...parts);
}

function lookAt(path: string) {
  return unlessMissing(lstat(path));
}

async function unlessMissing<T>(looking: Promise<T>): Promise<T | undefined> {
  try {
    return await looking;
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

/** What the system says is a failure with a sentence; what is not the system's is ours, and is thrown. */
async function answer<T>(path: string, work: () => Promise<T | { error: Failure }>): Promise<T | { error: Failure }> {
  try {
    return await work();
  } catch (error) {
    const code = codeOf(error);
    if (code === undefined) throw error;
    return {
      error: failure(words[code]?.code ?? 'file_error', `${path} ${words[code]?.says ?? `can not be used (${code})`}.`),
    };
  }
}

const words: { readonly [code: string]: { readonly code: string; readonly says: string } } = {
  ENOENT: { code: 'file_not_found', says: 'does not exist' },
  ENOTDIR: { code: 'invalid_path', says: 'goes through something that is not a folder' },
  EISDIR: { code: 'not_a_file', says: 'is a folder' },
  ELOOP: { code: 'invalid_path', says: 'goes through links in a circle' },
  EACCES: { code: 'file_not_allowed', says: 'may not be used by this user' },
  EPERM: { code: 'file_not_allowed', says: 'may not be used by this user' },
  EROFS: { code: 'file_not_allowed', says: 'lies on a disk that can not be written' },
  ENOSPC: { code: 'disk_full', says: 'could not be written: the disk is full' },
  ENAMETOOLONG: { code: 'invalid_path', says: 'has a name that is too long' },
};

function changed(path: string): Failure {
  return failure('file_changed', `${path} was moved or replaced while it was used.`, { retryable: true });
}

function tooLarge(path: string, maxBytes: number): Failure {
  return failure('file_too_large', `${path} is larger than ${Math.floor(maxBytes / 1024)} KB.`);
}

function codeOf(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined;
  // Errors of the system have an upper-case code; those of Node's own checks are our mistakes.
  return typeof error.code === 'string' && /^E[A-Z0-9]+$/.test(error.code) ? error.code : undefined;
}
