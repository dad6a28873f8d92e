// Where an engine listens: a private folder of the user, for a path inside a deep workspace breaks at about 100
// characters (`EINVAL`), or a named pipe on Windows.
import { createHash } from 'node:crypto';
import { lstatSync, mkdirSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** `sun_path` holds 104 bytes on macOS and 108 on Linux, with the closing zero. */
const maxAddressBytes = 100;

/**
 * The address for the engine of a data folder. Creates the private folder it lies in.
 * @param realDataDir the folder's real path, so that every way to it gives one name
 */
export function socketAddress(realDataDir: string, nonce: string, env: NodeJS.ProcessEnv): string {
  const name = createHash('sha256').update(realDataDir).digest('hex').slice(0, 16);
  if (process.platform === 'win32') return `\\\\.\\pipe\\segue-${name}-${nonce.slice(0, 8)}`;
  const parents = [env['XDG_RUNTIME_DIR'] ?? '', tmpdir(), '/tmp'].filter((parent) => parent !== '');
  for (const parent of parents) {
    const address = join(parent, `segue-${process.getuid?.() ?? 0}`, `${name}.sock`);
    if (Buffer.byteLength(address) > maxAddressBytes - 7) continue;
    const folder = privateFolder(join(parent, `segue-${process.getuid?.() ?? 0}`));
    if (folder) return join(folder, `${name}.sock`);
  }
  throw new Error(`No private folder for the engine's socket in any of ${parents.join(', ')}. Set XDG_RUNTIME_DIR.`);
}

/** A folder that only this user can enter; another with a random end if somebody else has the name; undefined if neither can be made. */
function privateFolder(path: string): string | undefined {
  try {
    mkdirSync(path, { recursive: true, mode: 0o700 });
    const stat = lstatSync(path);
    const isPrivate = stat.isDirectory() && stat.uid === process.getuid?.() && (stat.mode & 0o077) === 0;
    return isPrivate ? path : mkdtempSync(`${path}-`);
  } catch {
    // Not writable, or gone: the next candidate.
    return undefined;
  }
}
