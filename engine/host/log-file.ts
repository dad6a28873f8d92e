// The engine's own log: lines of JSON for bug reports. It holds ids, codes and stacks, never prompts, values or keys.
import { renameSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { destination, pino } from 'pino';
import type { Logger } from 'pino';
import { dataFiles } from '../../run/index.ts';

const maxBytes = 5 * 1024 * 1024;
const levels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal'];

/** A log that begins a new file when the old one is full; one old file is kept (`engine.log.1`). */
export interface EngineLog {
  readonly log: Logger;
  /** Looks at the size; call it now and then. */
  rotate(): void;
  /** Writes what is pending; for the last lines of a process. */
  readonly flush: () => void;
}

/**
 * Opens the log of a data folder. The level comes from `SEGUE_LOG_LEVEL` (default `info`).
 * @param seal takes secrets out of every line
 */
export function openLog(dataDir: string, env: NodeJS.ProcessEnv, seal: (line: string) => string): EngineLog {
  const path = join(dataDir, dataFiles.log);
  const wanted = env['SEGUE_LOG_LEVEL'] ?? 'info';
  // Synchronous: the lines before a crash are the ones that matter, and there are few.
  const file = destination({ dest: path, append: true, mode: 0o600, sync: true });
  const log = pino(
    {
      level: levels.includes(wanted) ? wanted : 'info',
      base: { pid: process.pid },
      timestamp: pino.stdTimeFunctions.isoTime,
    },
    { write: (line: string) => void file.write(seal(line)) },
  );
  return {
    log,
    rotate() {
      if (sizeOf(path) <= maxBytes) return;
      renameSync(path, `${path}.1`);
      file.reopen();
    },
    flush: () => file.flushSync(),
  };
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}
