// One engine per data folder, and what a client is told when it can not have it.
import { execFileSync, spawn } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { endSilentEngine, EngineError, engineStatus, stopEngine } from '../../client/index.ts';
import { openConnection } from '../../client/engine-connection.ts';
import { readLock } from '../../client/lock-file.ts';
import type { LockRecord } from '../../run/index.ts';
import { attach, isRunning, kill, killEngine, newDataDir, newFolder, scripts, until } from './engines.ts';

const deepName = 'a-folder-with-a-rather-long-name';

test('the first client starts the engine, the next ones join it', async () => {
  const dataDir = newDataDir();
  const first = await attach(dataDir);
  const others = [await attach(dataDir), await attach(dataDir, { kind: 'terminal' })];
  for (const other of others) expect(other.engine.pid).toBe(first.engine.pid);
  expect((await first.status()).clients).toBe(3);
});

test('five starters at once make one engine', async () => {
  const dataDir = newDataDir();
  const clients = await Promise.all([1, 2, 3, 4, 5].map(() => attach(dataDir)));
  expect(new Set(clients.map((client) => client.engine.pid)).size).toBe(1);
  await until(() => enginesOf(dataDir).length === 1);
});

test('five starters at once take one dead lock over', async () => {
  const dataDir = newDataDir();
  const { pid } = (await attach(dataDir)).engine;
  await killEngine(dataDir);
  expect(readLock(dataDir)?.pid).toBe(pid);
  const clients = await Promise.all([1, 2, 3, 4, 5].map(() => attach(dataDir)));
  const pids = new Set(clients.map((client) => client.engine.pid));
  expect(pids.size).toBe(1);
  expect(pids.has(pid)).toBe(false);
});

test('clients with different temp folders meet at one engine', async () => {
  const dataDir = newDataDir();
  const first = await attach(dataDir);
  const before = process.env['TMPDIR'];
  process.env['TMPDIR'] = newFolder();
  try {
    expect((await attach(dataDir)).engine.pid).toBe(first.engine.pid);
  } finally {
    if (before === undefined) delete process.env['TMPDIR'];
    else process.env['TMPDIR'] = before;
  }
});

test('a deep workspace is no obstacle', async () => {
  const dataDir = newDataDir(join(newFolder(), deepName, deepName, deepName, deepName));
  expect(dataDir.length).toBeGreaterThan(108);
  const client = await attach(dataDir);
  expect((await client.status()).dataDir).toBe(dataDir);
});

test('lock, socket and log are for this user only', async () => {
  const dataDir = newDataDir();
  await attach(dataDir);
  const lock = lockOf(dataDir);
  for (const file of [join(dataDir, 'engine.lock'), join(dataDir, 'engine.log'), lock.address]) {
    expect(statSync(file).mode & 0o077, file).toBe(0);
  }
  expect(statSync(dirname(lock.address)).mode & 0o077).toBe(0);
});

test('a client with a wrong token is refused and cut', async () => {
  const dataDir = newDataDir();
  await attach(dataDir);
  const client = { kind: 'editor', version: '1.2.3' } as const;
  const forged = { ...lockOf(dataDir), token: 'x'.repeat(64) };
  await expect(openConnection(forged, dataDir, client, 5000)).rejects.toMatchObject({
    failure: { code: 'unauthorized' },
  });
});

test('the environment of the starter does not reach the engine', async () => {
  const dataDir = newDataDir();
  process.env['OPENAI_API_KEY'] = 'sk-canary-of-this-test';
  try {
    const { pid } = (await attach(dataDir)).engine;
    const environment = readFileSync(`/proc/${pid}/environ`, 'utf8');
    expect(environment).toContain('PATH=');
    expect(environment).not.toContain('canary');
    expect(environment).not.toContain('VITEST');
  } finally {
    delete process.env['OPENAI_API_KEY'];
  }
});

test('an engine that only terminals used leaves with the last of them', async () => {
  const dataDir = newDataDir();
  const [first, second] = [await attach(dataDir, { kind: 'terminal' }), await attach(dataDir, { kind: 'terminal' })];
  const { pid } = first.engine;
  first.close();
  expect((await second.status()).pid).toBe(pid);
  second.close();
  await until(() => !isRunning(pid));
  expect(readLock(dataDir)).toBeUndefined();
});

test('an engine that an editor used stays for a while', async () => {
  const dataDir = newDataDir();
  const editor = await attach(dataDir);
  editor.close();
  const terminal = await attach(dataDir, { kind: 'terminal' });
  expect(terminal.engine.pid).toBe(editor.engine.pid);
});

test('a newer client replaces an idle older engine, an older one uses a newer engine', async () => {
  const dataDir = newDataDir();
  const old = await attach(dataDir);
  const fresh = await attach(dataDir, { version: '1.3.0' });
  expect(fresh.engine.pid).not.toBe(old.engine.pid);
  await old.closed;
  const older = await attach(dataDir, { version: '1.0.0' });
  expect(older.engine.pid).toBe(fresh.engine.pid);
});

test('an engine that lives but does not answer is never replaced; a person may end it', async () => {
  const dataDir = newDataDir();
  const { pid } = (await attach(dataDir)).engine;
  kill(pid, 'SIGSTOP');
  const refused = attach(dataDir, { deadlineMs: 3000 });
  await expect(refused).rejects.toMatchObject({ failure: { code: 'engine_not_answering', details: { pid } } });
  expect(isRunning(pid)).toBe(true);
  expect(enginesOf(dataDir)).toEqual([pid]);
  await endSilentEngine(dataDir, { engineScript: scripts.bare, execPath: process.execPath });
  await until(() => !isRunning(pid));
  expect((await attach(dataDir)).engine.pid).not.toBe(pid);
});

