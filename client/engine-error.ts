import { type Failure, failure } from '../run/index.ts';

/** A request that an engine refused or could not answer; `failure` is for people and programs. */
export class EngineError extends Error {
  readonly failure: Failure;

  constructor(refused: Failure, cause?: unknown) {
    super(refused.message, cause === undefined ? undefined : { cause });
    this.name = 'EngineError';
    this.failure = refused;
  }
}

/** The connection closed before the answer came. */
export function engineGone(dataDir: string): EngineError {
  return new EngineError(
    failure('engine_gone', `The engine of ${dataDir} is gone.`, {
      retryable: true,
      remedy: 'Connect again; unfinished runs go on as soon as an engine starts.',
    }),
  );
}
