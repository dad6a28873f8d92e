import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { writeWholeFile } from './whole-file.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'segue-file-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

async function* pieces(...texts: (string | Error)[]): AsyncGenerator<string> {
  for (const text of texts) {
    if (text instanceof Error) throw text;
    yield text;
  }
}

test('the pieces become one file, in place of what was there', async () => {
  const path = join(folder, 'a.txt');
  writeFileSync(path, 'old and longer');
  expect(await writeWholeFile(path, pieces('é', 'b\n'))).toBe(4);
  expect(readFileSync(path, 'utf8')).toBe('éb\n');
  expect(readdirSync(folder)).toEqual(['a.txt']);
});

test('when the source fails, what was there stays and nothing half is left', async () => {
  const path = join(folder, 'a.txt');
  writeFileSync(path, 'old');
  await expect(writeWholeFile(path, pieces('new', new Error('the engine is gone')))).rejects.toThrow('engine is gone');
  expect(readFileSync(path, 'utf8')).toBe('old');
  expect(readdirSync(folder)).toEqual(['a.txt']);
});

test('a place that can not be written says so, with exit code 7', async () => {
  await expect(writeWholeFile(join(folder, 'nowhere/a.txt'), pieces('x'))).rejects.toMatchObject({
    failure: { code: 'file_not_written', message: expect.stringContaining('ENOENT') },
    exitCode: 7,
  });
});

test('killed before the rename, the file is not there', async () => {
  const path = join(folder, 'a.txt');
  const program = `
    import { writeWholeFile } from ${JSON.stringify(new URL('./whole-file.ts', import.meta.url).href)};
    async function* endless() { yield 'half'; console.log('written'); await new Promise(() => setInterval(() => {}, 1000)); }
    await writeWholeFile(${JSON.stringify(path)}, endless());`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(child.stdout, 'data');
  child.kill('SIGKILL');
  await once(child, 'exit');
  expect(existsSync(path)).toBe(false);
  expect(await writeWholeFile(path, pieces('whole'))).toBe(5);
  expect(readdirSync(folder)).toEqual(['a.txt']);
});
