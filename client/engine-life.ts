// Stop and look at the engine of a data folder, without starting one.
import { engineExit, type EngineStatus, failure, type ShutdownAnswer } from '../run/index.ts';
import { connectIfRunning, type ConnectOptions } from './connect.ts';
import { EngineError } from './engine-error.ts';
import { readLock } from './lock-file.ts';
import { type EngineProgram, logTail, startEngine } from './start-engine.ts';

type Whose = Pick<ConnectOptions, 'dataDir' | 'kind' | 'version' | 'deadlineMs'>;

/** How the engine of a folder is; undefined when none runs. */
export async function engineStatus(options: Whose): Promise<EngineStatus | undefined> {
  const connection = await connectIfRunning(options);
  try {
    return await connection?.status();
  } finally {
    connection?.close();
  }
}

/**
 * Ends the engine of a folder; its unfinished runs go on with the next one.
 * @param force also while calls are in flight: they count as lost
 * @returns undefined when none runs
 */
export async function stopEngine(options: Whose & { readonly force: boolean }): Promise<ShutdownAnswer | undefined> {
  const connection = await connectIfRunning(options);
  if (!connection) return undefined;
  try {
    const answer = await connection.shutdown({ force: options.force, reason: `stopped by ${options.kind}` });
    if (answer.going) await connection.closed;
    return answer;
  } finally {
    connection.close();
  }
}

/**
 * Kills an engine that lives and does not answer. The engine program itself judges whether the process in the lock
 * file is still that engine, so that nobody else is killed.
 */
export async function endSilentEngine(dataDir: string, program: EngineProgram): Promise<void> {
  if (!readLock(dataDir)) return;
  const end = await startEngine(dataDir, program, ['--end-holder']).ended;
  if (end.code === 0) return;
  const message =
    end.code === engineExit.held
      ? `The engine of ${dataDir} runs on another machine or in a container, and can only be ended there.`
      : `The engine of ${dataDir} could not be ended.`;
  throw new EngineError(failure('engine_not_ended', message, { details: { log: logTail(dataDir) } }), end.error);
}
