// A client that outlives engines.
import { afterEach, expect, test } from 'vitest';
import { LastingClient, type LastingClientOptions } from '../../client/index.ts';
import { kill, killEngine, newDataDir, scripts, until } from './engines.ts';

let client: LastingClient | undefined;

afterEach(() => client?.close());

function lasting(more: Partial<LastingClientOptions> = {}): { client: LastingClient; dataDir: string } {
  const dataDir = newDataDir();
  const program = { engineScript: scripts.bare, execPath: process.execPath };
  client = new LastingClient({ dataDir, kind: 'editor', version: '1.2.3', ...program, ...more });
  return { client, dataDir };
}

test('asks the next engine when one is gone, and says that it reconnected', async () => {
  const events: string[] = [];
  const { client, dataDir } = lasting({
    onReconnected: () => void events.push('reconnected'),
    onLost: () => void events.push('lost'),
  });
  const first = await client.status();
  await killEngine(dataDir);
  await until(() => events.includes('lost'));
  const second = await client.status();
  expect(second.pid).not.toBe(first.pid);
  expect(events).toEqual(['lost', 'reconnected']);
});

test('asks again when the engine falls while it is asked', async () => {
  const { client } = lasting();
  const { pid } = await client.status();
  kill(pid, 'SIGSTOP');
  const asked = client.status();
  kill(pid, 'SIGKILL');
  expect((await asked).pid).not.toBe(pid);
});

test('sends nothing twice that may have changed something', async () => {
  const { client } = lasting();
  const { pid } = await client.status();
  kill(pid, 'SIGSTOP');
  const sent = client.send('a', { type: 'cancel', actor: { kind: 'program', via: 'test' } });
  kill(pid, 'SIGKILL');
  await expect(sent).rejects.toMatchObject({ failure: { code: 'engine_gone' } });
});

test('many requests at once make one connection', async () => {
  const { client } = lasting();
  await Promise.all([client.status(), client.status(), client.status()]);
  expect((await client.status()).clients).toBe(1);
});

test('makes no connection after it was closed', async () => {
  const { client } = lasting();
  await client.status();
  client.close();
  await expect(client.status()).rejects.toThrow('closed');
});
