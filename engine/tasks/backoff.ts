import type { Failure } from '../../run/index.ts';
import type { Retry } from '../../workflow/model/model.ts';

/**
 * How long to wait before the next attempt, in whole milliseconds. Jitter takes away up to half of the wait
 * ("equal jitter", Brooker 2015, AWS Architecture Blog) and is derived from `id`, so a replay waits as long.
 * @param attempt the attempt that failed, from 1
 */
export function backoffMs(retry: Retry, attempt: number, error: Failure, id: string): number {
  const planned = Math.min(plannedMs(retry, attempt), retry.maxDelayMs);
  const spread = retry.jitter ? planned * (0.5 + 0.5 * chanceOf(id)) : planned;
  return Math.ceil(Math.max(spread, error.retryAfterMs ?? 0));
}

function plannedMs(retry: Retry, attempt: number): number {
  switch (retry.strategy) {
    case 'immediate':
      return 0;
    case 'constant':
      return retry.delayMs;
    case 'linear':
      return retry.delayMs * attempt;
    case 'exponential':
      return retry.delayMs * retry.base ** (attempt - 1);
  }
}

/** A number from 0 (included) to 1 (excluded) that depends on nothing but the id: FNV-1a (32 bits), mixed once more. */
function chanceOf(id: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < id.length; i += 1) hash = Math.imul(hash ^ id.charCodeAt(i), 0x01000193);
  // The last characters alone hardly reach the upper bits of FNV: finish as MurmurHash3 does (fmix32).
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32;
}
