// A program to be killed: appends to three runs of a record as fast as it can, over and over, and says each time what
// was acknowledged. Arguments: the database file, and a seed for the sizes of the events.
import { writeSync } from 'node:fs';
import { openStorage } from '../../engine/adapters/storage/index.ts';
import { numbered, taskStarted } from './facts.ts';
import { chance } from './seeded-history.ts';
import { wasm, workerPath } from './sql-js.ts';

const [databasePath = '', seed = '1'] = process.argv.slice(2);
const storage = await openStorage({ workerPath, databasePath, wasm });
await Promise.all(['run-1', 'run-2', 'run-3'].map((runId, index) => write(runId, chance(Number(seed) + index))));

async function write(runId: string, pick: (below: number) => number): Promise<never> {
  let seq = (await storage.read(runId)).length;
  for (;;) {
    const facts = Array.from({ length: 1 + pick(20) }, (_, index) => ({
      ...taskStarted(`t${seq + index + 1}`),
      input: 'x'.repeat(pick(4000)),
    }));
    await storage.append(runId, seq + 1, numbered(facts, seq + 1));
    seq += facts.length;
    writeSync(1, `${runId} ${seq}\n`);
  }
}
