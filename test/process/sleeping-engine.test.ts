/**
 * A lid that is closed: the engine stops for a while (SIGSTOP), and with it the beat of its lock. Nobody here takes the
 * folder from it; who asks is told, and may end it. When it wakes it goes on, or leaves if another has the folder.
 *
 * `SEGUE_LONG=1` adds what takes minutes: 90 seconds of sleep, and an engine in another container that takes over.
 */
import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { EngineConnection } from '../../client/index.ts';
import { readLock } from '../../client/lock-file.ts';
import { startEngine } from '../../client/start-engine.ts';
import { engineExit } from '../../run/index.ts';
import { Stage } from '../host/stage.ts';
import { type CountingServer, startCountingServer } from './counting-server.ts';
import { attach, isRunning, kill, newDataDir, scripts, until } from './engines.ts';
import { type Ended, root, runSegue } from './segue-command.ts';
import { countingConfig, startRequest, startRun, untilStatus } from './workflows.ts';

const isLong = process.env['SEGUE_LONG'] === '1';
const stage = new Stage('sleep');
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };

const workflow = `segue: "1"
name: night
agents:
  writer: { model: counting/model }
tasks:
  first: { agent: writer, with: { prompt: one } }
  second: { agent: writer, with: { prompt: "two after \${{ tasks.first.output }}" } }
`;

let server: CountingServer;
beforeEach(async () => {
  server = await startCountingServer();
});
afterEach(() => server.close());
afterAll(async () => {
  await stage.close();
});

interface Night {
  readonly folder: string;
  readonly dataDir: string;
  readonly client: EngineConnection;
  readonly pid: number;
  readonly runId: string;
}

/** An engine whose run waits for the answer to its second call, and which then falls asleep. */
async function fallAsleep(name: string): Promise<Night> {
  const folder = stage.path(name);
  const dataDir = newDataDir(folder);
  const files = { 'night.segue.yaml': workflow, '.segue/config.yaml': countingConfig(server.url) };
  const request = await startRequest(folder, files);
  const client = await attach(dataDir, { engineScript: scripts.product, version });
  const { pid } = client.engine;
  const isHeld = new Promise<void>((resolve) => {
    server.onMoment = (moment, what) => {
      if (moment !== 'done-unanswered' || !what.startsWith('two')) return false;
      resolve();
      return true;
    };
  });
  const runId = await startRun(client, request);
  await isHeld;
  server.onMoment = () => false;
  kill(pid, 'SIGSTOP');
  await until(() => /^State:\s+T/m.test(readFileSync(`/proc/${pid}/status`, 'utf8')));
  return { folder, dataDir, client, pid, runId };
}

/** What the record's files hold: a sleeper that has lost the folder must not write to them. */
function contentsOf(dataDir: string): (string | Buffer)[] {
  const names = readdirSync(dataDir).filter((name) => name.startsWith('segue.db'));
  return names.flatMap((name) => [name, readFileSync(join(dataDir, name))]);
}

function timesOf(prompt: string): number | undefined {
  return [...server.chats].find(([what]) => what.startsWith(prompt))?.[1];
}

