import { type Failure, failure } from '../../../../run/index.ts';
import { isPassing } from '../model-error.ts';

/**
 * The failure that a mock entry asks for. Whether it is worth a retry follows from its code, or else from the HTTP
 * status it imitates. @param who what failed: a model or a tool
 */
export function mockFailure(
  error: { readonly code: string; readonly message?: string; readonly status?: number },
  who: string,
): Failure {
  const { code, message, status } = error;
  const retryable = isPassing(code) || status === 429 || (status !== undefined && status >= 500);
  const text =
    message ?? `${who} failed with ${code}${status === undefined ? '' : ` (HTTP ${status})`}, as its mock says.`;
  const isUnsent = code === 'rate_limited' || status === 429;
  return failure(code, text, { retryable, ...(isUnsent && { details: { notSent: true } }) });
}
