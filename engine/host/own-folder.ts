// Whether a record was made by this user in this folder. A data folder can come with a downloaded or copied workspace,
// and an engine goes on with unfinished runs by itself: planted ones would act in the user's name, and those of a copy
// would act twice. So each folder carries a mark that only this user can make, for this path.
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { type Failure, failure } from '../../run/index.ts';

const markName = 'owner';
const keyBytes = 32;

/** Tells whether the record of a folder is this user's own, made in this place; a folder without a record is. */
export function isOwnRecord(dataDir: string, databasePath: string, env: NodeJS.ProcessEnv): boolean {
  if (!existsSync(databasePath)) return true;
  const mark = readIfThere(join(dataDir, markName));
  const wanted = markOf(dataDir, env);
  return mark !== undefined && wanted !== undefined && mark.length === wanted.length && timingSafeEqual(mark, wanted);
}

/** Marks a folder as this user's own. Without a place to keep the user's key there is no mark. */
export function markAsOwn(dataDir: string, env: NodeJS.ProcessEnv): void {
  const mark = markOf(dataDir, env);
  if (mark) writeFileSync(join(dataDir, markName), mark, { mode: 0o600 });
}

/** Why an unfinished run of a foreign record does not go on by itself. */
export function foreignRecord(dataDir: string): Failure {
  return failure(
    'foreign_record',
    `This run was not recorded by you in ${dataDir}: the folder was copied, moved or downloaded.`,
    {
      remedy: 'Look at the run; if you want it to go on here, resume it.',
    },
  );
}

function markOf(dataDir: string, env: NodeJS.ProcessEnv): Buffer | undefined {
  const key = userKey(join(stateFolder(env), 'segue', 'folder-key'));
  return key && Buffer.from(createHmac('sha256', key).update(dataDir).digest('hex'));
}

/** The user's key, made at the first use. Undefined where it can not be kept. */
function userKey(path: string): Buffer | undefined {
  const found = readIfThere(path);
  if (found?.length === keyBytes) return found;
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    writeFileSync(path, randomBytes(keyBytes), { mode: 0o600, flag: 'wx' });
  } catch (error) {
    // Another engine made it in this moment; or there is no home to write to, and then no folder is known as own.
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') return undefined;
  }
  const key = readIfThere(path);
  return key?.length === keyBytes ? key : undefined;
}

function stateFolder(env: NodeJS.ProcessEnv): string {
  if (process.platform === 'win32') return env['LOCALAPPDATA'] ?? join(homedir(), 'AppData', 'Local');
  if (process.platform === 'darwin') return join(homedir(), 'Library', 'Application Support');
  return env['XDG_STATE_HOME'] || join(homedir(), '.local', 'state');
}

function readIfThere(path: string): Buffer | undefined {
  try {
    return readFileSync(path);
  } catch {
    // Not there or not readable: either way it proves nothing.
    return undefined;
  }
}
