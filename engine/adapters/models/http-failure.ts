// What an SDK throws, in the words of the record. The SDKs share their shape of errors (`status`, `headers`, `error`,
// and the error of `fetch` as `cause`), so this looks at shapes and needs neither of them.
import { failure, type Failure } from '../../../run/index.ts';
import { streamIncomplete } from './model-error.ts';
import { retryAfterMs } from './retry-after.ts';

/** Whose error it is: what a message may name, and what it may not. */
export interface Endpoint {
  /** `provider/model`. */
  readonly model: string;
  readonly provider: string;
  readonly baseUrl: string;
  readonly apiKey: string | undefined;
}

/**
 * Turns what was thrown into a failure with a stable code. Codes: `timeout rate_limited overloaded server_error network
 * stream_incomplete` (worth a retry), `invalid_request authentication permission_denied not_found` (not).
 * @param nowMs epoch milliseconds, for a `retry-after` that is a date
 */
export function failureOf(thrown: unknown, endpoint: Endpoint, nowMs: number): Failure {
  const status = numberAt(thrown, 'status');
  if (status !== undefined) return statusFailure(status, thrown, endpoint, nowMs);
  if (at(thrown, 'error') !== undefined) return eventFailure(thrown, endpoint);
  if (thrown instanceof SyntaxError) return streamIncomplete(endpoint.model, 'an event of its stream is no JSON');
  return connectionFailure(thrown, endpoint);
}

type Kind = Pick<Failure, 'code' | 'retryable' | 'remedy'> & { readonly said: string; readonly notSent?: true };

function statusFailure(status: number, thrown: unknown, endpoint: Endpoint, nowMs: number): Failure {
  const kind = kindOfStatus(status, thrown, endpoint);
  const wait = retryAfterMs(at(thrown, 'headers'), nowMs);
  const details = { status, ...(kind.notSent && { notSent: true }) };
  return { ...build(kind, `HTTP ${status}`, thrown, endpoint, kind.retryable ? wait : undefined), details };
}

function kindOfStatus(status: number, thrown: unknown, endpoint: Endpoint): Kind {
  if (status === 429) return rateKind(thrown);
  if (status === 401) return kinds.authentication;
  if (status === 402) return kinds.unpaid;
  if (status === 403) return kinds.permission_denied;
  if (status === 404) return kinds.not_found;
  if (status === 408) return kinds.timeout;
  if (status === 503 || status === 529) return kinds.overloaded;
  if (status >= 500) return kinds.server_error;
  if (status >= 300 && status < 400)
    return { ...kinds.invalid_request, said: `redirects (base_url ${endpoint.baseUrl})` };
  return kinds.invalid_request;
}

/** An error that came as an event, in a stream that had begun well. */
function eventFailure(thrown: unknown, endpoint: Endpoint): Failure {
  const body = errorBody(thrown);
  const word = stringAt(body, 'type') ?? stringAt(body, 'code') ?? '';
  return build(kindOfWord(word, thrown), 'in its stream', thrown, endpoint, undefined);
}

function kindOfWord(word: string, thrown: unknown): Kind {
  if (word.startsWith('rate_limit') || word === 'insufficient_quota') return rateKind(thrown);
  if (word.startsWith('authentication')) return kinds.authentication;
  if (word.startsWith('permission')) return kinds.permission_denied;
  if (word.startsWith('not_found')) return kinds.not_found;
  if (word.startsWith('timeout')) return kinds.timeout;
  if (word.startsWith('overloaded')) return kinds.overloaded;
  if (word.startsWith('invalid_request') || word === 'request_too_large') return kinds.invalid_request;
  return kinds.server_error;
}

/** A quota that is used up answers like a rate that is too high, but no wait helps. */
function rateKind(thrown: unknown): Kind {
  const isQuota = stringAt(errorBody(thrown), 'code') === 'insufficient_quota';
  return isQuota ? { ...kinds.rate_limited, retryable: false, remedy: kinds.unpaid.remedy } : kinds.rate_limited;
}

