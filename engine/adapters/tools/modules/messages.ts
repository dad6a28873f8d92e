// What the engine and the process that runs a module say to each other: one JSON text per line, on a pipe of their own
// (`pipeNumber`). Standard output belongs to the module.
import type { Json } from '../../../../run/index.ts';

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

/** What went wrong inside the process, in words that need the tool's name before them. */
export interface ModuleError {
  readonly code:
    | 'threw'
    | 'not_loaded'
    | 'no_typescript'
    | 'changed'
    | 'unknown_export'
    | 'no_json'
    | 'too_large'
    | 'out_of_memory'
    | 'ended';
  readonly message: string;
  /** Set by an error of the tool that says so of itself. */
  readonly retryable?: boolean;
}

/** The one thing that is said to a process after its job: the call was cut. */
export const cancelLine = '{"type":"cancel"}\n';
