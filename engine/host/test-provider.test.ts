import { afterEach, expect, test } from 'vitest';
import type { ProviderTest } from '../../run/index.ts';
import { startSseServer, type SseServer } from '../../test/servers/sse.ts';
import { chat } from '../../test/servers/wire.ts';
import { createSystemClock } from '../adapters/clock/index.ts';
import { SecretSeal } from './secret-seal.ts';
import { testProvider } from './test-provider.ts';

const key = 'sk-canary-for-provider-tests';
let server: SseServer | undefined;
afterEach(() => server?.close());

function ask(more: Partial<ProviderTest>, origins: readonly string[] = []) {
  const offer = { secrets: [{ name: 'MY_KEY', value: key, grantedOrigins: origins }] };
  const whole = { model: 'mine/small', sources: {}, baseUrls: {}, trusted: true, offer, ...more };
  return testProvider(whole, createSystemClock(), new SecretSeal());
}

function configFor(origin: string) {
  const text = `providers:\n  mine:\n    base_url: ${origin}/v1\n    api_key: \${{ secrets.MY_KEY }}\n`;
  return { sources: { '.segue/config.yaml': text } };
}

test('one call with the key, to the configured address', async () => {
  const chunks = [chat.text('OK'), chat.finish('stop'), chat.usage(9, 1), chat.done];
  server = await startSseServer({ headers: { 'content-type': 'text/event-stream' }, chunks });
  const answer = await ask(configFor(server.origin), [server.origin]);
  expect(answer).toMatchObject({ ok: true, origin: server.origin, responseModel: 'served-model' });
  expect(server.received).toHaveLength(1);
  expect(server.received[0]?.headers.authorization).toBe(`Bearer ${key}`);
});

test('no call leaves without the grant, the trust, or the key', async () => {
  server = await startSseServer();
  const config = configFor(server.origin);
  expect(await ask(config)).toMatchObject({ ok: false, refused: { code: 'origin_not_granted' } });
  const untrusted = await ask({ ...config, trusted: false }, [server.origin]);
  expect(untrusted).toMatchObject({ ok: false, refused: { code: 'not_trusted' } });
  const keyless = await ask({ ...config, offer: { secrets: [] } });
  expect(keyless).toMatchObject({ ok: false, refused: { code: 'missing_key', details: { secret: 'MY_KEY' } } });
  expect(server.received).toHaveLength(0);
});

test('what the provider says against it is the answer, without the key', async () => {
  const body = JSON.stringify({ error: { message: `Incorrect API key provided: ${key}` } });
  server = await startSseServer({ status: 401, headers: { 'content-type': 'application/json' }, chunks: [body] });
  const answer = await ask(configFor(server.origin), [server.origin]);
  expect(answer.ok).toBe(false);
  expect(JSON.stringify(answer)).not.toContain(key);
});

test('an unknown provider is named', async () => {
  expect(await ask({ model: 'nobody/small' })).toMatchObject({ ok: false, refused: { code: 'unknown_provider' } });
});
