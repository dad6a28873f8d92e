import { type Failure, failure, type Usage } from '../../../run/index.ts';

/** What a provider throws: why a model call failed, in the words of the record. */
export class ModelError extends Error {
  readonly failure: Failure;
  /** What the provider had counted by then, as far as it said. */
  readonly usage: Usage | undefined;
  /** Text that had arrived by then. */
  readonly received: string;

  constructor(reason: Failure, progress: { readonly usage?: Usage | undefined; readonly received?: string } = {}) {
    super(reason.message);
    this.name = 'ModelError';
    this.failure = reason;
    this.usage = progress.usage;
    this.received = progress.received ?? '';
  }
}

/** Failures that may not happen again when the same call is made again (`docs/language.md`, "Retried"). */
const passing = ['timeout', 'rate_limited', 'overloaded', 'server_error', 'network', 'stream_incomplete'];

/** @returns whether the code of a failure says that the same call may succeed when it is made again */
export function isPassing(code: string): boolean {
  return passing.includes(code);
}

/** The stream of a model ended politely, but without saying why the model stopped: its answer may be cut. */
export function streamIncomplete(model: string, cause: string): Failure {
  return failure('stream_incomplete', `The answer of ${model} is not whole: ${cause}.`, {
    retryable: true,
    remedy: 'Try again; if it happens each time, check that base_url points to the API of this provider.',
  });
}