test('a pid that another process uses now does not keep the folder', async () => {
  const dataDir = newDataDir();
  await attach(dataDir);
  const lock = lockOf(dataDir);
  await killEngine(dataDir);
  const innocent = spawn('sleep', ['60']);
  try {
    writeLock(dataDir, { ...lock, pid: innocent.pid ?? 0 });
    const client = await attach(dataDir);
    expect(client.engine.pid).not.toBe(lock.pid);
    expect(isRunning(innocent.pid ?? 0)).toBe(true);
  } finally {
    innocent.kill();
  }
});

test('an engine elsewhere keeps the folder while its heart beats, and no longer', async () => {
  const dataDir = newDataDir();
  await attach(dataDir);
  const lock = lockOf(dataDir);
  await killEngine(dataDir);
  writeLock(dataDir, { ...lock, host: 'another-host' });
  await expect(attach(dataDir, { deadlineMs: 3000 })).rejects.toMatchObject({
    failure: { code: 'engine_elsewhere', details: { host: 'another-host' } },
  });
  const longAgo = Date.now() / 1000 - 61;
  utimesSync(join(dataDir, 'engine.lock'), longAgo, longAgo);
  expect((await attach(dataDir)).engine.pid).not.toBe(lock.pid);
});

test.each([
  ['another pid namespace', { pidNamespace: 'pid:[1]' }],
  ['another boot', { boot: 'of-yesterday' }],
])('the same pid in %s says nothing about the holder', async (_, place) => {
  const dataDir = newDataDir();
  await attach(dataDir);
  const lock = lockOf(dataDir);
  await killEngine(dataDir);
  writeLock(dataDir, { ...lock, ...place });
  await expect(attach(dataDir, { deadlineMs: 2000 })).rejects.toBeInstanceOf(EngineError);
});

test('an engine that lost its lock to another leaves, and touches nothing', async () => {
  const dataDir = newDataDir();
  const { pid } = (await attach(dataDir)).engine;
  const other = { ...lockOf(dataDir), nonce: 'of-another-engine', pid: process.pid, pidStart: '' };
  rmSync(join(dataDir, 'engine.lock'));
  writeLock(dataDir, other);
  await until(() => !isRunning(pid));
  expect(lockOf(dataDir)).toEqual(other);
  rmSync(join(dataDir, 'engine.lock'));
});

test('a lock that came with a workspace leads no client to a socket of somebody else', async () => {
  const dataDir = newDataDir();
  await attach(dataDir);
  const lock = lockOf(dataDir);
  await killEngine(dataDir);
  const open = newFolder();
  chmodSync(open, 0o755);
  const address = join(open, 'a.sock');
  const server = createServer((socket) => socket.destroy());
  await new Promise<void>((resolve) => server.listen(address, resolve));
  try {
    writeLock(dataDir, { ...lock, address });
    await expect(attach(dataDir)).rejects.toMatchObject({ failure: { code: 'untrusted_address' } });
  } finally {
    server.close();
  }
});

test('an engine that can not start says why', async () => {
  const dataDir = newDataDir();
  const engineScript = join(newFolder(), 'broken.mjs');
  writeFileSync(engineScript, 'throw new Error("the reason for the test");');
  await expect(attach(dataDir, { engineScript })).rejects.toMatchObject({
    failure: { code: 'engine_start_failed', remedy: expect.stringContaining('the reason for the test') },
  });
  const unusable = join(newFolder(), 'file');
  writeFileSync(unusable, '');
  await expect(attach(join(unusable, 'data'))).rejects.toMatchObject({ failure: { code: 'data_folder_unusable' } });
  await expect(attach(dataDir, { execPath: '/no/such/node' })).rejects.toMatchObject({
    failure: { code: 'engine_start_failed' },
  });
});

test('stop and status start no engine', async () => {
  const dataDir = newDataDir();
  mkdirSync(dataDir, { recursive: true });
  const whose = { dataDir, kind: 'terminal', version: '1.2.3' } as const;
  expect(await engineStatus(whose)).toBeUndefined();
  expect(await stopEngine({ ...whose, force: false })).toBeUndefined();
  const client = await attach(dataDir);
  expect(await engineStatus(whose)).toMatchObject({ pid: client.engine.pid });
  expect(await stopEngine({ ...whose, force: false })).toEqual({ going: true });
  await until(() => !isRunning(client.engine.pid));
  await expect(client.status()).rejects.toMatchObject({ failure: { code: 'engine_gone' } });
});

function lockOf(dataDir: string): LockRecord {
  const lock = readLock(dataDir);
  if (!lock) throw new Error(`no lock in ${dataDir}`);
  return lock;
}

function writeLock(dataDir: string, lock: LockRecord): void {
  writeFileSync(join(dataDir, 'engine.lock'), JSON.stringify(lock));
}

/** The pids of all engine processes of a folder, from the system's own list. */
function enginesOf(dataDir: string): number[] {
  const list = execFileSync('ps', ['-eo', 'pid=,stat=,args='], { encoding: 'utf8' });
  return list
    .split('\n')
    .filter((line) => line.includes(`--data-dir ${dataDir}`) && !line.includes('--end-holder'))
    .map((line) => line.trim().split(/\s+/))
    .filter(([, state]) => !state?.startsWith('Z'))
    .map(([pid]) => Number(pid));
}
