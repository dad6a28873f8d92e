import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { fileSystemOf, findDataDir, findDataDirOfFolder } from './data-dir.ts';

let root: string;
const env = {};

beforeEach(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), 'segue-test-')));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function file(path: string): string {
  mkdirSync(join(root, path, '..'), { recursive: true });
  writeFileSync(join(root, path), '');
  return join(root, path);
}

test('the nearest .segue at or above the file', () => {
  mkdirSync(join(root, '.segue'));
  mkdirSync(join(root, 'a/.segue'), { recursive: true });
  const found = findDataDir(file('a/b/c/x.segue.yaml'), { cwd: join(root, 'a/b'), workspace: root, env });
  expect(found).toEqual({ dataDir: join(root, 'a/.segue/data'), workspace: join(root, 'a') });
});

test('a file named .segue is no folder of ours', () => {
  mkdirSync(join(root, '.segue'));
  file('a/.segue');
  expect(findDataDir(file('a/x.segue.yaml'), { env }).workspace).toBe(root);
});

test('none: the workspace folder, in the terminal by SEGUE_WORKSPACE, which may name several', () => {
  const path = file('a/b/x.segue.yaml');
  expect(findDataDir(path, { workspace: join(root, 'a'), cwd: root, env }).workspace).toBe(join(root, 'a'));
  const several = [join(root, 'elsewhere'), join(root, 'a')].join(delimiter);
  expect(findDataDir(path, { cwd: join(root, 'a/b'), env: { SEGUE_WORKSPACE: several } }).workspace).toBe(
    join(root, 'a'),
  );
});

test('no workspace that holds it: the current folder if that does, else beside the file', () => {
  const path = file('a/b/x.segue.yaml');
  const elsewhere = { SEGUE_WORKSPACE: join(root, 'elsewhere') };
  expect(findDataDir(path, { cwd: join(root, 'a'), env: elsewhere }).workspace).toBe(join(root, 'a'));
  expect(findDataDir(path, { cwd: tmpdir() + '/none', env }).workspace).toBe(join(root, 'a/b'));
});

test('two ways to a file lead to one folder', () => {
  const path = file('a/x.segue.yaml');
  symlinkSync(join(root, 'a'), join(root, 'link'));
  const cwd = join(root, 'a');
  expect(findDataDir(join(root, 'link/x.segue.yaml'), { cwd, env })).toEqual(findDataDir(path, { cwd, env }));
  expect(findDataDir('x.segue.yaml', { cwd: join(root, 'link'), env })).toEqual(findDataDir(path, { cwd, env }));
});

test('a command without a file asks for a folder', () => {
  mkdirSync(join(root, '.segue'));
  mkdirSync(join(root, 'a/b'), { recursive: true });
  expect(findDataDirOfFolder(join(root, 'a/b'), { env }).workspace).toBe(root);
});

test.skipIf(process.platform === 'win32' || process.getuid?.() === 0)(
  'a read-only folder: the state folder, and said',
  () => {
    const path = file('a/x.segue.yaml');
    mkdirSync(join(root, 'state'));
    rmSync(join(root, 'a'), { recursive: true });
    mkdirSync(join(root, 'a'), { mode: 0o500 });
    const found = findDataDir(path, { cwd: '/', env: { XDG_STATE_HOME: join(root, 'state') } });
    expect(found.dataDir.startsWith(join(root, 'state', 'segue'))).toBe(true);
    expect(found.notice).toContain('read-only');
  },
);

test('knows the file system of a folder from the list of mounts', () => {
  const mounts = [
    '/dev/vda / ext4 rw 0 0',
    'server:/net /net nfs4 rw 0 0',
    '/dev/vdb /net/me/with\\040space xfs rw 0 0',
    'host:/x /mnt 9p rw 0 0',
    'tmpfs /mnt tmpfs rw 0 0',
  ].join('\n');
  expect(fileSystemOf('/srv', mounts)).toBe('ext4');
  expect(fileSystemOf('/net/me/project', mounts)).toBe('nfs4');
  expect(fileSystemOf('/net/me/with space/project', mounts)).toBe('xfs');
  expect(fileSystemOf('/nets', mounts)).toBe('ext4');
  expect(fileSystemOf('/mnt/a', mounts)).toBe('tmpfs');
});
