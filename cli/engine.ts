// `segue engine status|stop|restart|logs`: the background process of this folder.
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { endSilentEngine, engineStatus, stopEngine } from '../client/index.ts';
import { dataFiles, failure, formatDuration } from '../run/index.ts';
import { type CommandContext, dataDirFor, openClient } from './engine-access.ts';
import { exitCodes } from './exit-codes.ts';
import { CommandFailure, print, printJson } from './terminal/output.ts';

interface Options {
  readonly json?: boolean;
  readonly force?: boolean;
}

/** `segue engine status`: whether an engine runs, and how it is. */
export async function status(context: CommandContext, options: Options): Promise<number> {
  const { dataDir } = dataDirFor(context);
  const engine = await engineStatus(whose(context, dataDir));
  if (options.json) printJson(context.terminal, engine ?? { running: false, dataDir });
  else if (!engine) print(context.terminal, [`No engine runs for ${dataDir}. It starts by itself when it is needed.`]);
  else {
    const megabytes = Math.round(engine.residentBytes / 1024 / 1024);
    print(context.terminal, [
      `Engine ${engine.version}, process ${engine.pid}, up ${formatDuration(Date.now() - engine.startedAt)}, ${megabytes} MB`,
      `${engine.runsActive} active runs, ${engine.callsInFlight} calls in flight, ${engine.clients} clients`,
      `Data: ${engine.dataDir}`,
    ]);
  }
  return exitCodes.ok;
}

/** `segue engine stop`: ends it; unfinished runs go on with the next one. */
export async function stop(context: CommandContext, options: Options): Promise<number> {
  const { dataDir } = dataDirFor(context);
  try {
    const answer = await stopEngine({ ...whose(context, dataDir), force: options.force === true });
    if (answer && !answer.going) throw busy(answer.busy);
    say(context, options, answer ? 'The engine has stopped.' : 'No engine was running.', { stopped: Boolean(answer) });
  } catch (error) {
    if (!options.force || !isSilent(error)) throw error;
    await endSilentEngine(dataDir, { engineScript: context.installation.engineScript, execPath: process.execPath });
    say(context, options, 'The engine did not answer and was ended.', { stopped: true });
  }
  return exitCodes.ok;
}

/** `segue engine restart`: stops it and starts another. */
export async function restart(context: CommandContext, options: Options): Promise<number> {
  await stop(context, options);
  const client = openClient(context, dataDirFor(context).dataDir);
  try {
    const engine = await client.status();
    say(context, options, `A new engine runs as process ${engine.pid}.`, { pid: engine.pid });
  } finally {
    client.close();
  }
  return exitCodes.ok;
}

/** `segue engine logs`: the log of the folder's engine. */
export function logs(context: CommandContext): number {
  const file = join(dataDirFor(context).dataDir, dataFiles.log);
  if (!statSync(file, { throwIfNoEntry: false })) {
    print(context.terminal, [`There is no log yet (${file}).`]);
    return exitCodes.ok;
  }
  context.terminal.stdout.write(readFileSync(file));
  return exitCodes.ok;
}

function whose(context: CommandContext, dataDir: string) {
  return { dataDir, kind: 'terminal', version: context.installation.version } as const;
}

function say(context: CommandContext, options: Options, text: string, json: object): void {
  if (options.json) printJson(context.terminal, json, true);
  else print(context.terminal, [text]);
}

function busy(what: string): CommandFailure {
  return new CommandFailure(
    failure('engine_busy', `The engine has work in flight: ${what}.`, {
      remedy: 'Wait, or stop it with --force: calls in flight then count as lost.',
    }),
  );
}

function isSilent(error: unknown): boolean {
  const code = (error as { failure?: { code?: string } }).failure?.code;
  return code === 'engine_not_answering' || code === 'engine_gone';
}
