// The instant in which several engines find the lock of a dead one: exactly one takes it.
import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { expect, test } from 'vitest';
import { ownIdentity } from '../../engine/host/process-identity.ts';
import { newFolder } from './engines.ts';

const rivals = 6;
const rounds = 150;

test('of six at once, one takes a dead lock over', async () => {
  const dataDir = join(newFolder(), 'data');
  mkdirSync(dataDir);
  const { pid } = spawnSync('true');
  const dead = { format: 1, ...ownIdentity(), pid, pidStart: '1', address: '', token: '', version: '', protocol: 1 };
  const barriers = new SharedArrayBuffer(4 * rounds);
  new Int32Array(barriers).fill(rivals);
  const threads = Array.from(
    { length: rivals },
    () => new Worker(new URL('./lock-racer.ts', import.meta.url), { workerData: { dataDir, barriers }, execArgv: [] }),
  );
  try {
    for (let round = 0; round < rounds; round++) {
      writeFileSync(join(dataDir, 'engine.lock'), JSON.stringify({ ...dead, nonce: `dead-${round}` }));
      const answers = threads.map((thread) => new Promise((resolve) => thread.once('message', resolve)));
      for (const thread of threads) thread.postMessage(round);
      const outcomes = await Promise.all(answers);
      expect(outcomes.filter((outcome) => outcome === 'held')).toHaveLength(1);
      expect(readdirSync(dataDir)).toEqual(['engine.lock']);
    }
  } finally {
    await Promise.all(threads.map((thread) => thread.terminate()));
  }
});
