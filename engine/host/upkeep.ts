// What clients have done to the record of the folder as a whole.
import { realpath } from 'node:fs/promises';
import { dirname } from 'node:path';
import { type Failure, failure, type RunId, type Upkeep, type UpkeepAnswer } from '../../run/index.ts';
import { type Storage, StorageError } from '../adapters/storage/index.ts';
import type { RunStore } from '../ports/index.ts';
import { unknownRun } from './run-queries.ts';

/** What upkeep works with. */
export interface UpkeepParts {
  readonly dataDir: string;
  readonly store: RunStore & Pick<Storage, 'backUp'>;
  /** Tells whoever watches that a run has changed. */
  readonly changed: (runId: RunId) => void;
  /** Does something to the record of a run while nothing lets it come to life; undefined: it is live. */
  readonly whileIdle: <T>(runId: RunId, work: () => Promise<T>) => Promise<T | undefined>;
}

/** Does it. What is wrong with the request is an answer; what is wrong with the disk is thrown. */
export async function keepUp(request: Upkeep, parts: UpkeepParts): Promise<UpkeepAnswer> {
  try {
    return await answerTo(request, parts);
  } catch (error) {
    if (error instanceof StorageError && refusals.has(error.code))
      return { type: 'refused', refused: error.toFailure() };
    throw error;
  }
}

const refusals: ReadonlySet<string> = new Set(['file_not_readable', 'damaged_record', 'newer_record', 'run_differs']);

async function answerTo(request: Upkeep, parts: UpkeepParts): Promise<UpkeepAnswer> {
  switch (request.type) {
    case 'import':
      return importRun(request.file, parts);
    case 'delete':
      return deleteRun(request.runId, parts);
    case 'backup':
      return backUp(request.file, parts);
  }
}

async function importRun(file: string, { store, changed }: UpkeepParts): Promise<UpkeepAnswer> {
  const imported = await store.importRun(file, importedRecord(file));
  if (imported.isNew) changed(imported.runId);
  return { type: 'imported', ...imported };
}

async function deleteRun(runId: RunId, { store, whileIdle }: UpkeepParts): Promise<UpkeepAnswer> {
  const isDeleted = await whileIdle(runId, () => store.deleteRun(runId));
  if (isDeleted) return { type: 'deleted', runId };
  return { type: 'refused', refused: isDeleted === undefined ? stillLive(runId) : unknownRun(runId) };
}

async function backUp(file: string, { dataDir, store }: UpkeepParts): Promise<UpkeepAnswer> {
  const why = await whyNotAt(dirname(file), dataDir);
  if (why !== undefined) {
    const remedy = 'Name a file in another folder.';
    return { type: 'refused', refused: failure('bad_place', `There can be no backup ${file}: ${why}.`, { remedy }) };
  }
  return { type: 'backed-up', bytes: await store.backUp(file) };
}

/** A copy must not take the place of the record itself, nor of its lock or log. */
async function whyNotAt(folder: string, dataDir: string): Promise<string | undefined> {
  try {
    return (await realpath(folder)) === dataDir ? 'the folder is the one of the record' : undefined;
  } catch (error) {
    return `the folder can not be used (${error instanceof Error ? error.message : String(error)})`;
  }
}

function stillLive(runId: RunId): Failure {
  return failure('run_active', `Run ${runId} has not ended, so it can not be deleted.`, {
    remedy: 'Cancel it first, or wait for its end.',
  });
}

/** Why an unfinished run that was imported does not go on by itself. */
function importedRecord(file: string): Failure {
  return failure('imported_record', `This run was imported from ${file} before it had ended.`, {
    remedy: 'Look at the run; if you want it to go on here, resume it.',
  });
}
