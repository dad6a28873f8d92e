import { lstatSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * Says why an address from a lock file must not be trusted. A data folder can come with a copied or downloaded
 * workspace, and clients offer keys to whoever listens: so it must be a socket of this user in a folder that only they
 * can enter, or a pipe of this machine.
 * @returns undefined when it is one; throws like `lstat` when it is not there
 */
export function whyNotOwn(address: string): string | undefined {
  if (process.platform === 'win32') {
    return address.startsWith('\\\\.\\pipe\\segue-') ? undefined : 'it is not a pipe of Segue on this machine';
  }
  const uid = process.getuid?.();
  const socket = lstatSync(address);
  if (!socket.isSocket() || socket.uid !== uid) return 'it is not a socket of yours';
  const folder = lstatSync(dirname(address));
  const isPrivate = folder.isDirectory() && folder.uid === uid && (folder.mode & 0o077) === 0;
  return isPrivate ? undefined : 'others can reach the folder it lies in';
}