describe.skipIf(process.platform !== 'linux')('an engine that sleeps', () => {
  test('keeps its folder, and goes on when it wakes as if nothing had been', async () => {
    const { folder, dataDir, client, pid, runId } = await fallAsleep('keeps');
    const impatient = attach(dataDir, { engineScript: scripts.product, version, deadlineMs: 2_000 });
    await expect(impatient).rejects.toMatchObject({
      failure: { code: 'engine_not_answering', remedy: expect.stringContaining('segue engine stop --force') },
    });
    // A client waits for the silent one; a rival, started all the same, finds the folder held.
    const rival = startEngine(dataDir, { engineScript: scripts.product, execPath: process.execPath });
    expect(await rival.ended).toMatchObject({ code: engineExit.held });
    expect(readLock(dataDir)?.pid).toBe(pid);
    kill(pid, 'SIGCONT');
    server.releaseHeld();
    await untilStatus(client, runId, 'completed');
    expect(client.engine.pid).toBe(pid);
    expect([timesOf('one'), timesOf('two')]).toEqual([1, 1]);
    expect(await runSegue(stage, folder, ['show', runId])).toMatchObject({ code: 0 });
  });

  test('is ended by a person who says so, and the next one goes on with its run', async () => {
    const { folder, pid, runId } = await fallAsleep('ended');
    expect(await runSegue(stage, folder, ['engine', 'stop', '--force'])).toMatchObject({ code: 0 });
    await until(() => !isRunning(pid));
    expect(await runSegue(stage, folder, ['resume', runId])).toMatchObject({ code: 0, said: { status: 'completed' } });
    expect([timesOf('one'), timesOf('two')]).toEqual([1, 2]);
  });

  test('leaves without a word to the record when it wakes and another has the folder', async () => {
    const { folder, dataDir, pid, runId } = await fallAsleep('lost');
    const lockFile = join(dataDir, 'engine.lock');
    const other = JSON.stringify({ ...readLock(dataDir), nonce: 'of-another', host: 'elsewhere' });
    rmSync(lockFile);
    writeFileSync(lockFile, other);
    const before = contentsOf(dataDir);
    kill(pid, 'SIGCONT');
    // The answer that comes now would be recorded by an engine that has not noticed.
    server.releaseHeld();
    await until(() => !isRunning(pid));
    expect(contentsOf(dataDir)).toEqual(before);
    expect(readFileSync(lockFile, 'utf8')).toBe(other);
    rmSync(lockFile);
    expect(await runSegue(stage, folder, ['resume', runId])).toMatchObject({ code: 0, said: { status: 'completed' } });
    expect([timesOf('one'), timesOf('two')]).toEqual([1, 2]);
  });

  test.runIf(isLong)('for 90 seconds keeps its folder', { timeout: 200_000 }, async () => {
    const { folder, dataDir, client, pid, runId } = await fallAsleep('ninety');
    const wakeAt = Date.now() + 90_000;
    while (Date.now() < wakeAt) {
      const refused = await runSegue(stage, folder, ['runs']);
      expect(refused).toMatchObject({
        code: 7,
        said: {
          error: { code: 'engine_not_answering', remedy: expect.stringContaining('segue engine stop --force') },
        },
      });
      expect(readLock(dataDir)?.pid).toBe(pid);
    }
    kill(pid, 'SIGCONT');
    server.releaseHeld();
    await untilStatus(client, runId, 'completed');
    expect([timesOf('one'), timesOf('two')]).toEqual([1, 1]);
  });

  test.runIf(isLong)(
    'loses its folder to another container after a minute, and leaves',
    { timeout: 200_000 },
    async () => {
      const { folder, pid, runId } = await fallAsleep('container');
      // Another list of processes and another /tmp, so that the sleeper's socket is not there; the folder has another path.
      const inside =
        'mount --bind "$1" /mnt && mount -t tmpfs none /tmp && mount -t proc proc /proc && cd /mnt/container && shift && exec "$@"';
      const namespaces = ['unshare', '--mount', '--pid', '--fork', '--kill-child'];
      const through = [...namespaces, 'sh', '-c', inside, 'sh', stage.folder];
      const resume = (): Promise<Ended> => runSegue(stage, folder, ['resume', runId], { through });
      expect(await resume()).toMatchObject({ code: 7, said: { error: { retryable: true } } });
      expect(readLock(join(folder, '.segue/data'))?.pid).toBe(pid);
      // Its last beat is a minute old.
      await until(() => Date.now() - statSync(join(folder, '.segue/data/engine.lock')).mtimeMs > 61_000, 90_000);
      expect(await resume()).toMatchObject({ code: 0, said: { status: 'completed' } });
      kill(pid, 'SIGCONT');
      server.releaseHeld();
      await until(() => !isRunning(pid));
      expect([timesOf('one'), timesOf('two')]).toEqual([1, 2]);
      const shown = await runSegue(stage, folder, ['show', runId], { through });
      expect(shown.text).toMatch(/"status": "completed"/);
    },
  );
});
