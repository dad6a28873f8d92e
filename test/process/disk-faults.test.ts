/**
 * A disk that fails under a run: whoever runs it is told what happened and what to do, nothing that was finished is done
 * again, and the run goes on when the disk works again. Real engines, used from the command line.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Stage } from '../host/stage.ts';
import { type CountingServer, startCountingServer } from './counting-server.ts';
import { attach, newDataDir, scripts } from './engines.ts';
import { type Ended, engineGone, root, runSegue } from './segue-command.ts';

const stage = new Stage('disk');
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };

const workflow = `segue: "1"
name: paid
agents:
  writer: { model: openai/gpt-5-mini }
tasks:
  first: { agent: writer, with: { prompt: one } }
  second: { agent: writer, with: { prompt: "two after \${{ tasks.first.output }}" } }
outputs: { text: "\${{ tasks.second.output }}" }
`;

let server: CountingServer;
beforeEach(async () => {
  server = await startCountingServer();
});
afterEach(() => server.close());
afterAll(async () => {
  await stage.close();
});

interface Place {
  readonly folder: string;
  readonly data: string;
  readonly segue: (...args: string[]) => Promise<Ended>;
}

function placeOf(name: string): Place {
  const folder = stage.path(name);
  const data = newDataDir(folder);
  mkdirSync(data, { recursive: true });
  writeFileSync(join(folder, 'paid.segue.yaml'), workflow);
  const env = { OPENAI_API_KEY: 'sk-of-the-test', OPENAI_BASE_URL: `${server.url}/v1` };
  return { folder, data, segue: (...args) => runSegue(stage, folder, args, { env }) };
}

/** Does something once, while the second call is being answered. */
function duringSecond(act: () => void): void {
  let isDone = false;
  server.onMoment = (moment, what) => {
    if (moment === 'half-answered' && what.startsWith('two') && !isDone) {
      isDone = true;
      act();
    }
    return false;
  };
}

/** The run goes on: the first call was recorded and is not made again, the second was lost and is. */
async function expectResumed({ segue }: Place): Promise<void> {
  expect(await segue('resume')).toMatchObject({ code: 0, said: { status: 'completed' } });
  expect([...server.chats].map(([prompt, times]) => [prompt.slice(0, 3), times])).toEqual([
    ['one', 1],
    ['two', 2],
  ]);
}

describe.each([
  ['ENOSPC', 'disk_full', 'Free some space'],
  ['EDQUOT', 'disk_full', 'Free some space'],
  ['EROFS', 'read_only', 'writable'],
  ['EACCES', 'read_only', 'writable'],
  ['EIO', 'io_error', 'Check the disk'],
])('%s', (code, expected, remedy) => {
  test('under a run is said, and the run goes on when it is over', async () => {
    const place = placeOf(code);
    const fault = join(place.data, 'fault');
    await attach(place.data, { engineScript: scripts.faulty, version });
    duringSecond(() => writeFileSync(fault, code));
    const stopped = await place.segue('run', 'paid.segue.yaml');
    expect(stopped).toMatchObject({ code: 7, text: expect.stringContaining(expected) });
    expect(stopped.text).toContain(remedy);
    expect(stopped.text).toContain(code);
    const refused = await place.segue('run', 'paid.segue.yaml');
    expect(refused).toMatchObject({ code: 7, said: { error: { code: expected } } });
    rmSync(fault);
    await expectResumed(place);
    expect(JSON.parse((await place.segue('runs')).text)).toHaveLength(1);
  });
});

test('a disk of one megabyte that is really full', async (context) => {
  const place = placeOf('small');
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m,mode=700', 'tmpfs', place.data], { stdio: 'pipe' });
  } catch (error) {
    context.skip(`nothing can be mounted here: ${String(error)}`);
  }
  try {
    duringSecond(() => fill(place.data));
    expect(await place.segue('run', 'paid.segue.yaml')).toMatchObject({
      code: 7,
      text: expect.stringMatching(/disk_full.*Free some space/s),
    });
    await engineGone(place.folder);
    // What the log held is free again; now not even a lock can be written.
    fill(place.data);
    expect(await place.segue('runs')).toMatchObject({
      code: 7,
      said: { error: { code: 'data_folder_unusable', remedy: expect.stringContaining('Free some space') } },
    });
    rmSync(join(place.data, 'filler'));
    await expectResumed(place);
    await engineGone(place.folder);
  } finally {
    execFileSync('umount', ['--lazy', place.data]);
  }
});

function fill(folder: string): void {
  let text = '';
  try {
    for (;;) writeFileSync(join(folder, 'filler'), (text += 'x'.repeat(4096)));
  } catch {
    // It is full.
  }
}

test('an engine that is killed before a backup gets its name leaves no backup, and loses nothing', async () => {
  const place = placeOf('backup');
  await attach(place.data, { engineScript: scripts.faulty, version });
  expect(await place.segue('run', 'paid.segue.yaml')).toMatchObject({ code: 0 });
  writeFileSync(join(place.data, 'fault'), 'kill');
  expect(await place.segue('backup', 'copy.db')).toMatchObject({ code: 7, said: { error: { code: 'engine_gone' } } });
  rmSync(join(place.data, 'fault'));
  expect(existsSync(join(place.folder, 'copy.db'))).toBe(false);
  expect(await place.segue('backup', 'copy.db')).toMatchObject({ code: 0 });
  expect(readdirSync(place.folder).filter((name) => name.startsWith('copy'))).toEqual(['copy.db']);
  expect(JSON.parse((await place.segue('runs')).text)).toMatchObject([{ status: 'completed' }]);
});

test('an export that is killed before it gets its name leaves what was there', async () => {
  const place = placeOf('export');
  expect(await place.segue('run', 'paid.segue.yaml')).toMatchObject({ code: 0 });
  writeFileSync(join(place.folder, 'run.ndjson'), 'an older one');
  const hook = join(place.folder, 'hook.mjs');
  writeFileSync(
    hook,
    `import fs from 'node:fs/promises';
     import { syncBuiltinESMExports } from 'node:module';
     fs.rename = () => process.kill(process.pid, 'SIGKILL');
     syncBuiltinESMExports();`,
  );
  const [run] = JSON.parse((await place.segue('runs')).text) as { runId: string }[];
  const args = ['export', run?.runId ?? '', 'run.ndjson'];
  const killed = await runSegue(stage, place.folder, args, { env: { NODE_OPTIONS: `--import ${hook}` } });
  expect(killed.code).toBeNull();
  expect(readFileSync(join(place.folder, 'run.ndjson'), 'utf8')).toBe('an older one');
  expect(existsSync(join(place.folder, 'run.ndjson.tmp'))).toBe(true);
  expect(await place.segue(...args)).toMatchObject({ code: 0 });
  expect(readFileSync(join(place.folder, 'run.ndjson'), 'utf8')).toContain('"format":"segue-run"');
  expect(existsSync(join(place.folder, 'run.ndjson.tmp'))).toBe(false);
});
