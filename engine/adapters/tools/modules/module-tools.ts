// Tools whose code is a module of the workspace. Every look at a module and every call of it has a process of its own,
// so nothing is kept from one to the next, and nothing that the code does reaches the engine.
import { type Failure, failure, type Json, type Outcome, type ToolDescriptor } from '../../../../run/index.ts';
import type { Tool } from '../../../ports/index.ts';
import { findModule } from './find-module.ts';
import type { CallPlace, ModuleError } from './messages.ts';
import { type ModuleEnd, type ModuleRun, runModule } from './module-process.ts';
import { Places } from './places.ts';

/** Each is a Node of its own, of some 50 MB. */
const mostAtOnce = 8;
const defaultDeadlineMs = 60_000;
const loadDeadlineMs = 10_000;

/** Where a module runs. */
export interface ModuleSurroundings {
  readonly workspace: string;
  /** All that it finds in its environment. */
  readonly env: { readonly [name: string]: string };
}

/** A module that was loaded once, to see what it exports. */
export interface InspectedModule {
  readonly text: string;
  readonly hash: string;
  readonly functions: readonly string[];
  /** Exports that are no functions. */
  readonly others: readonly string[];
}

export class ModuleTools {
  readonly #program: string;
  readonly #places = new Places(mostAtOnce);
  readonly #closing = new AbortController();

  /** @param program the file of a module's process (`module-host`) */
  constructor(program: string) {
    this.#program = program;
  }

  /** Loads a module and says what it exports; runs its code outside of functions. @param file relative to the workspace */
  async inspect(file: string, around: ModuleSurroundings): Promise<InspectedModule | { readonly error: Failure }> {
    const found = await findModule(around.workspace, file);
    if ('error' in found) return found;
    const { text, hash } = found;
    const job = { type: 'inspect', file: found.path, hash } as const;
    const end = await this.#run({ job, ...around, deadlineMs: loadDeadlineMs, signal: this.#closing.signal });
    if (end.type !== 'answered') return { error: failureOfEnd(end, `The module ${file}`, loadDeadlineMs) };
    const { answer } = end;
    if (answer.type === 'exports') return { text, hash, functions: answer.functions, others: answer.others };
    const error = answer.type === 'failed' ? answer.error : strange();
    return { error: failureOfError(error, `The module ${file}`, file) };
  }

  /** The tool behind a descriptor that names a module. @param onPrint takes what its code prints */
  tool(descriptor: ToolDescriptor, around: ModuleSurroundings, onPrint: (text: string) => void): Tool {
    return {
      descriptor,
      call: (input, { trusted, signal, ...context }) => {
        const place = { runId: context.runId, call: context.call, workspace: around.workspace };
        if (!trusted) return Promise.resolve(failed(notTrusted(descriptor.name)));
        return this.#call(descriptor, input, { around, place, signal, onPrint });
      },
    };
  }

  /** Ends every process. */
  close(): void {
    this.#closing.abort();
  }

