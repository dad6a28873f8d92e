// Damage that SQLite met while at work. Only a start can set the file aside, so it is noted beside it until then.
import { existsSync, rmSync, writeFileSync } from 'node:fs';

/** Makes the next start look at the whole file. */
export function suspect(path: string): void {
  writeFileSync(suspicionOf(path), 'SQLite reported damage in the database beside this file.\n', { mode: 0o600 });
}

export function isSuspected(path: string): boolean {
  return existsSync(suspicionOf(path));
}

export function clearSuspicion(path: string): void {
  rmSync(suspicionOf(path), { force: true });
}

function suspicionOf(path: string): string {
  return `${path}.suspect`;
}
