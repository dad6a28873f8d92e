// How fast the record is: `node bench/storage.ts`. Events of about 500 bytes, four to a task, as a real run writes them.
import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { openStorage, type Storage } from '../engine/adapters/storage/index.ts';
import type { RunEvent } from '../run/index.ts';

const sqlJs = createRequire(import.meta.url);
const folder = mkdtempSync(join(tmpdir(), 'segue-bench-'));
const start = {
  workerPath: new URL('../engine/adapters/storage/worker.ts', import.meta.url),
  databasePath: join(folder, 'record.sqlite'),
  wasm: {
    release: sqlJs.resolve('sql.js/dist/sql-wasm.wasm'),
    debug: sqlJs.resolve('sql.js/dist/sql-wasm-debug.wasm'),
  },
};

const storage = await openStorage(start);
try {
  await chain(storage, 2000);
  await groups(storage, 100, 40_000);
  await groups(storage, 1000, 100_000);
  await many(storage, 1000, 20);
} finally {
  const before = performance.now();
  await storage.close();
  print('close', `${(performance.now() - before).toFixed(0)} ms`);
  rmSync(folder, { recursive: true, force: true });
}

async function chain(log: Storage, count: number): Promise<void> {
  const times: number[] = [];
  for (let seq = 1; seq <= count; seq++) {
    const before = performance.now();
    await log.append('chain', seq, [eventAt(seq)]);
    times.push(performance.now() - before);
  }
  times.sort((a, b) => a - b);
  const at = (share: number) => `${(times[Math.floor(share * (count - 1))] ?? 0).toFixed(3)} ms`;
  print('one event a commit', `p50 ${at(0.5)}, p99 ${at(0.99)}`);
}

/** One run, so many events in each append, one after the other. */
async function groups(log: Storage, size: number, count: number): Promise<void> {
  const runId = `groups-${size}`;
  const batches = Array.from({ length: count / size }, (_, batch) =>
    Array.from({ length: size }, (_, index) => eventAt(batch * size + index + 1)),
  );
  await timed(`${size} events a commit`, count, async () => {
    let seq = 1;
    for (const events of batches) {
      await log.append(runId, seq, events);
      seq += events.length;
    }
  });
}

/** So many runs at once, each waiting for its own event before the next. */
async function many(log: Storage, runs: number, steps: number): Promise<void> {
  await timed(`${runs} runs of ${steps} events`, runs * steps, async () => {
    await Promise.all(
      Array.from({ length: runs }, async (_, run) => {
        for (let seq = 1; seq <= steps; seq++) await log.append(`many-${run}`, seq, [eventAt(seq)]);
      }),
    );
  });
}

async function timed(name: string, count: number, act: () => Promise<void>): Promise<void> {
  const [before, loop] = [performance.now(), performance.eventLoopUtilization()];
  await act();
  const ms = performance.now() - before;
  const own = performance.eventLoopUtilization(loop).active;
  const rate = Math.round((count / ms) * 1000);
  print(name, `${rate} events/s, ${((own * 1000) / count).toFixed(2)} µs an event on the own thread`);
}

function eventAt(seq: number): RunEvent {
  const [at, step] = [1_760_000_000_000 + seq, Math.floor(seq / 4)];
  const [task, path] = [`step${step}`, `step${step}/turn[1]#1`];
  const text = 'x'.repeat(300);
  switch (seq % 4) {
    case 0:
      return { type: 'task-started', seq, at, path: task, staticPath: task, round: 1, input: { text } };
    case 1:
      return {
        ...{ type: 'call-started', seq, at, path, task, attempt: 1, requestHash: 'a'.repeat(64), effect: 'repeatable' },
        request: {
          kind: 'model',
          model: 'mock/fast',
          messages: [{ role: 'user', content: text }],
          tools: [],
          parameters: {},
        },
      };
    case 2: {
      const reply = { text, toolCalls: [], finishReason: 'stop' as const };
      const spent = { usage: { inputTokens: 100, outputTokens: 50 }, costNanoUsd: 1500 };
      return { type: 'call-ended', seq, at, path, task, outcome: { status: 'completed', reply }, spent };
    }
    default:
      return { type: 'task-ended', seq, at, path: task, staticPath: task, round: 1, status: 'completed', output: text };
  }
}

function print(name: string, figures: string): void {
  process.stdout.write(`${name.padEnd(28)} ${figures}\n`);
}
