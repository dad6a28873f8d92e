import { expect, test } from 'vitest';
import type { ProviderConfig } from '../../workflow/index.ts';
import { type Endpoint, endpointOf, type EndpointRules, whyNotTo } from './endpoints.ts';

const range = { start: 0, end: 0 };

function rules(
  providers: readonly Omit<ProviderConfig, 'range'>[] = [],
  more: Partial<EndpointRules> = {},
): EndpointRules {
  const config = {
    file: '.segue/config.yaml',
    providers: providers.map((provider) => ({ ...provider, range })),
    retention: {},
  };
  return { config, baseUrls: {}, mock: false, ...more };
}

function endpoint(provider: string, given: EndpointRules): Endpoint {
  const found = endpointOf(provider, given);
  if ('code' in found) throw new Error(found.message);
  return found;
}

const key = { value: 'sk-123', grantedOrigins: [] as string[] };
const proxy = { name: 'openai', baseUrl: 'https://proxy.example/v1' };

test('known providers have their own origin and key', () => {
  expect(endpoint('openai', rules())).toMatchObject({ format: 'openai', setBy: 'provider', secret: 'OPENAI_API_KEY' });
  expect(endpoint('anthropic', rules())).toMatchObject({ format: 'anthropic', secret: 'ANTHROPIC_API_KEY' });
  expect(whyNotTo(endpoint('openai', rules()), undefined, true)).toMatchObject({ code: 'missing_key' });
  expect(whyNotTo(endpoint('openai', rules()), key, false)).toBeUndefined();
});

test('a named provider speaks the OpenAI format, and sends no key unless told', () => {
  const local = rules([{ name: 'local', baseUrl: 'http://localhost:11434/v1' }]);
  expect(endpoint('local', local)).toMatchObject({ format: 'openai', setBy: 'workspace', secret: null });
  expect(whyNotTo(endpoint('local', local), undefined, true)).toBeUndefined();
  expect(whyNotTo(endpoint('local', local), undefined, false)).toMatchObject({ code: 'not_trusted' });
});

test('a key goes to an origin of the workspace only with the grant of its user', () => {
  const there = endpoint('openai', rules([proxy]));
  expect(whyNotTo(there, key, true)).toMatchObject({
    code: 'origin_not_granted',
    details: { secret: 'OPENAI_API_KEY', origin: 'https://proxy.example' },
  });
  expect(whyNotTo(there, { ...key, grantedOrigins: ['https://proxy.example'] }, true)).toBeUndefined();
  expect(whyNotTo(there, { ...key, grantedOrigins: ['https://other.example'] }, true)).toMatchObject({
    code: 'origin_not_granted',
  });
});

test('a base URL of the user stands above that of the workspace and needs no grant', () => {
  const own = endpoint('openai', rules([proxy], { baseUrls: { openai: 'http://localhost:9/v1' } }));
  expect(own).toMatchObject({ baseUrl: 'http://localhost:9/v1', setBy: 'user' });
  expect(whyNotTo(own, key, false)).toBeUndefined();
});

test('the config may name another key, or none', () => {
  expect(endpoint('openai', rules([{ ...proxy, secret: 'PROXY_KEY' }])).secret).toBe('PROXY_KEY');
  expect(endpoint('openai', rules([{ ...proxy, secret: null }])).secret).toBeNull();
});

test('a base URL of the record needs the grant, for it may be the record of somebody else', () => {
  const there = endpoint('openai', rules([], { baseUrls: { openai: 'https://proxy.example/v1' }, isRecorded: true }));
  expect(whyNotTo(there, key, true)).toMatchObject({ code: 'origin_not_granted' });
  expect(whyNotTo(there, { ...key, grantedOrigins: ['https://proxy.example'] }, true)).toBeUndefined();
});

test('a key that the config borrows from elsewhere needs the grant, also for the origin of a known provider', () => {
  const borrowed = endpoint('openai', rules([{ name: 'openai', secret: 'ANTHROPIC_API_KEY' }]));
  expect(whyNotTo(borrowed, key, true)).toMatchObject({
    code: 'origin_not_granted',
    details: { secret: 'ANTHROPIC_API_KEY', origin: 'https://api.openai.com' },
  });
  const there = { ...proxy, secret: 'ANTHROPIC_API_KEY' };
  const redirected = endpoint('openai', rules([there], { baseUrls: { openai: 'http://localhost:9/v1' } }));
  expect(whyNotTo(redirected, key, true)).toMatchObject({ code: 'origin_not_granted' });
});

test('on mock, every provider is a mock', () => {
  expect(endpoint('openai', rules([proxy], { mock: true }))).toMatchObject({ format: 'mock', secret: null });
});

test.each(['ftp://a.example', 'https://user:pass@a.example', 'no url'])('%s is no base URL', (baseUrl) => {
  expect(endpointOf('local', rules([{ name: 'local', baseUrl }]))).toMatchObject({ code: 'bad_base_url' });
});

test('an unknown provider is named', () => {
  expect(endpointOf('opnai', rules())).toMatchObject({
    code: 'unknown_provider',
    message: expect.stringContaining('opnai'),
  });
});
