// Which runs an engine fell on. The note must survive the fall, so it is written at once, beside the database; the next
// engine moves it into the index, which sets a run aside that it fell on twice.
import { appendFileSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { type Failure, failure, type RunId } from '../../run/index.ts';

const fileName = 'falls.ndjson';

/** One fall of an engine on one run. */
export interface Fall {
  readonly runId: RunId;
  readonly error: Failure;
}

/** What is recorded of a mistake of ours: its message and stack, sealed by the caller. */
export function fallOf(error: unknown): Failure {
  const { message, stack } = error instanceof Error ? error : new Error(String(error));
  return failure('engine_fell', `The engine fell on this run: ${message}`, {
    remedy: 'Please report it (Report Issue). `segue resume` tries once more.',
    details: { stack: stack ?? '' },
  });
}

/** Writes a fall down, synchronously: the process is about to end. */
export function noteFallNow(dataDir: string, fall: Fall): void {
  appendFileSync(join(dataDir, fileName), `${JSON.stringify(fall)}\n`, { mode: 0o600 });
}

/** The falls that were noted. Call `forgetFalls` once they are in the index. */
export function readFalls(dataDir: string): Fall[] {
  let text: string;
  try {
    text = readFileSync(join(dataDir, fileName), 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
  return text.split('\n').flatMap((line) => {
    try {
      return line === '' ? [] : [JSON.parse(line) as Fall];
    } catch {
      // The last line of a process that died while it wrote: one fall less is counted.
      return [];
    }
  });
}

export function forgetFalls(dataDir: string): void {
  rmSync(join(dataDir, fileName), { force: true });
}