  async #call(
    { name, module }: ToolDescriptor,
    input: Json,
    call: { around: ModuleSurroundings; place: CallPlace; signal: AbortSignal; onPrint: (text: string) => void },
  ): Promise<Outcome> {
    if (!module) throw new Error(`the tool ${name} has no module`);
    const { around, place: context } = call;
    const found = await findModule(around.workspace, module.file);
    if ('error' in found) return failed(notSent(found.error));
    const deadlineMs = module.timeoutMs ?? defaultDeadlineMs;
    const job = { type: 'call', file: found.path, hash: module.hash, tool: name, input, context } as const;
    const signal = AbortSignal.any([call.signal, this.#closing.signal]);
    const end = await this.#run({ job, ...around, deadlineMs, signal, onPrint: call.onPrint });
    if (end.type === 'cancelled') return { status: 'cancelled' };
    const what = `The tool ${name}`;
    if (end.type !== 'answered') return failed(failureOfEnd(end, what, deadlineMs));
    const { answer } = end;
    if (answer.type === 'result') return resultOf(answer.output, what, module.file);
    return failed(failureOfError(answer.type === 'failed' ? answer.error : strange(), what, module.file));
  }

  async #run(run: Omit<ModuleRun, 'program' | 'onPrint'> & Partial<ModuleRun>): Promise<ModuleEnd> {
    const leave = await this.#places.enter(run.signal);
    if (!leave) return { type: 'cancelled' };
    try {
      return await runModule({ program: this.#program, onPrint: () => undefined, ...run });
    } finally {
      leave();
    }
  }
}

function resultOf(output: string, what: string, file: string): Outcome {
  try {
    return { status: 'completed', output: JSON.parse(output) as Json };
  } catch {
    return failed(failureOfError(strange(), what, file));
  }
}

function failed(error: Failure): Outcome {
  return { status: 'failed', error };
}

/** Marks a failure of a call that never reached the tool. */
function notSent(error: Failure): Failure {
  return { ...error, details: { ...error.details, notSent: true } };
}

function notTrusted(name: string): Failure {
  return failure('not_trusted', `The tool ${name} runs code of the workspace, and the workspace is not trusted.`, {
    remedy: 'Trust the workspace and start the run again.',
    details: { tool: name, notSent: true },
  });
}

function strange(): ModuleError {
  return { code: 'ended', message: 'what its process answered can not be understood' };
}

/** @param what the subject of the sentence */
function failureOfEnd(end: Exclude<ModuleEnd, { type: 'answered' }>, what: string, deadlineMs: number): Failure {
  switch (end.type) {
    case 'too_late':
      return failure('timeout', `${what} did not come to an end within ${deadlineMs / 1000} s, and was ended.`, {
        retryable: true,
        remedy: 'Look for a loop without an end, or raise `timeout` of its toolset.',
      });
    case 'crashed':
      return failure('tool_crashed', `${what}: its process ended (${end.how}).${end.said && ` It said: ${end.said}`}`, {
        remedy: 'Return a value or throw an Error, and let nothing else end the process.',
      });
    case 'not_started':
      return notSent(
        failure('tool_not_started', `${what} could not be started: ${end.why}.`, {
          retryable: true,
          remedy: 'Look whether the system lets this user start more processes.',
        }),
      );
    case 'cancelled':
      return failure('cancelled', `${what} was cut off.`);
  }
}

/** @param what the subject of the sentence; @param file the module, for those who look for the place */
function failureOfError({ code, message, retryable = false }: ModuleError, what: string, file: string): Failure {
  const { outer, says, remedy } = words[code];
  return failure(outer, `${what} ${says}: ${message}.`, {
    retryable,
    ...(remedy !== undefined && { remedy }),
    details: { module: file, ...(before.has(code) && { notSent: true }) },
  });
}

/** What goes wrong before the code of a tool has begun. */
const before: ReadonlySet<ModuleError['code']> = new Set(['not_loaded', 'no_typescript', 'changed', 'unknown_export']);

const words: {
  readonly [code in ModuleError['code']]: { readonly outer: string; readonly says: string; readonly remedy?: string };
} = {
  threw: { outer: 'tool_failed', says: 'failed' },
  not_loaded: {
    outer: 'module_not_loaded',
    says: 'can not be loaded',
    remedy:
      'Try it with Node: `node FILE` says the same. TypeScript may have only syntax that can be taken away: no enums.',
  },
  no_typescript: {
    outer: 'typescript_not_supported',
    says: `can not be loaded, for the program that runs the engine does not read TypeScript (${runtime()})`,
    remedy:
      'Write it as JavaScript (.js or .mjs) with types in comments, or let a Node that reads TypeScript (22.12 or newer) run the engine.',
  },
  changed: {
    outer: 'module_changed',
    says: 'was not called',
    remedy: 'A run keeps to the code it began with: put the file back, or start a new run.',
  },
  unknown_export: { outer: 'unknown_export', says: 'was not called', remedy: 'Export a function of this name.' },
  no_json: {
    outer: 'invalid_output',
    says: 'gave what is no JSON',
    remedy: 'Return texts, finite numbers, true, false, null, lists and plain objects.',
  },
  too_large: { outer: 'output_too_large', says: 'gave more than 16 MB', remedy: 'Let it give less.' },
  out_of_memory: { outer: 'tool_out_of_memory', says: 'was ended', remedy: 'Let it keep less in memory.' },
  ended: {
    outer: 'tool_ended',
    says: 'gave nothing',
    remedy: 'Return a value or throw an Error; do not call `process.exit`, and await what a tool waits for.',
  },
};

function runtime(): string {
  const electron = process.versions['electron'];
  return electron === undefined
    ? `Node ${process.versions.node}`
    : `Electron ${electron}, Node ${process.versions.node}`;
}
