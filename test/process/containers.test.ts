/**
 * `segue run` where little is given: another user without a home, a workspace that is read-only, no folder for temporary
 * files. It works or says what it needs, and leaves nothing behind but the record in the folder that it names.
 *
 * Needs root on Linux, to become somebody else and to mount.
 */
import { chmodSync, chownSync, copyFileSync, existsSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { Stage } from '../host/stage.ts';
import { type Ended, root, runSegue } from './segue-command.ts';

const nobody = 65534;
const stage = new Stage('box');
const [workspace, state] = [stage.path('ws'), stage.path('st')];
const isRootOnLinux = process.platform === 'linux' && process.getuid?.() === 0;

afterAll(async () => {
  await stage.close();
});

beforeEach(() => {
  chmodSync(stage.folder, 0o755);
  mkdirSync(workspace, { recursive: true });
  copyFileSync(join(root, 'examples/hello/hello.segue.yaml'), join(workspace, 'hello.segue.yaml'));
  for (const name of ['st', 'rt']) {
    mkdirSync(stage.path(name), { recursive: true });
    if (isRootOnLinux) chownSync(stage.path(name), nobody, nobody);
  }
});

/** A program's words before its own: another user, and nothing of our environment. */
function asNobody(...env: string[]): string[] {
  const user = ['setpriv', `--reuid=${nobody}`, `--regid=${nobody}`, '--clear-groups'];
  return [...user, 'env', '-i', 'PATH=/usr/bin:/bin', 'CI=true', ...env];
}

function runHello(through: readonly string[]): Promise<Ended> {
  return runSegue(stage, workspace, ['run', 'hello.segue.yaml'], { through });
}

/** No process, and no file outside the state folder. */
async function expectNothingLeft(): Promise<void> {
  await expect.poll(() => stage.survivors()).toEqual([]);
  expect(readdirSync(workspace)).toEqual(['hello.segue.yaml']);
  const sockets = `/tmp/segue-${nobody}`;
  expect(existsSync(sockets) ? readdirSync(sockets) : []).toEqual([]);
}

describe.skipIf(!isRootOnLinux)('in a container', () => {
  test('another user without a home and without a place to write is told what is needed', async () => {
    const ended = await runHello(asNobody());
    expect(ended).toMatchObject({
      code: 7,
      said: { error: { code: 'data_folder_unusable', remedy: expect.stringContaining('XDG_STATE_HOME') } },
    });
    await expectNothingLeft();
  });

  test('another user without a home runs a workflow that is not theirs, and is told where its runs are', async () => {
    const ended = await runHello(asNobody(`XDG_STATE_HOME=${state}`));
    expect(ended).toMatchObject({ code: 0, said: { status: 'completed' } });
    expect(ended.stderr).toContain(`are kept in ${state}`);
    await expectNothingLeft();
    const [kept = ''] = readdirSync(join(state, 'segue')).filter((name) => /^[0-9a-f]{16}$/.test(name));
    expect(readdirSync(join(state, 'segue', kept)).toSorted()).toEqual(['engine.log', 'owner', 'segue.db']);
  });

  test('a workspace on a read-only disk', async (context) => {
    const inside = 'mount --bind "$1" "$1" && mount -o remount,bind,ro "$1" && cd "$1" && shift && exec "$@"';
    const mounted = ['unshare', '--mount', 'sh', '-c', inside, 'sh', workspace];
    const probe = await runSegue(stage, workspace, ['--version'], { through: mounted });
    if (probe.code !== 0) context.skip(`nothing can be mounted here: ${probe.stderr}`);
    const ended = await runHello([
      ...mounted,
      'env',
      '-u',
      'HOME',
      '-u',
      'TMPDIR',
      `XDG_STATE_HOME=${stage.path('ro')}`,
    ]);
    expect(ended).toMatchObject({
      code: 0,
      said: { status: 'completed' },
      stderr: expect.stringContaining('read-only'),
    });
    await expectNothingLeft();
  });

  test('no folder for temporary files: it says what to set, and works with it', async (context) => {
    // The stage lies in the folder that is hidden, so it is shown in another place first.
    const inside = 'mount --bind "$1" /mnt && mount -t tmpfs -o mode=755 none /tmp && cd /mnt/ws && shift && exec "$@"';
    const mounted = ['unshare', '--mount', 'sh', '-c', inside, 'sh', stage.folder];
    const probe = await runSegue(stage, workspace, ['--version'], { through: mounted });
    if (probe.code !== 0) context.skip(`nothing can be mounted here: ${probe.stderr}`);
    const state = 'XDG_STATE_HOME=/mnt/st';
    const refused = await runHello([...mounted, ...asNobody(state)]);
    expect(refused).toMatchObject({
      code: 7,
      said: { error: { code: 'engine_start_failed', message: expect.stringContaining('Set XDG_RUNTIME_DIR') } },
    });
    const ended = await runHello([...mounted, ...asNobody(state, 'XDG_RUNTIME_DIR=/mnt/rt')]);
    expect(ended).toMatchObject({ code: 0, said: { status: 'completed' } });
    await expectNothingLeft();
  });
});
