import { describe, expect, test } from 'vitest';
import { createGuardedFetch } from './guarded-fetch.ts';
import { failureOf } from './http-failure.ts';
import { retryAfterMs } from './retry-after.ts';

const endpoint = {
  model: 'openai/gpt-5-mini',
  provider: 'openai',
  baseUrl: 'http://localhost:1234/v1',
  apiKey: undefined,
};
const nowMs = Date.parse('2026-11-21T10:00:00Z');

describe('how long to wait', () => {
  test.each([
    [{ 'retry-after': 'Sat, 21 Nov 2026 10:00:30 GMT' }, 30_000],
    [{ 'retry-after': 'Sat, 21 Nov 2026 09:00:00 GMT' }, 0],
    [{ 'retry-after': '0.5' }, 500],
    [{ 'retry-after': '99999999' }, undefined],
    [{ 'retry-after': '-3' }, 0],
    [{}, undefined],
  ])('%o: %s', (headers, expected) => {
    expect(retryAfterMs(new Headers(headers), nowMs)).toBe(expected);
  });
});

describe('connections that fail', () => {
  const caused = (code: string) =>
    new Error('Connection error.', { cause: Object.assign(new TypeError('fetch failed'), { cause: { code } }) });

  test.each([
    ['ECONNREFUSED', 'network', true],
    ['ENOTFOUND', 'network', true],
    ['UND_ERR_CONNECT_TIMEOUT', 'timeout', true],
    ['ECONNRESET', 'network', false],
    ['UND_ERR_HEADERS_TIMEOUT', 'timeout', false],
    ['UND_ERR_SOCKET', 'network', false],
  ])('%s is %s, surely not sent: %s', (code, expected, notSent) => {
    const failure = failureOf(caused(code), endpoint, nowMs);
    expect(failure).toMatchObject({ code: expected, retryable: true });
    expect(failure.details?.['notSent'] === true).toBe(notSent);
    expect(failure.message).toContain('http://localhost:1234');
  });

  test('each address of a host that was tried counts', () => {
    const tried = new AggregateError([Object.assign(new Error('refused'), { code: 'ECONNREFUSED' })]);
    const error = new Error('Connection error.', { cause: new TypeError('fetch failed', { cause: tried }) });
    expect(failureOf(error, endpoint, nowMs).details).toEqual({ notSent: true });
  });
});

test('the guarded door opens to one origin', async () => {
  const guarded = createGuardedFetch('http://localhost:1234/v1', {});
  await expect(guarded('http://127.0.0.1:1234/v1/chat/completions')).rejects.toThrow('is not the origin');
  await expect(guarded('https://localhost:1234/v1')).rejects.toThrow('is not the origin');
});
