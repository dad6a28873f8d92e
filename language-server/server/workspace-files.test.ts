import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { CancellationTokenSource, FileChangeType } from 'vscode-languageserver';
import { FilesOnDisk } from './other-files.ts';
import { type Limits, WorkspaceFiles } from './workspace-files.ts';

const roomy: Limits = { folders: 100, entries: 100, depth: 10, files: 100, characters: 10_000 };
let root: string;
let folder: string;
let logged: string[];

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'segue-files-'));
  folder = join(root, 'workspace');
  mkdirSync(folder);
  logged = [];
});
afterEach(() => rmSync(root, { recursive: true }));

function write(name: string, text = 'x'): void {
  const path = join(folder, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

function filesWith(limits: Partial<Limits> = {}): WorkspaceFiles {
  const disk = new FilesOnDisk();
  const files = new WorkspaceFiles(disk, (message) => logged.push(message), { ...roomy, ...limits });
  for (const one of [files, disk]) one.setFolders([pathToFileURL(folder).href, 'vscode-vfs://github/me/repo']);
  return files;
}

function namesOf({ found }: WorkspaceFiles): readonly string[] {
  return [...found.values()].map((uri) => fileURLToPath(uri).slice(folder.length + 1));
}

test('our files are found, and nobody else is looked through', async () => {
  for (const name of [
    'a.segue.yaml',
    'b/c.segue.yml',
    'b/d/e.agent.yaml',
    '.segue/config.yaml',
    '.segue/agents/f.agent.yaml',
  ])
    write(name);
  for (const name of ['other.yaml', 'config.yaml', '.segue/other.yaml']) write(name);
  for (const name of ['node_modules/p', 'b/node_modules', '.git', '.venv', 'dist', '.segue/data'])
    write(`${name}/z.segue.yaml`);
  const files = filesWith();
  await files.scan();
  expect(namesOf(files)).toEqual([
    'a.segue.yaml',
    '.segue/config.yaml',
    'b/c.segue.yml',
    '.segue/agents/f.agent.yaml',
    'b/d/e.agent.yaml',
  ]);
  expect(logged).toEqual([]);
});

test('links are not followed: neither around in a circle nor out of the folder', async () => {
  write('a/b.segue.yaml');
  mkdirSync(join(root, 'outside'));
  writeFileSync(join(root, 'outside', 'c.segue.yaml'), 'x');
  symlinkSync(folder, join(folder, 'a', 'around'));
  symlinkSync(join(root, 'outside'), join(folder, 'out'));
  symlinkSync(join(root, 'outside', 'c.segue.yaml'), join(folder, 'd.segue.yaml'));
  symlinkSync('e.segue.yaml', join(folder, 'e.segue.yaml'));
  const files = filesWith();
  await files.scan();
  expect(namesOf(files)).toEqual(['a/b.segue.yaml']);
});

test.each<[Partial<Limits>, readonly string[], RegExp]>([
  [{ files: 2 }, ['a.segue.yaml', 'b.segue.yaml'], /all but 2 files, from .*c\/d\.segue\.yaml on/],
  [{ entries: 2 }, ['a.segue.yaml'], /all but 2 entries of .*workspace/],
  [{ depth: 1 }, ['a.segue.yaml', 'b.segue.yaml', 'c/d.segue.yaml'], /the folders in .*c, which is 1 deep/],
  [{ folders: 2 }, ['a.segue.yaml', 'b.segue.yaml', 'c/d.segue.yaml'], /1 folders in .*c/],
  [{ characters: 7 }, ['a.segue.yaml', 'b.segue.yaml'], /from .*c\/d\.segue\.yaml on: all together have more than 7/],
])('within %o, and what is left out is said', async (limits, names, said) => {
  for (const name of ['a.segue.yaml', 'b.segue.yaml', 'c/d.segue.yaml', 'c/e/f.segue.yaml']) write(name, 'abc');
  const files = filesWith(limits);
  await files.scan();
  // Which entries of a folder come first is the file system's choice.
  if (limits.entries === undefined) expect(namesOf(files)).toEqual(names);
  else expect(namesOf(files).length).toBeLessThan(4);
  expect(logged.join()).toMatch(said);
});

test('files that no check would read are named and left out', async () => {
  write('big.segue.yaml', '#'.repeat(1024 * 1024 + 1));
  writeFileSync(join(folder, 'binary.segue.yaml'), Buffer.from([0xff, 0xfe, 0, 1]));
  write('a.segue.yaml');
  const files = filesWith();
  await files.scan();
  expect(namesOf(files)).toEqual(['a.segue.yaml']);
  expect(logged.join()).toMatch(/big\.segue\.yaml \(too-large\).*binary\.segue\.yaml \(not-text\)/);
});

test('what the client tells of is taken in, as a scan would have found it', async () => {
  write('a.segue.yaml');
  write('node_modules/p/b.segue.yaml');
  write('c/d.agent.yaml');
  writeFileSync(join(root, 'e.segue.yaml'), 'x');
  const files = filesWith();
  await files.scan();
  rmSync(join(folder, 'a.segue.yaml'));
  write('f.segue.yaml');
  const event = (path: string, type: FileChangeType) => ({ uri: pathToFileURL(path).href, type });
  await files.apply([
    event(join(folder, 'a.segue.yaml'), FileChangeType.Deleted),
    event(join(folder, 'f.segue.yaml'), FileChangeType.Created),
    event(join(folder, 'gone.segue.yaml'), FileChangeType.Changed),
    event(join(folder, 'node_modules/p/b.segue.yaml'), FileChangeType.Created),
    event(join(root, 'e.segue.yaml'), FileChangeType.Created),
  ]);
  expect(namesOf(files)).toEqual(['c/d.agent.yaml', 'f.segue.yaml']);
});

test('a scan that is cancelled leaves what was known', async () => {
  write('a.segue.yaml');
  const files = filesWith();
  await files.scan();
  write('b.segue.yaml');
  const cancelling = new CancellationTokenSource();
  cancelling.cancel();
  await files.scan(cancelling.token);
  expect(namesOf(files)).toEqual(['a.segue.yaml']);
});
