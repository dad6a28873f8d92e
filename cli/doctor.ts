// `segue doctor`: what a run needs and whether it is there. Makes no connection but to the own engine.
import { accessSync, constants, mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { defaultSecrets, engineStatus, findDataDirOfFolder, readGrants } from '../client/index.ts';
import { dataFiles } from '../run/index.ts';
import type { CommandContext } from './engine-access.ts';
import { exitCodes } from './exit-codes.ts';
import { print, printJson } from './terminal/output.ts';

type Finding = { readonly check: string; readonly state: 'ok' | 'note' | 'problem'; readonly message: string };

/** The command. @returns 1 when something keeps runs from working */
export async function doctor(context: CommandContext, options: { json?: boolean }): Promise<number> {
  const findings = [
    nodeVersion(),
    programs(context),
    dataFolder(context),
    ...keptDatabases(context),
    await engine(context),
    ...keys(context),
    await grantsState(context),
  ];
  if (options.json) printJson(context.terminal, findings);
  else
    print(
      context.terminal,
      findings.map((finding) => lineOf(context, finding)),
    );
  return findings.some(({ state }) => state === 'problem') ? exitCodes.failed : exitCodes.ok;
}

function lineOf({ terminal: { painter } }: CommandContext, { check, state, message }: Finding): string {
  const sign = {
    ok: painter.paint('green', '✓'),
    note: painter.paint('yellow', '•'),
    problem: painter.paint('red', '✗'),
  }[state];
  return `${sign} ${check.padEnd(12)} ${message}`;
}

function nodeVersion(): Finding {
  return { check: 'node', state: 'ok', message: `${process.version} (${process.execPath})` };
}

function programs({ installation }: CommandContext): Finding {
  const missing = [installation.engineScript, installation.languageServerScript].filter(
    (file) => !statSync(file, { throwIfNoEntry: false }),
  );
  return missing.length === 0
    ? { check: 'segue', state: 'ok', message: `${installation.version}, engine beside it` }
    : {
        check: 'segue',
        state: 'problem',
        message: `missing: ${missing.join(', ')}. Install again, or run npm run build.`,
      };
}

function dataFolder(context: CommandContext): Finding {
  const { dataDir, notice } = findDataDirOfFolder(context.terminal.cwd, {
    cwd: context.terminal.cwd,
    env: context.terminal.env,
  });
  const existing = firstExisting(dataDir);
  try {
    accessSync(existing, constants.W_OK);
    if (existing === dataDir) tryWriting(dataDir);
  } catch (error) {
    return { check: 'data', state: 'problem', message: `${dataDir} can not be written: ${(error as Error).message}` };
  }
  const message = existing === dataDir ? dataDir : `${dataDir} (made by the first run)`;
  return { check: 'data', state: notice ? 'note' : 'ok', message: notice ?? message };
}

/** Databases that stand beside the record: damaged ones, and copies of how it was before an upgrade. */
function keptDatabases({ terminal: { cwd, env } }: CommandContext): Finding[] {
  const { dataDir } = findDataDirOfFolder(cwd, { cwd, env });
  if (!statSync(dataDir, { throwIfNoEntry: false })) return [];
  const names = readdirSync(dataDir).filter((name) => !/-(wal|shm|journal)$/.test(name));
  const notes = [
    [`${dataFiles.database}.damaged-`, 'was damaged and set aside; a new record was begun'],
    [`${dataFiles.database}.version-`, 'is a copy from before an upgrade'],
  ] as const;
  return notes.flatMap(([beginning, what]) =>
    names
      .filter((name) => name.startsWith(beginning))
      .map((name): Finding => ({ check: 'record', state: 'note', message: `${join(dataDir, name)} ${what}` })),
  );
}

function firstExisting(path: string): string {
  let folder = path;
  while (!statSync(folder, { throwIfNoEntry: false })) folder = dirname(folder);
  return folder;
}

function tryWriting(folder: string): void {
  const probe = join(folder, `.doctor-${process.pid}`);
  mkdirSync(folder, { recursive: true });
  writeFileSync(probe, '');
  rmSync(probe);
}

async function engine(context: CommandContext): Promise<Finding> {
  const { dataDir } = findDataDirOfFolder(context.terminal.cwd, {
    cwd: context.terminal.cwd,
    env: context.terminal.env,
  });
  try {
    const running = await engineStatus({ dataDir, kind: 'terminal', version: context.installation.version });
    const message = running
      ? `runs as process ${running.pid}, ${running.runsActive} active runs`
      : 'not running; starts when needed';
    return { check: 'engine', state: 'ok', message };
  } catch (error) {
    return { check: 'engine', state: 'problem', message: `${(error as Error).message} Try: segue engine stop --force` };
  }
}

function keys({ terminal: { env } }: CommandContext): Finding[] {
  return Object.entries(defaultSecrets).map(([provider, name]) =>
    env[name]
      ? { check: provider, state: 'ok', message: `${name} is set` }
      : {
          check: provider,
          state: 'note',
          message: `${name} is not set: ${provider}/… models need it, mock/… models do not`,
        },
  );
}

async function grantsState({ terminal: { env } }: CommandContext): Promise<Finding> {
  try {
    const count = Object.values(await readGrants(env)).flat().length;
    return { check: 'grants', state: 'ok', message: count === 0 ? 'none' : `${count} (segue grant lists them)` };
  } catch (error) {
    return { check: 'grants', state: 'problem', message: (error as Error).message };
  }
}
