// The thread in which the code of a module runs. It may do whatever it likes: the thread beside it watches.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { parentPort, workerData } from 'node:worker_threads';
import { wordsOf } from './error-words.ts';
import { type ModuleAnswer, type ModuleError, type ModuleJob, mostResultBytes } from './messages.ts';
import { whyNoJson } from './plain-json.ts';

/** Does the job that the thread was started with, and says what came of it. */
export async function doJob(): Promise<void> {
  const job = workerData as ModuleJob;
  const answer = await answerTo(job);
  // What was printed goes first: with the answer the process ends.
  await Promise.all([written(process.stdout), written(process.stderr)]);
  parentPort?.postMessage(answer);
}

async function answerTo(job: ModuleJob): Promise<ModuleAnswer> {
  const loaded = await load(job);
  if ('code' in loaded) return { type: 'failed', error: loaded };
  if (job.type === 'inspect') return exportsOf(loaded.module);
  const code = loaded.module[job.tool];
  if (typeof code !== 'function') {
    return { type: 'failed', error: { code: 'unknown_export', message: `the module exports no function ${job.tool}` } };
  }
  return call(job, code);
}

type Loaded = { readonly module: { readonly [name: string]: unknown } };

async function load({ file, hash }: ModuleJob): Promise<Loaded | ModuleError> {
  try {
    if (createHash('sha256').update(readFileSync(file)).digest('hex') !== hash) {
      return { code: 'changed', message: 'the file has changed since the run began' };
    }
    return { module: (await import(pathToFileURL(file).href)) as Loaded['module'] };
  } catch (error) {
    if (codeOf(error) === 'ERR_UNKNOWN_FILE_EXTENSION') return { code: 'no_typescript', message: wordsOf(error) };
    return { code: 'not_loaded', message: wordsOf(error) };
  }
}

function exportsOf(module: Loaded['module']): ModuleAnswer {
  const isFunction = (name: string): boolean => typeof module[name] === 'function';
  const names = Object.keys(module);
  return { type: 'exports', functions: names.filter(isFunction), others: names.filter((name) => !isFunction(name)) };
}

async function call(job: Extract<ModuleJob, { type: 'call' }>, code: CallableFunction): Promise<ModuleAnswer> {
  const cut = new AbortController();
  parentPort?.on('message', () => cut.abort());
  // Only what the tool itself waits for keeps the thread alive: a promise that nothing will settle ends it.
  parentPort?.unref();
  try {
    const result: unknown = await code(job.input, { ...job.context, signal: cut.signal });
    return resultOf(result ?? null);
  } catch (error) {
    const retryable = typeof error === 'object' && error !== null && 'retryable' in error && error.retryable === true;
    return { type: 'failed', error: { code: 'threw', message: wordsOf(error), ...(retryable && { retryable }) } };
  }
}

function resultOf(result: unknown): ModuleAnswer {
  const why = whyNoJson(result);
  if (why !== undefined) return { type: 'failed', error: { code: 'no_json', message: why } };
  const output = JSON.stringify(result);
  if (Buffer.byteLength(output) <= mostResultBytes) return { type: 'result', output };
  const megabytes = Math.round(Buffer.byteLength(output) / 1024 / 1024);
  return { type: 'failed', error: { code: 'too_large', message: `the result has ${megabytes} MB` } };
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}

/** Resolves when everything that was printed has been taken. */
function written(stream: NodeJS.WriteStream): Promise<void> {
  return new Promise((resolve) => stream.write('', () => resolve()));
}
