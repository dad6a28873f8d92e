// The composition root: builds one engine from its parts, with plain constructors.
import { basename, dirname, join } from 'node:path';
import { createSystemClock } from '../adapters/clock/index.ts';
import { openStorage } from '../adapters/storage/index.ts';
import { dataFiles, type Failure, type ProviderTest, type Upkeep } from '../../run/index.ts';
import type { EventLog, Replies, RunIndex, Tool } from '../ports/index.ts';
import { admitModules } from './admit-modules.ts';
import { readArguments } from './arguments.ts';
import { createCallRunner } from './call-runner.ts';
import { countWrites } from './counted-log.ts';
import { endHolder } from './end-holder.ts';
import { type EnginePlace, type OpenRuns, runEngine } from './engine-process.ts';
import { forgetFalls, readFalls } from './falls.ts';
import { Keyring } from './keyring.ts';
import { type EngineFiles, versionOf } from './layout.ts';
import { foreignRecord, isOwnRecord, markAsOwn } from './own-folder.ts';
import { tidy } from './retention.ts';
import { RunRegistry } from './run-registry.ts';
import { SecretSeal } from './secret-seal.ts';
import { testProvider } from './test-provider.ts';
import { createToolGate } from './tool-gate.ts';
import { keepUp } from './upkeep.ts';

/**
 * What differs between the product's main and those of tests. The product passes `files` alone; nothing but another
 * main can give an engine more.
 */
export interface EngineParts {
  readonly files: EngineFiles;
  /** Tools beyond the builtin ones; workflows may name them. */
  readonly extraTools?: readonly Tool[];
  /** Puts something between the runs and the record: for tests of what must not happen. */
  readonly wrapLog?: (log: EventLog) => EventLog;
}

/** Runs the engine that the command line asks for, until it ends. */
export async function runMain(parts: EngineParts): Promise<void> {
  // It was for this process only; a tool that starts Electron must not inherit it.
  delete process.env['ELECTRON_RUN_AS_NODE'];
  const { dataDir, endHolder: isToEnd } = readArguments(process.argv.slice(2));
  if (isToEnd) process.exit(await endHolder(dataDir));
  const seal = new SecretSeal();
  await runEngine({
    dataDir,
    version: versionOf(parts.files),
    env: process.env,
    seal: seal.sealText,
    openRuns: (place) => openRuns(place, parts, seal),
  });
}

async function openRuns(place: EnginePlace, parts: EngineParts, seal: SecretSeal): Promise<OpenRuns> {
  const { dataDir, lock, log: logger } = place;
  const databasePath = join(dataDir, dataFiles.database);
  // Marked before there is a database: a crash in between must not make a stranger of the user.
  const isOwn = isOwnRecord(dataDir, databasePath, process.env);
  if (isOwn) markAsOwn(dataDir, process.env);
  const storage = await openStorage({
    databasePath,
    workerPath: parts.files.storageWorker,
    wasm: parts.files.wasm,
    owner: { lockPath: lock.path, nonce: lock.nonce },
  });
  for (const notice of storage.notices) logger.warn({ notice }, 'storage');
  const clock = createSystemClock();
  const keyring = new Keyring(seal);
  const log = countWrites(parts.wrapLog?.(storage) ?? storage, place.onWork);
  const tools = createToolGate(parts.files, parts.extraTools ?? []);
  const registry = new RunRegistry({
    log,
    index: storage,
    replies: storage,
    clock,
    keyring,
    seal: seal.seal,
    tools: tools.descriptors,
    admit: (material) => admitModules(material, tools),
    calls: (world) => createCallRunner({ clock, keyring, seal, tools }, world),
    logger,
    ...workspaceOf(dataDir),
    onWork: place.onWork,
    onFall: place.onFall,
  });
  return Object.assign(registry, {
    notices: storage.notices,
    async takeUp() {
      for (const { runId, error } of readFalls(dataDir)) await storage.noteFall(runId, error);
      forgetFalls(dataDir);
      if (!isOwn) await distrust(storage, foreignRecord(dataDir));
      markAsOwn(dataDir, process.env);
      await registry.reopenUnfinished();
    },
    testProvider: (test: ProviderTest) => testProvider(test, clock, seal),
    upkeep: (request: Upkeep) =>
      keepUp(request, {
        dataDir,
        store: storage,
        changed: (runId) => registry.changed(runId),
        whileIdle: (runId, work) => registry.whileIdle(runId, work),
      }),
    maintain: (mayGoOn: () => boolean) =>
      tidy(
        {
          dataDir,
          store: storage,
          logger,
          nowMs: () => clock.nowMs(),
          whileIdle: (runId, work) => registry.whileIdle(runId, work),
        },
        mayGoOn,
      ),
    async close() {
      await registry.detachAll();
      await tools.close();
      await storage.close();
    },
  });
}

/** The folder around `.segue/data`. Records in the user's own state folder do not say whose they are. */
function workspaceOf(dataDir: string): { readonly workspace?: string } {
  const around = dirname(dataDir);
  return basename(around) === '.segue' ? { workspace: dirname(around) } : {};
}

/** Sets every unfinished run aside, until a person resumes it, and takes no model's word from a stranger's record. */
async function distrust(index: RunIndex & Replies, why: Failure): Promise<void> {
  await index.forgetReplies();
  for (const runId of await index.unfinished()) {
    await index.noteFall(runId, why);
    await index.noteFall(runId, why);
  }
}
