// The closed set of files that a run consists of, read before an engine is asked: the engine itself reads none.
import { isUtf8 } from 'node:buffer';
import { readFile, stat } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import { failure, type StartRequest } from '../run/index.ts';
import { isInside, realPath } from './data-dir.ts';
import { EngineError } from './engine-error.ts';

/** Above this the language refuses a file; nothing larger is read into memory. */
const maxBytes = 1024 * 1024;
const configPath = '.segue/config.yaml';

/** The part of a start request that comes from files. */
export type Sources = Pick<StartRequest, 'file' | 'workspace' | 'sources'>;

/** Another file that a workflow names: its text, or why there is none. */
export type OtherSource =
  | { readonly text: string }
  | { readonly problem: 'missing' | 'outside' | 'unreadable' | 'not-text' | 'too-large' };

/**
 * Reads a workflow file, the workspace's config if there is one, and other files that are there.
 * @param workspace as `findDataDir` gives it
 * @param others what the workflow names, relative to its own folder, with `/`
 * @throws EngineError `file_not_found`, `file_not_file`, `file_unreadable`, `file_too_large`, `file_not_text`, `file_outside_workspace`
 */
export async function readSources(file: string, workspace: string, others: readonly string[] = []): Promise<Sources> {
  const [real, root] = [realPath(file), realPath(workspace)];
  if (!isInside(root, real)) {
    throw new EngineError(
      failure('file_outside_workspace', `${file} does not lie in the workspace folder ${workspace}.`),
    );
  }
  const sources: Record<string, string> = { [sourcePath(root, real)]: await readText(real) };
  const config = join(root, configPath);
  if (await stat(config).catch(absent)) sources[configPath] = await readText(config);
  for (const other of others) {
    const path = sourcePath(root, join(dirname(real), other));
    const found = await readOtherSource(root, path);
    if ('text' in found) sources[path] = found.text;
  }
  return { file: real, workspace: root, sources };
}

/**
 * Reads a file that a workflow names, if it lies in the workspace folder after all links are followed.
 * @param workspace absolute, without links
 * @param path relative to it, with `/`
 */
export async function readOtherSource(workspace: string, path: string): Promise<OtherSource> {
  try {
    const real = realPath(join(workspace, path));
    return isInside(workspace, real) ? { text: await readText(real) } : { problem: 'outside' };
  } catch (error) {
    if (error instanceof EngineError) return { problem: problems[error.failure.code] ?? 'unreadable' };
    if (error instanceof Error && 'code' in error) return { problem: 'unreadable' };
    throw error;
  }
}

const problems: { readonly [code: string]: Extract<OtherSource, { problem: unknown }>['problem'] } = {
  file_not_found: 'missing',
  file_too_large: 'too-large',
  file_not_text: 'not-text',
};

/**
 * The name by which a record knows a workflow file, whether it is there or not.
 * @param workspace as `findDataDir` gives it
 * @returns its path in the workspace, with `/`; undefined when it lies outside
 */
export function recordedPath(file: string, workspace: string): string | undefined {
  const [real, root] = [realPath(file), realPath(workspace)];
  return isInside(root, real) ? sourcePath(root, real) : undefined;
}

function sourcePath(workspace: string, file: string): string {
  return relative(workspace, file).split(sep).join('/');
}

async function readText(file: string): Promise<string> {
  const found = await stat(file).catch(absent);
  if (!found) {
    throw new EngineError(failure('file_not_found', `There is no file ${file}.`, { remedy: 'Look at the path.' }));
  }
  if (!found.isFile()) {
    const what = found.isDirectory() ? 'a folder' : 'no ordinary file';
    throw new EngineError(failure('file_not_file', `${file} is ${what}.`, { remedy: 'Give the path of a text file.' }));
  }
  if (found.size > maxBytes) {
    const remedy = 'Split it, or move large texts into files of their own.';
    throw new EngineError(
      failure('file_too_large', `${file} has ${found.size} bytes; a file may have ${maxBytes}.`, { remedy }),
    );
  }
  return textOf(file, await bytesOf(file));
}

async function bytesOf(file: string): Promise<Buffer> {
  try {
    return await readFile(file);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw new EngineError(failure('file_unreadable', `${file} can not be read: ${message}`), error);
  }
}

/** Bytes that are no UTF-8 would silently become other text: they are refused with their place. */
function textOf(file: string, bytes: Buffer): string {
  const nul = bytes.indexOf(0);
  if (isUtf8(bytes) && nul === -1) return bytes.toString('utf8').replace(/^\ufeff/, '');
  const remedy = 'Save it with the encoding UTF-8.';
  const wide = (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff);
  if (wide || nul === 0 || nul === 1)
    throw new EngineError(failure('file_not_text', `${file} is UTF-16, not UTF-8.`, { remedy }));
  const { before, byte } = nul === -1 ? firstBadByte(bytes) : { before: bytes.toString('utf8', 0, nul), byte: 0 };
  const lines = before.split(/\r\n|\r|\n/);
  const place = `line ${lines.length}, column ${(lines.at(-1) ?? '').length + 1}`;
  const message = `${file} is not UTF-8 text: the byte 0x${byte.toString(16).toUpperCase().padStart(2, '0')} at ${place} is none of it.`;
  throw new EngineError(failure('file_not_text', message, { remedy }));
}

/** What a decoder could not read it writes as U+FFFD; one that stands in the file itself is not meant. */
function firstBadByte(bytes: Buffer): { readonly before: string; readonly byte: number } {
  const text = bytes.toString('utf8');
  let [from, offset] = [0, 0];
  for (let at = text.indexOf('\ufffd'); at !== -1; at = text.indexOf('\ufffd', at + 1)) {
    offset += Buffer.byteLength(text.slice(from, at));
    if (bytes.readUIntBE(offset, Math.min(3, bytes.length - offset)) !== 0xefbfbd)
      return { before: text.slice(0, at), byte: bytes[offset] ?? 0 };
    offset += 3;
    from = at + 1;
  }
  return { before: text, byte: bytes[bytes.length - 1] ?? 0 };
}

function absent(error: NodeJS.ErrnoException): undefined {
  if (error.code === 'ENOENT' || error.code === 'ENOTDIR' || error.code === 'ELOOP') return undefined;
  throw error;
}
