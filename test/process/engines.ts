// What the tests with real engine processes share: folders that go away, and no engine left behind.
import { existsSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach } from 'vitest';
import { connect, type ConnectOptions, type EngineConnection } from '../../client/index.ts';
import { readLock } from '../../client/lock-file.ts';
import { isSamePlace, ownIdentity } from '../../engine/host/process-identity.ts';
import { bundledEngines } from './bundle-engine.ts';

const bundled = bundledEngines();
export const scripts = {
  bare: scriptOf('test/process/bare-engine.ts'),
  product: scriptOf('engine/host/main.ts'),
  withTools: scriptOf('test/process/engine-with-tools.ts'),
  announcing: scriptOf('test/process/announcing-engine.ts'),
  careless: scriptOf('test/process/careless-engine.ts'),
  fullDisk: scriptOf('test/process/full-disk-engine.ts'),
  // Its worker changes a module before the engine's is loaded: not in one bundle.
  faulty: join(import.meta.dirname, 'faulty-engine.ts'),
};

function scriptOf(main: string): string {
  const script = bundled.get(main);
  if (script === undefined) throw new Error(`${main} is not bundled`);
  return script;
}

// What an engine keeps for its user stays out of the home of whoever runs the tests.
const stateFolder = mkdtempSync(join(tmpdir(), 'segue-test-state-'));
process.env['XDG_STATE_HOME'] = stateFolder;
afterAll(() => rmSync(stateFolder, { recursive: true, force: true }));

const folders: string[] = [];
const dataDirs = new Set<string>();
const connections: EngineConnection[] = [];

afterEach(async () => {
  for (const connection of connections.splice(0)) connection.close();
  for (const dataDir of dataDirs) await killEngine(dataDir);
  dataDirs.clear();
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

/** A new folder, removed after the test. */
export function newFolder(): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'segue-test-')));
  folders.push(folder);
  return folder;
}

/** Registers a data folder whose engine is killed after the test. */
export function newDataDir(folder = newFolder()): string {
  const dataDir = join(folder, '.segue', 'data');
  dataDirs.add(dataDir);
  return dataDir;
}

/** Connects as a test does: a bare engine, a client of its version. */
export async function attach(dataDir: string, more: Partial<ConnectOptions> = {}): Promise<EngineConnection> {
  dataDirs.add(dataDir);
  const connection = await connect({
    dataDir,
    kind: 'editor',
    version: '1.2.3',
    engineScript: scripts.bare,
    execPath: process.execPath,
    ...more,
  });
  connections.push(connection);
  return connection;
}

/** Kills the engine of a folder as a power cut would, and waits until it is gone. */
export async function killEngine(dataDir: string): Promise<void> {
  const lock = existsSync(join(dataDir, 'engine.lock')) ? readLock(dataDir) : undefined;
  // A number from another list of processes is somebody else's here.
  if (!lock || !isSamePlace(ownIdentity(), lock)) return;
  kill(lock.pid, 'SIGKILL');
  await until(() => !isRunning(lock.pid));
}

export function kill(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** Waits until something outside this process is so. */
export async function until(isSo: () => boolean | Promise<boolean>, withinMs = 60_000): Promise<void> {
  const deadline = Date.now() + withinMs;
  while (!(await isSo())) {
    if (Date.now() > deadline) throw new Error(`not so within ${withinMs} ms: ${String(isSo)}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
