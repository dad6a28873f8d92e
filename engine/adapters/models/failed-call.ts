import { failure, type Usage } from '../../../run/index.ts';
import { splitModel } from '../../../models/index.ts';
import type { ModelContext } from '../../ports/index.ts';
import { type Endpoint, failureOf } from './http-failure.ts';
import { ModelError } from './model-error.ts';

/** What had come of a call when it failed. */
interface Received {
  readonly usage?: Usage | undefined;
  readonly text: string;
}

/** @returns whom a call goes to. @param standardUrl where this provider is found when nobody says otherwise */
export function endpointOf(model: string, context: ModelContext, standardUrl: string): Endpoint {
  const baseUrl = context.baseUrl ?? standardUrl;
  return { model, provider: splitModel(model).provider, baseUrl, apiKey: context.apiKey };
}

/** @returns the error to throw for what an SDK threw; after an abort, that the call was cancelled, whatever was thrown */
export function modelErrorOf(thrown: unknown, endpoint: Endpoint, signal: AbortSignal, received: Received): ModelError {
  const progress = { usage: received.usage, received: received.text };
  if (signal.aborted) return new ModelError(cancelled(endpoint.model), progress);
  return new ModelError(failureOf(thrown, endpoint, Date.now()), progress);
}

/** @returns the failure of a call that was stopped before its end */
export function cancelled(model: string) {
  return failure('cancelled', `The call of ${model} was cancelled.`);
}
