// A real engine process from dist/, in a folder of its own, and a client that is connected to it.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { connect, type EngineConnection } from '../../client/index.ts';
import { argument } from './child.ts';

/** Starts an engine, hands its connection to `act`, and ends the engine whatever happens. */
export async function withEngine<T>(act: (engine: EngineConnection, workspace: string) => Promise<T>): Promise<T> {
  const workspace = join(argument('folder'), 'workspace');
  mkdirSync(workspace, { recursive: true });
  // What an engine keeps for its user must not land in the home of whoever measures.
  process.env['XDG_STATE_HOME'] = join(argument('folder'), 'state');
  const connection = await connect({
    dataDir: join(workspace, '.segue', 'data'),
    kind: 'program',
    version: '0.0.0',
    engineScript: join(argument('dist'), 'engine.cjs'),
    execPath: process.execPath,
  });
  try {
    return await act(connection, workspace);
  } finally {
    await connection.shutdown({ force: true, reason: 'the benchmark is over' });
    await connection.closed;
    await untilGone(connection.engine.pid);
  }
}

/** The engine is no child of this process, so its end can only be looked for. After ten seconds it is ended. */
async function untilGone(pid: number): Promise<void> {
  const deadline = Date.now() + 10_000;
  while (isRunning(pid)) {
    if (Date.now() > deadline) process.kill(pid, 'SIGKILL');
    await sleep(20);
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
    throw error;
  }
}
