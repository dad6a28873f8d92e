/**
 * Runs that leave a folder and come into another: `segue export`, `import`, `delete` and `backup`, used like a script would, on real engines.
 */
import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Stage } from '../host/stage.ts';
import { engineGone, root, runSegue } from './segue-command.ts';

const stage = new Stage('records');
const home = stage.path('w');
const fixture = join(root, 'test/fixtures/records/0.1.0.segue-run.ndjson');

const large = `segue: "1"
name: large/one
inputs: { text: { type: string } }
tasks:
  twice: { type: set, values: { text: "\${{ inputs.text }}\${{ inputs.text }}" } }
outputs: { text: "\${{ tasks.twice.output.text }}" }
`;

beforeAll(() => {
  mkdirSync(home);
  writeFileSync(join(home, 'large.segue.yaml'), large);
  writeFileSync(join(home, 'half-a-megabyte.txt'), 'é"\n'.repeat(180_000));
});

afterAll(async () => {
  await stage.close();
});

const segue = (cwd: string, ...args: readonly string[]) => runSegue(stage, cwd, args);

test('a run with a large output is exported whole, each large value once', async () => {
  expect(await segue(home, 'run', 'large.segue.yaml', '-i', 'text=@half-a-megabyte.txt')).toMatchObject({ code: 0 });
  const exported = await segue(home, 'export');
  expect(exported).toMatchObject({ code: 0, said: { events: expect.any(Number), bytes: expect.any(Number) } });
  const file = String(exported.said['file']);
  expect(file).toMatch(/\/large-one-[0-9a-f]{8}\.segue-run\.ndjson$/);
  const lines = readFileSync(file, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  expect(lines[0]).toEqual({
    format: 'segue-run',
    version: 1,
    runId: exported.said['runId'],
    name: 'large/one',
    semantics: 1,
    events: exported.said['events'],
  });
  const hashes = lines.flatMap((line) => ('hash' in line ? [line['hash']] : []));
  expect(hashes.length).toBeGreaterThan(0);
  expect(new Set(hashes).size).toBe(hashes.length);
  expect(lines.at(-1)).toMatchObject({ type: 'run-ended', status: 'completed' });
  expect(readdirSync(home).filter((name) => name.endsWith('.tmp'))).toEqual([]);
});

test('what can not be exported says why, with its exit code', async () => {
  expect(await segue(home, 'export', 'ffffffff')).toMatchObject({ code: 6, said: { error: { code: 'unknown_run' } } });
  const nowhere = await segue(home, 'export', await newest(home), 'no/where.ndjson');
  expect(nowhere).toMatchObject({ code: 7, said: { error: { code: 'file_not_written' } } });
});

test('an exported run is the same run in another folder', async () => {
  const away = folder('away');
  const file = String((await segue(home, 'export')).said['file']);
  const imported = await segue(away, 'import', file);
  expect(imported).toMatchObject({ code: 0, said: { isNew: true } });
  expect(JSON.parse((await segue(away, 'show')).text)).toEqual(JSON.parse((await segue(home, 'show')).text));
  expect(await segue(away, 'import', file)).toMatchObject({ code: 0, said: { isNew: false } });
  const back = await segue(away, 'export', String(imported.said['runId']), 'again.ndjson');
  expect(readFileSync(String(back.said['file']))).toEqual(readFileSync(file));
});

test('what can not be imported says where it is wrong, and leaves nothing', async () => {
  const away = folder('damaged');
  const lines = readFileSync(fixture, 'utf8').split('\n');
  writeFileSync(join(away, 'damaged.ndjson'), lines.toSpliced(6, 1).join('\n'));
  const refused = await segue(away, 'import', 'damaged.ndjson');
  expect(refused).toMatchObject({ code: 6, said: { error: { code: 'damaged_record' } } });
  expect(refused.text).toContain('Line 7 has event 7; event 6 is due.');
  expect((await segue(away, 'runs')).text.trim()).toBe('[]');
  expect(await segue(away, 'import', 'nowhere.ndjson')).toMatchObject({ code: 2 });
});

test('an unfinished run is not taken up by itself; resumed, it goes on', async () => {
  const away = folder('unfinished');
  const [header = '', ...events] = readFileSync(fixture, 'utf8').trimEnd().split('\n');
  const asked = events.findIndex((line) => line.includes('"type":"question-asked"'));
  const cut = [header.replace(/"events":\d+/, `"events":${asked}`), ...events.slice(0, asked)];
  writeFileSync(join(away, 'cut.ndjson'), cut.join('\n'));
  const { said } = await segue(away, 'import', 'cut.ndjson');
  await engineGone(away);
  const [run] = JSON.parse((await segue(away, 'runs')).text) as unknown[];
  expect(run).toMatchObject({ status: 'waiting', seq: asked, failure: { code: 'imported_record' } });
  expect(await segue(away, 'resume', String(said['runId']), '--no-input')).toMatchObject({ code: 3 });
  expect(await segue(away, 'answer', String(said['runId']), 'publish')).toMatchObject({ code: 0 });
});

test('a run that came from elsewhere works in the folder it came to', async () => {
  const [from, to] = [folder('from'), folder('to')];
  const read = `segue: "1"
name: reader
tasks:
  note: { tool: read_file, with: { path: note.txt } }
outputs: { text: "\${{ tasks.note.output.text }}" }
`;
  writeFileSync(join(from, 'reader.segue.yaml'), read);
  expect(await segue(from, 'run', 'reader.segue.yaml')).toMatchObject({ code: 1 });
  const { said } = await segue(from, 'export');
  // What is there by now is not what the run may read.
  writeFileSync(join(from, 'note.txt'), 'a secret of the other folder');
  writeFileSync(join(to, 'note.txt'), 'here');
  const imported = await segue(to, 'import', String(said['file']));
  expect(await segue(to, 'resume', String(imported.said['runId']))).toMatchObject({ code: 0 });
  expect((await segue(to, 'show')).text).toContain('"text": "here"');
});

test('a run is deleted for good once it has ended, and only when that is meant', async () => {
  const away = folder('deleting');
  const imported = String((await segue(away, 'import', fixture)).said['runId']);
  expect(await segue(away, 'delete', imported)).toMatchObject({ code: 2, said: { error: { code: 'not_confirmed' } } });
  expect(await segue(away, 'delete', 'ffffffff', imported, '--yes')).toMatchObject({ code: 6 });
  cpSync(join(root, 'examples/research'), join(away, 'research'), { recursive: true });
  expect(await segue(away, 'run', 'research/research.segue.yaml', '--no-input')).toMatchObject({ code: 3 });
  const live = await newest(away);
  expect(await segue(away, 'delete', live, imported, '--yes')).toMatchObject({
    code: 6,
    said: { deleted: [imported], refused: [{ runId: live, error: { code: 'run_active' } }] },
  });
  expect(await segue(away, 'cancel', live)).toMatchObject({ code: 0 });
  await expect.poll(async () => (await segue(away, 'show', live)).text).toMatch(/"status": "cancelled"/);
  expect(await segue(away, 'delete', live, '--yes')).toMatchObject({ code: 0, said: { deleted: [live] } });
  expect((await segue(away, 'runs')).text.trim()).toBe('[]');
  expect(await segue(away, 'resume', live)).toMatchObject({ code: 6 });
});

test('a backup holds the runs of the folder, and serves as its record', async () => {
  const [away, restored] = [folder('backed-up'), folder('restored')];
  await segue(away, 'import', fixture);
  const backup = await segue(away, 'backup', 'copy.db');
  expect(backup).toMatchObject({ code: 0, said: { file: join(away, 'copy.db'), bytes: expect.any(Number) } });
  const unwise = await segue(away, 'backup', '.segue/data/segue.db');
  expect(unwise).toMatchObject({ code: 6, said: { error: { code: 'bad_place' } } });
  expect(await segue(away, 'backup', 'no/where.db')).toMatchObject({ code: 6, said: { error: { code: 'bad_place' } } });
  mkdirSync(join(restored, '.segue/data'), { recursive: true });
  cpSync(join(away, 'copy.db'), join(restored, '.segue/data/segue.db'));
  expect((await segue(restored, 'runs')).text).toBe((await segue(away, 'runs')).text);
});

/** A new folder for runs. */
function folder(name: string): string {
  const path = stage.path(name);
  mkdirSync(path);
  return path;
}

/** The id of the newest run of a folder. */
async function newest(folder: string): Promise<string> {
  const [run] = JSON.parse((await segue(folder, 'runs')).text) as { runId: string }[];
  return run?.runId ?? '';
}
