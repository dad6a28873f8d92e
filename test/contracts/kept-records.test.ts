/**
 * Records of released versions (`test/fixtures/records`), portable ones and databases: each must load and fold for ever.
 * A file in there never changes; a new version adds one of each kind.
 */
import { copyFileSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { openStorage, type Storage } from '../../engine/adapters/storage/index.ts';
import type { EventLog } from '../../engine/ports/index.ts';
import { fill, foldAll, type Json, type RunEvent, type RunId, runStatus } from '../../run/index.ts';
import { MemoryLog } from '../simulation/memory-log.ts';
import { wasm, workerPath } from './sql-js.ts';

const folder = join(import.meta.dirname, '../fixtures/records');
const aside = { code: 'imported_record', message: 'It was imported.', retryable: false };

/** What stands in each of them, as people remember it. */
const research: Json = {
  name: 'research-report',
  status: 'completed',
  tasks: {
    gather: 'completed',
    paragraphs: 'completed',
    'paragraphs[0]': 'completed',
    'paragraphs[1]': 'completed',
    'paragraphs[2]': 'completed',
    report: 'completed',
    publish: 'completed',
  },
  calls: 5,
  inputTokens: 391,
  outputTokens: 323,
  decision: 'publish',
};
const known: { readonly [file: string]: Json } = { '0.1.0.db': research, '0.1.0.segue-run.ndjson': research };

test('every kept record is known here', () => {
  expect(readdirSync(folder).toSorted()).toEqual(Object.keys(known));
});

test.each(Object.entries(known))('%s loads and folds', async (file, facts) => {
  const log = file.endsWith('.db') ? await openCopy(file) : new MemoryLog();
  if (log instanceof MemoryLog) expect(await log.importRun(join(folder, file), aside)).toMatchObject({ isNew: true });
  const [summary] = await log.find({ limit: 2 });
  const runId = summary?.runId ?? '';
  const state = foldAll(runId, await wholeEvents(log, runId));
  expect({
    name: summary?.name,
    status: runStatus(state),
    tasks: Object.fromEntries(
      [...state.tasks].flatMap(([path, task]) => (task.status === 'pending' ? [] : [[path, task.status]])),
    ),
    calls: state.calls.size,
    inputTokens: summary?.inputTokens,
    outputTokens: summary?.outputTokens,
    decision: state.outputs?.['decision'],
  }).toEqual(facts);
});

/** A database is brought up to date when it is opened, so a copy of it is. */
async function openCopy(file: string): Promise<Storage> {
  const databasePath = join(mkdtempSync(join(tmpdir(), 'segue-kept-')), file);
  copyFileSync(join(folder, file), databasePath);
  const storage = await openStorage({ workerPath, databasePath, wasm });
  onTestFinished(async () => {
    await storage.close();
    rmSync(dirname(databasePath), { recursive: true });
  });
  return storage;
}

async function wholeEvents(log: EventLog, runId: RunId): Promise<RunEvent[]> {
  const events = await log.read(runId);
  return Promise.all(events.map((event) => fill(event, (hash) => log.load(hash))));
}