const kinds = {
  rate_limited: {
    code: 'rate_limited',
    said: 'answers that there were too many requests',
    retryable: true,
    remedy: 'Wait, lower max_parallel, or raise the limit with the provider.',
    notSent: true,
  },
  unpaid: {
    code: 'permission_denied',
    said: 'wants to be paid first',
    retryable: false,
    remedy: 'Check the balance and the limits of the account with the provider.',
  },
  authentication: {
    code: 'authentication',
    said: 'does not accept the API key',
    retryable: false,
    remedy: 'Set the right key (Segue: Set API Key, or the environment variable of the provider).',
  },
  permission_denied: {
    code: 'permission_denied',
    said: 'does not allow this',
    retryable: false,
    remedy: 'Check what the key may do, and whether the account has this model.',
  },
  not_found: {
    code: 'not_found',
    said: 'does not know this model or address',
    retryable: false,
    remedy: 'Check the name of the model, and base_url if it is set.',
  },
  timeout: { code: 'timeout', said: 'took too long', retryable: true, remedy: 'Try again, or allow a longer timeout.' },
  overloaded: { code: 'overloaded', said: 'is overloaded', retryable: true, remedy: 'Try again later.' },
  server_error: { code: 'server_error', said: 'had an error of its own', retryable: true, remedy: 'Try again later.' },
  invalid_request: {
    code: 'invalid_request',
    said: 'refuses the request',
    retryable: false,
    remedy: 'Change what its message names: parameters, schema, tools or the length of the prompt.',
  },
} as const satisfies { readonly [code: string]: Kind };

function build(kind: Kind, where: string, thrown: unknown, endpoint: Endpoint, wait: number | undefined): Failure {
  // What a provider says about a key may show parts of it.
  const words = kind.code === 'authentication' ? undefined : messageOf(thrown, endpoint.apiKey);
  const message = `${endpoint.provider} ${kind.said} (${endpoint.model}, ${where})${words ? `: ${words}` : '.'}`;
  return failure(kind.code, message, {
    retryable: kind.retryable,
    ...(kind.remedy && { remedy: kind.remedy }),
    ...(wait !== undefined && { retryAfterMs: wait }),
  });
}

const longestMessage = 500;

function messageOf(thrown: unknown, apiKey: string | undefined): string | undefined {
  const text = stringAt(errorBody(thrown), 'message');
  if (!text) return undefined;
  const masked = (apiKey ? text.replaceAll(apiKey, '***') : text).replace(/\bsk-[\w*-]{4,}/g, '***');
  return masked.length > longestMessage ? `${masked.slice(0, longestMessage)}…` : masked;
}

/** The provider's error object: OpenAI's SDK unwraps it, Anthropic's keeps the whole body, `{error: {…}}`. */
function errorBody(thrown: unknown): unknown {
  const body = at(thrown, 'error');
  return at(body, 'error') ?? body;
}

/** Codes of a connection that never came about: the provider has surely seen nothing. */
const neverConnected = [
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EADDRNOTAVAIL',
  'UND_ERR_CONNECT_TIMEOUT',
];
const tooSlow = ['ETIMEDOUT', 'UND_ERR_HEADERS_TIMEOUT', 'UND_ERR_BODY_TIMEOUT', 'UND_ERR_CONNECT_TIMEOUT'];

function connectionFailure(thrown: unknown, endpoint: Endpoint): Failure {
  const code = causes(thrown).flatMap((cause) => stringAt(cause, 'code') ?? [])[0] ?? '';
  const name = causes(thrown).map((cause) => cause instanceof Error && cause.constructor.name);
  const isTimeout = tooSlow.includes(code) || name.includes('APIConnectionTimeoutError');
  const notSent = neverConnected.includes(code);
  const what = notSent ? 'can not be reached' : 'broke the connection';
  const { origin } = new URL(endpoint.baseUrl);
  const message = `${endpoint.provider} ${isTimeout ? 'took too long' : what} at ${origin} (${endpoint.model}${code && `, ${code}`}).`;
  return failure(isTimeout ? 'timeout' : 'network', message, {
    retryable: true,
    remedy: notSent ? 'Check the network, and base_url if it is set; is the server running?' : 'Try again.',
    ...(notSent && { details: { notSent: true } }),
  });
}

/** An error, what caused it, and so on; of a connection tried on several addresses, each try. */
function causes(thrown: unknown, depth = 0): readonly unknown[] {
  if (depth > 5 || typeof thrown !== 'object' || thrown === null) return [];
  const tries = thrown instanceof AggregateError ? thrown.errors : [];
  return [thrown, ...[at(thrown, 'cause'), ...tries].flatMap((cause) => causes(cause, depth + 1))];
}

function at(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined;
}

function stringAt(value: unknown, key: string): string | undefined {
  const found = at(value, key);
  return typeof found === 'string' ? found : undefined;
}

function numberAt(value: unknown, key: string): number | undefined {
  const found = at(value, key);
  return typeof found === 'number' ? found : undefined;
}
