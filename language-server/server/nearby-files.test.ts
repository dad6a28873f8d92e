import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { FilesOnDisk } from './other-files.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'segue-nearby-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function write(name: string): void {
  mkdirSync(dirname(join(folder, name)), { recursive: true });
  writeFileSync(join(folder, name), '');
}

test('workflows and modules of the folder that is open are listed in the background, and again when files have changed', async () => {
  const names = ['a.segue.yaml', 'flows/b.segue.yml', 'flows/tools/c.ts', 'd.mjs'];
  for (const name of [...names, 'notes.txt', 'node_modules/e/index.js', '.git/f.js']) write(name);
  const disk = new FilesOnDisk();
  disk.setFolders([pathToFileURL(folder).href]);
  const uri = pathToFileURL(join(folder, 'flows/b.segue.yml')).href;
  const listed = () => disk.filesNear(uri)?.map((path) => path.slice(path.indexOf('segue-nearby-') + 20));
  expect(listed()).toBeUndefined();
  await vi.waitFor(() => expect(listed()).toHaveLength(names.length));
  expect(listed()?.toSorted()).toEqual(names.toSorted());

  write('flows/tools/g.js');
  expect(listed()).toHaveLength(names.length);
  await disk.renew();
  await vi.waitFor(() => expect(listed()).toContain('flows/tools/g.js'));
});

test('of a document that is on no disk nothing is near', () => {
  expect(new FilesOnDisk().filesNear('untitled:a')).toEqual([]);
});
