import type { JsonObject } from '../json.ts';

/**
 * Something that went wrong in the world or in a request: what a person reads, and what a program decides by.
 * `code` is a stable word in snake_case (`missing_key`, `timeout`, `rate_limited`, …).
 */
export interface Failure {
  readonly code: string;
  /** One sentence that names place and cause. */
  readonly message: string;
  /** True when the same call, made again, may succeed. */
  readonly retryable: boolean;
  /** What the reader can do about it, as one sentence. */
  readonly remedy?: string;
  /** How long the other side asked us to wait, in milliseconds (HTTP `retry-after`). */
  readonly retryAfterMs?: number;
  /** Facts for programs, such as the name of a missing secret or a list of diagnostics. Never a secret. */
  readonly details?: JsonObject;
}

/** Builds a failure that will not go away by itself. */
export function failure(code: string, message: string, more: Partial<Omit<Failure, 'code' | 'message'>> = {}): Failure {
  return { code, message, retryable: false, ...more };
}
