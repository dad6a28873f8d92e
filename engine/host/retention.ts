// Deletes the ended runs that a workspace does not want to keep, and gives their space back to the disk. Invariants:
//   T1. A run without an end is never deleted: it is looked at again while nothing can bring it to life.
//   T2. A config with an error deletes nothing.
import { readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { Logger } from 'pino';
import type { RunId } from '../../run/index.ts';
import { checkConfig, type Retention } from '../../workflow/index.ts';
import type { Storage } from '../adapters/storage/index.ts';
import type { Expiry, RunIndex, RunStore } from '../ports/index.ts';
import { configFile } from './prepare-start.ts';

/** Deleted between two looks at whether to go on, and named in one line of the log. */
const runsAtOnce = 50;
const dayMs = 86_400_000;

/** What tidying works with. */
export interface TidyParts {
  readonly dataDir: string;
  readonly store: Pick<RunStore, 'expired' | 'deleteRun'> & Pick<RunIndex, 'get'> & Pick<Storage, 'maintain'>;
  readonly logger: Logger;
  readonly nowMs: () => number;
  /** Does something to the record of a run while nothing lets it come to life; undefined: it is live. */
  readonly whileIdle: <T>(runId: RunId, work: () => Promise<T>) => Promise<T | undefined>;
}

/** Tidies the record piece by piece, as long as `mayGoOn`. */
export async function tidy(parts: TidyParts, mayGoOn: () => boolean): Promise<void> {
  const retention = retentionOf(parts);
  while (mayGoOn() && (await deleteSome(parts, retention)) === runsAtOnce) continue;
  for (let left = Infinity; mayGoOn(); ) {
    const now = await parts.store.maintain();
    if (now === 0 || now >= left) return;
    left = now;
  }
}

/** @returns how many were deleted */
async function deleteSome(parts: TidyParts, retention: Retention): Promise<number> {
  const expiry = expiryOf(retention, parts.nowMs());
  if (!expiry) return 0;
  const deleted: RunId[] = [];
  for (const runId of (await parts.store.expired(expiry)).slice(0, runsAtOnce)) {
    if (await parts.whileIdle(runId, () => deleteIfEnded(parts, runId))) deleted.push(runId);
  }
  if (deleted.length > 0)
    parts.logger.info({ runs: deleted, retention }, 'runs deleted: the config does not keep them');
  return deleted.length;
}

async function deleteIfEnded({ store }: TidyParts, runId: RunId): Promise<boolean> {
  const run = await store.get(runId);
  return run?.endedAt !== undefined && store.deleteRun(runId);
}

function expiryOf({ maxDays, maxRuns }: Retention, nowMs: number): Expiry | undefined {
  if (maxDays === undefined && maxRuns === undefined) return undefined;
  return {
    ...(maxDays !== undefined && { endedBefore: nowMs - maxDays * dayMs }),
    ...(maxRuns !== undefined && { keep: maxRuns }),
  };
}

/** As the config beside the data folder says now. A record that is kept elsewhere has none beside it. */
function retentionOf({ dataDir, logger }: TidyParts): Retention {
  const text = basename(dirname(dataDir)) === dirname(configFile) ? readIfThere(dataDir) : undefined;
  if (text === undefined) return {};
  const { config, diagnostics } = checkConfig(configFile, text);
  const error = diagnostics.find(({ severity }) => severity === 'error');
  if (!error) return config.retention;
  logger.warn({ code: error.code }, 'the config has an error, so no run is deleted for its age');
  return {};
}

function readIfThere(dataDir: string): string | undefined {
  try {
    return readFileSync(join(dirname(dataDir), basename(configFile)), 'utf8');
  } catch {
    // Not there or not readable: it asks for nothing to be deleted.
    return undefined;
  }
}
