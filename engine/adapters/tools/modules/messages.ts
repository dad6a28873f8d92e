// What the engine and the process that runs a module say to each other: one JSON text per line, on a pipe of their own
// (`pipeNumber`). Standard output belongs to the module.
import { isJsonObject, type Json } from '../../../../run/index.ts';

/** The number of the pipe's file in the process of a module. */
export const pipeNumber = 3;

/** The longest result, in bytes of its JSON text: what a record takes. */
export const mostResultBytes = 16 * 1024 * 1024;

/** What a process is started for; its first line. Paths are absolute. */
export type ModuleJob = {
  /** The module, with all links followed. */
  readonly file: string;
  /** The SHA-256 that its text must have. */
  readonly hash: string;
} & (
  | { readonly type: 'inspect' }
  | { readonly type: 'call'; readonly tool: string; readonly input: Json; readonly context: CallPlace }
);

/** What a tool is told of its call. */
export interface CallPlace {
  readonly runId: string;
  readonly call: string;
  readonly workspace: string;
}

/** What comes of a job. `output` is the result as JSON text. */
export type ModuleAnswer =
  | { readonly type: 'exports'; readonly functions: readonly string[]; readonly others: readonly string[] }
  | { readonly type: 'result'; readonly output: string }
  | { readonly type: 'failed'; readonly error: ModuleError };

const errorCodes = [
  'threw',
  'not_loaded',
  'no_typescript',
  'changed',
  'unknown_export',
  'no_json',
  'too_large',
  'out_of_memory',
  'ended',
] as const;

export type ModuleErrorCode = (typeof errorCodes)[number];

/** What went wrong inside the process, in words that need the tool's name before them. */
export interface ModuleError {
  readonly code: ModuleErrorCode;
  readonly message: string;
  /** Set by an error of the tool that says so of itself. */
  readonly retryable?: boolean;
}

/** The one thing that is said to a process after its job: the call was cut. */
export const cancelLine = '{"type":"cancel"}\n';

/** Reads an answer. The code of a module can reach the pipe as well: what is no answer is undefined. */
export function answerIn(line: string): ModuleAnswer | undefined {
  const said = jsonIn(line);
  if (!isJsonObject(said)) return undefined;
  const { type, output, functions, others } = said;
  if (type === 'result' && typeof output === 'string') return { type, output };
  if (type === 'exports' && isNames(functions) && isNames(others)) return { type, functions, others };
  const error = type === 'failed' ? errorIn(said['error']) : undefined;
  return error && { type: 'failed', error };
}

function errorIn(said: Json | undefined): ModuleError | undefined {
  if (!isJsonObject(said) || typeof said['message'] !== 'string') return undefined;
  const code = errorCodes.find((known) => known === said['code']);
  return code && { code, message: said['message'], ...(said['retryable'] === true && { retryable: true }) };
}

function isNames(said: Json | undefined): said is string[] {
  return Array.isArray(said) && said.every((name) => typeof name === 'string');
}

function jsonIn(line: string): Json | undefined {
  try {
    return JSON.parse(line) as Json;
  } catch {
    return undefined;
  }
}
