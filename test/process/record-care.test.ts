/**
 * What the engine does for its record by itself: old runs go, a damaged file is set aside, one of a later version is left
 * alone. Real engines, used from the command line.
 */
import { copyFileSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, expect, test } from 'vitest';
import { Stage } from '../host/stage.ts';
import { type Ended, engineGone, root, runSegue } from './segue-command.ts';

const stage = new Stage('care');
afterAll(async () => {
  await stage.close();
});

const workflow = `segue: "1"
name: care
inputs: { size: { type: integer, default: 10 }, ask: { type: boolean, default: false } }
tasks:
  list: { type: set, values: { numbers: "\${{ range(inputs.size) }}" } }
  question: { type: human, when: inputs.ask, message: Well?, options: [on, off] }
`;

/** A new workspace with the workflow. */
function workspaceOf(name: string): { folder: string; data: string; segue: (...args: string[]) => Promise<Ended> } {
  const folder = stage.path(name);
  mkdirSync(join(folder, '.segue'), { recursive: true });
  writeFileSync(join(folder, 'care.segue.yaml'), workflow);
  return {
    folder,
    data: join(folder, '.segue/data'),
    async segue(...args) {
      const ended = await runSegue(stage, folder, args);
      await engineGone(folder);
      return ended;
    },
  };
}

async function runsOf(segue: (...args: string[]) => Promise<Ended>): Promise<{ runId: string; status: string }[]> {
  return JSON.parse((await segue('runs')).text) as { runId: string; status: string }[];
}

test('runs that the config does not keep are deleted before the engine leaves, and their space is given back', async () => {
  const { folder, data, segue } = workspaceOf('old-runs');
  const database = join(data, 'segue.db');
  expect(await segue('run', 'care.segue.yaml', '-i', 'ask=true', '--no-input')).toMatchObject({ code: 3 });
  expect(await segue('run', 'care.segue.yaml', '-i', 'size=100000')).toMatchObject({ code: 0 });
  for (let times = 0; times < 3; times++) await segue('run', 'care.segue.yaml');
  const [before, bytes] = [await runsOf(segue), statSync(database).size];
  expect(before).toHaveLength(5);
  writeFileSync(join(folder, '.segue/config.yaml'), 'retention: { max_runs: 2, max_days: zero }\n');
  expect(await runsOf(segue)).toEqual(before);
  writeFileSync(join(folder, '.segue/config.yaml'), 'retention: { max_runs: 2 }\n');
  expect(await runsOf(segue)).toEqual(before);
  const kept = [before[0], before[1], before[4]];
  expect(await runsOf(segue)).toEqual(kept);
  expect(kept[2]).toMatchObject({ status: 'waiting' });
  // What an engine does not get done before it leaves the next one does.
  const sizeAfterAnother = async (): Promise<number> => (await segue('runs'), statSync(database).size);
  await expect.poll(sizeAfterAnother).toBeLessThan(bytes - 500_000);
  const line = readFileSync(join(data, 'engine.log'), 'utf8')
    .split('\n')
    .find((text) => text.includes('runs deleted'));
  expect(JSON.parse(line ?? '')).toMatchObject({ runs: [before[3]?.runId, before[2]?.runId] });
});

test('a damaged record is set aside with its log, everybody is told, and nothing of it is overwritten', async () => {
  const { data, segue } = workspaceOf('damaged');
  await segue('run', 'care.segue.yaml');
  const database = join(data, 'segue.db');
  const damaged = [readFileSync(database).fill(0x5a, 0, 8192), Buffer.from('a log'), Buffer.from('an index')];
  ['', '-wal', '-shm'].forEach((suffix, at) => writeFileSync(database + suffix, damaged[at] ?? ''));
  const told = await segue('run', 'care.segue.yaml');
  expect(told).toMatchObject({ code: 0, stderr: expect.stringMatching(/database_set_aside: .*A new one was begun/) });
  const aside = readdirSync(data).find((name) => /^segue\.db\.damaged-[^.]*Z$/.test(name)) ?? '';
  expect(told.stderr).toContain(aside);
  ['', '-wal', '-shm'].forEach((suffix, at) => {
    expect(readFileSync(join(data, aside + suffix)).equals(damaged[at] ?? Buffer.of())).toBe(true);
  });
  expect(await runsOf(segue)).toHaveLength(1);
  const findings = JSON.parse((await segue('doctor')).text) as object[];
  expect(findings).toContainEqual({ check: 'record', state: 'note', message: expect.stringContaining(aside) });
});

test('a record of an earlier version is copied and brought up to date, and that is said', async () => {
  const { data, segue } = workspaceOf('earlier');
  const earlier = join(root, 'test/fixtures/records/0.1.0.db');
  mkdirSync(data);
  copyFileSync(earlier, join(data, 'segue.db'));
  const told = await segue('runs');
  expect(told).toMatchObject({ code: 0, stderr: expect.stringMatching(/database_upgraded: .* from version 1 to \d/) });
  expect(JSON.parse(told.text)).toMatchObject([{ name: 'research-report', status: 'completed' }]);
  const copy = readdirSync(data).find((name) => name.startsWith('segue.db.version-1-')) ?? '';
  expect(contentOf(join(data, copy))).toEqual(contentOf(earlier));
  const findings = JSON.parse((await segue('doctor')).text) as object[];
  expect(findings).toContainEqual({ check: 'record', state: 'note', message: expect.stringContaining(copy) });
  expect((await segue('runs')).stderr).toBe('');
});

/** The version of a database, and its events. */
function contentOf(file: string): unknown {
  const database = new DatabaseSync(file, { readOnly: true });
  try {
    return [database.prepare('PRAGMA user_version').get(), database.prepare('SELECT * FROM events').all()];
  } finally {
    database.close();
  }
}

test('a record of a later version is refused with both versions and a remedy, and not touched', async () => {
  const { data, segue } = workspaceOf('later');
  await segue('run', 'care.segue.yaml');
  const database = join(data, 'segue.db');
  const later = new DatabaseSync(database);
  later.exec('PRAGMA user_version=7; PRAGMA journal_mode=DELETE');
  later.close();
  const bytes = readFileSync(database);
  const refused = await segue('runs');
  expect(refused).toMatchObject({
    code: 7,
    said: {
      error: {
        code: 'engine_start_failed',
        message: expect.stringMatching(/its version is 7, this one knows \d/),
        remedy: expect.stringContaining('Update Segue'),
        details: { cause: 'newer_database' },
      },
    },
  });
  expect(readFileSync(database).equals(bytes)).toBe(true);
  expect(readdirSync(data).filter((name) => name.startsWith('segue.db'))).toEqual(['segue.db']);
});
