// The storage worker on a disk that fails while a test wants it to: the file `fault` in the data folder then holds the
// error's code, or `kill` for an end of the process just before a rename.
import fs from 'node:fs';
import { dirname, join } from 'node:path';
import { workerData } from 'node:worker_threads';
import { nodeFiles } from '../../engine/adapters/storage/files.ts';
import type { WorkerStart } from '../../engine/adapters/storage/messages.ts';

const note = join(dirname((workerData as WorkerStart).databasePath), 'fault');
const real = { ...nodeFiles };
const { renameSync } = fs;

Object.assign(nodeFiles, {
  write: (...values: Parameters<typeof real.write>) => (fail(), real.write(...values)),
  sync: (fd: number) => (fail(), real.sync(fd)),
  truncate: (fd: number, size: number) => (fail(), real.truncate(fd, size)),
});
fs.renameSync = (from, to) => {
  if (fault() === 'kill') process.kill(process.pid, 'SIGKILL');
  renameSync(from, to);
};

await import('../../engine/adapters/storage/worker.ts');

function fail(): void {
  const code = fault();
  if (code?.startsWith('E')) throw Object.assign(new Error(`${code}: for the test`), { code });
}

function fault(): string | undefined {
  return fs.existsSync(note) ? fs.readFileSync(note, 'utf8') : undefined;
}
