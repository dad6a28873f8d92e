// How a command reaches the engine of a folder.
import { existsSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import {
  type DataDir,
  findDataDir,
  findDataDirOfFolder,
  LastingClient,
  offersFromEnvironment,
  readGrants,
} from '../client/index.ts';
import { type Actor, dataFiles, failure, type Query, type RunSummary } from '../run/index.ts';
import { exitCodes } from './exit-codes.ts';
import { CommandFailure, type Terminal } from './terminal/output.ts';
import { failureLines } from './terminal/report.ts';

/** What a command knows of the installation it belongs to. */
export interface Installation {
  readonly version: string;
  readonly engineScript: string;
  readonly languageServerScript: string;
}

/** All that a command works with. */
export interface CommandContext {
  readonly terminal: Terminal;
  readonly installation: Installation;
}

/** Who acts: the person at the terminal. */
export const terminalActor: Actor = { kind: 'person', via: 'terminal' };

/** The absolute path of a workflow file that must exist. */
export function existingFile(context: CommandContext, file: string): string {
  const path = resolve(context.terminal.cwd, file);
  if (isFile(path)) return path;
  throw new CommandFailure(
    failure('file_not_found', `There is no file ${path}.`, {
      remedy: 'Look at the path; it starts from the current folder.',
    }),
    exitCodes.usage,
  );
}

function isFile(path: string): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false })?.isFile() === true;
  } catch (error) {
    // A link that leads to itself, a name too long, a folder that may not be entered: no file for us.
    if ((error as NodeJS.ErrnoException).code !== undefined) return false;
    throw error;
  }
}

/** The data folder of a workflow file, or of the current folder; says so when runs are kept elsewhere. */
export function dataDirFor(context: CommandContext, file?: string): DataDir {
  const { terminal } = context;
  const around = { cwd: terminal.cwd, env: terminal.env };
  const found = file === undefined ? findDataDirOfFolder(terminal.cwd, around) : findDataDir(file, around);
  if (found.notice) terminal.stderr.write(`${terminal.notes.paint('dim', found.notice)}\n`);
  return found;
}

/** A client of the engine of a data folder; the engine is started when the first request is made. */
export function openClient(context: CommandContext, dataDir: string): LastingClient {
  const { terminal, installation } = context;
  return new LastingClient({
    dataDir,
    kind: 'terminal',
    version: installation.version,
    engineScript: installation.engineScript,
    execPath: process.execPath,
    onNotice: (notice) => terminal.stderr.write(`${failureLines(notice, terminal.notes).join('\n')}\n`),
    ...(terminal.stderr.isTTY && {
      onLost: () => terminal.stderr.write(`${terminal.notes.paint('dim', 'The engine is gone; starting it again…')}\n`),
    }),
  });
}

/** Keys and base URLs of the environment, with what the user granted for them. */
export async function environmentOffer(context: CommandContext, secretNames: readonly string[]) {
  const { env } = context.terminal;
  return offersFromEnvironment(env, secretNames, await readGrants(env));
}

/** Runs a piece of work with a client of the current folder's engine, and closes it whatever happens. */
export async function withClient<T>(
  context: CommandContext,
  file: string | undefined,
  work: (client: LastingClient, place: DataDir) => Promise<T>,
): Promise<T> {
  const place = dataDirFor(context, file);
  const client = openClient(context, place.dataDir);
  try {
    return await work(client, place);
  } finally {
    client.close();
  }
}

/**
 * Does a piece of work with the engine of the current folder, if there is a record here: where nothing was ever run,
 * no engine is started, and nothing is created, to say so. Fails with `unknown_run` then.
 */
export async function withRecord<T>(context: CommandContext, work: (client: LastingClient) => Promise<T>): Promise<T> {
  if (!hasRecord(context)) throw noRunYet();
  return withClient(context, undefined, work);
}

/** Whether something was ever run in the current folder. */
export function hasRecord({ terminal }: CommandContext): boolean {
  const { dataDir } = findDataDirOfFolder(terminal.cwd, { cwd: terminal.cwd, env: terminal.env });
  return existsSync(join(dataDir, dataFiles.database));
}

/** The one run that an id, or a unique end of one, names; without an id, the newest. */
export async function findRun(client: LastingClient, id: string | undefined): Promise<RunSummary> {
  const query: Query = id === undefined ? { type: 'runs', query: { limit: 1 } } : { type: 'run', runId: id };
  const answer = await client.ask(query);
  if (answer.type === 'refused') throw new CommandFailure(answer.refused);
  const run = answer.type === 'run' ? answer.run : answer.type === 'runs' ? answer.runs[0] : undefined;
  if (run) return run;
  throw noRunYet();
}

function noRunYet(): CommandFailure {
  return new CommandFailure(
    failure('unknown_run', 'There is no run here yet.', { remedy: 'Start one: segue run FILE.' }),
  );
}

/** The folder that holds the running bundle: its siblings are the other programs. */
export function installationIn(folder: string, version: string): Installation {
  return {
    version,
    engineScript: resolve(folder, 'engine.cjs'),
    languageServerScript: resolve(folder, 'language-server.cjs'),
  };
}
