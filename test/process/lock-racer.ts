// A thread that takes one lock again and again, at the same moments as its rivals.
import { parentPort, workerData } from 'node:worker_threads';
import { takeLock } from '../../engine/host/lock.ts';

const { dataDir, barriers } = workerData as { dataDir: string; barriers: SharedArrayBuffer };
const counters = new Int32Array(barriers);

parentPort?.on('message', (round: number) => {
  Atomics.add(counters, round, -1);
  // Spinning keeps all threads awake, so that they go at the same instant.
  while (Atomics.load(counters, round) > 0) continue;
  const claim = { nonce: `${round}-${Math.random()}`, address: '', token: '', version: '', protocol: 1 };
  const attempt = takeLock(dataDir, claim, Date.now);
  parentPort?.postMessage(attempt.type);
});
