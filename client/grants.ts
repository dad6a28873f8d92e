// The origins that a user allows a key to be sent to, beyond the provider's own: kept with the user, never in a
// workspace, and shared by editor and terminal.
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { failure, isJsonObject, type Json } from '../run/index.ts';
import { EngineError } from './engine-error.ts';

/** Secret name → origins (`https://host:port`). */
export type Grants = { readonly [secret: string]: readonly string[] };

/** The user's file of grants: `$XDG_CONFIG_HOME/segue/grants.json`, `%APPDATA%\segue\grants.json`. */
export function grantsFile(env: NodeJS.ProcessEnv = process.env): string {
  const config =
    process.platform === 'win32'
      ? (env['APPDATA'] ?? join(homedir(), 'AppData', 'Roaming'))
      : env['XDG_CONFIG_HOME'] || join(env['HOME'] || homedir(), '.config');
  return join(config, 'segue', 'grants.json');
}

/** Reads the grants. No file: no grants. @throws EngineError `grants_unreadable` when the file is not what was written */
export async function readGrants(env: NodeJS.ProcessEnv = process.env): Promise<Grants> {
  const file = grantsFile(env);
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw unreadable(file, error.message);
  });
  return text === undefined ? {} : parseGrants(text, file);
}

/** Adds an origin for a secret and writes the file whole. */
export async function addGrant(secret: string, origin: string, env: NodeJS.ProcessEnv = process.env): Promise<void> {
  const grants = await readGrants(env);
  const origins = new Set([...(grants[secret] ?? []), originOf(origin)]);
  await writeGrants({ ...grants, [secret]: [...origins] }, env);
}

/** Takes an origin away, or all of a secret (such as when its key is removed). */
export async function removeGrant(
  secret: string,
  origin?: string,
  env: NodeJS.ProcessEnv = process.env,
): Promise<void> {
  const { [secret]: origins = [], ...others } = await readGrants(env);
  const left = origin === undefined ? [] : origins.filter((one) => one !== originOf(origin));
  await writeGrants(left.length === 0 ? others : { ...others, [secret]: left }, env);
}

async function writeGrants(grants: Grants, env: NodeJS.ProcessEnv): Promise<void> {
  const file = grantsFile(env);
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  const draft = `${file}.${process.pid}.new`;
  await writeFile(draft, `${JSON.stringify(grants, null, 2)}\n`, { mode: 0o600 });
  await rename(draft, file);
}

function parseGrants(text: string, file: string): Grants {
  let json: Json;
  try {
    json = JSON.parse(text) as Json;
  } catch {
    throw unreadable(file, 'it is damaged');
  }
  if (!isJsonObject(json) || !Object.values(json).every(isListOfStrings)) throw unreadable(file, 'it is damaged');
  return json as Grants;
}

function unreadable(file: string, why: string): EngineError {
  return new EngineError(
    failure('grants_unreadable', `The list of origins that you allowed, ${file}, can not be read: ${why}.`, {
      remedy: 'Mend or delete it; Segue asks again for what it held.',
    }),
  );
}

function isListOfStrings(value: Json | undefined): boolean {
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}

function originOf(url: string): string {
  return new URL(url).origin;
}
