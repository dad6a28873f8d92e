import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { dataFiles, engineExit, parseLockRecord } from '../../run/index.ts';
import { isAlive, isSamePlace, ownIdentity } from './process-identity.ts';

const goneWithinMs = 5_000;

/**
 * Kills the engine that holds a folder, for a person who was told that it does not answer.
 * @returns the exit code: 0 when it is gone; `held` when it lives elsewhere or would not go
 */
export async function endHolder(dataDir: string): Promise<number> {
  const lock = parseLockRecord(readFileSync(join(dataDir, dataFiles.lock), 'utf8'));
  if (!lock) return 0;
  if (!isSamePlace(ownIdentity(), lock)) return engineExit.held;
  if (isAlive(lock)) process.kill(lock.pid, 'SIGKILL');
  for (let waitedMs = 0; waitedMs < goneWithinMs && isAlive(lock); waitedMs += 50) await sleep(50);
  return isAlive(lock) ? engineExit.held : 0;
}
