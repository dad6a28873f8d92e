/**
 * Records of released versions (`test/fixtures/records`): each must load and fold for ever. A file in there never
 * changes; a new version adds one.
 */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { fill, foldAll, type Json, type RunEvent, type RunId, runStatus } from '../../run/index.ts';
import { MemoryLog } from '../simulation/memory-log.ts';

const folder = join(import.meta.dirname, '../fixtures/records');
const aside = { code: 'imported_record', message: 'It was imported.', retryable: false };

/** What stands in each of them, as people remember it. */
const known: { readonly [file: string]: Json } = {
  '0.1.0.segue-run.ndjson': {
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
  },
};

test('every kept record is known here', () => {
  expect(readdirSync(folder).toSorted()).toEqual(Object.keys(known));
});

test.each(Object.entries(known))('%s loads and folds', async (file, facts) => {
  const log = new MemoryLog();
  const { runId, isNew } = await log.importRun(join(folder, file), aside);
  expect(isNew).toBe(true);
  const summary = await log.get(runId);
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

async function wholeEvents(log: MemoryLog, runId: RunId): Promise<RunEvent[]> {
  const events = await log.read(runId);
  return Promise.all(events.map((event) => fill(event, (hash) => log.load(hash))));
}
