import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createWorkspaceFiles } from './workspace-files.ts';

/** Node has no function for it. */
const makePipe = 'mkfifo';

let base: string;
let root: string;
beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), 'segue-files-'));
  root = join(base, 'workspace');
  mkdirSync(join(root, 'notes'), { recursive: true });
  mkdirSync(join(root, '.git', 'hooks'), { recursive: true });
  writeFileSync(join(root, 'notes', 'a.txt'), 'ä text');
  writeFileSync(join(root, '.git', 'config'), 'closed');
  writeFileSync(join(base, 'secret.txt'), 'outside');
});
afterEach(() => rmSync(base, { recursive: true, force: true }));

/** The code with which both reading and writing are refused; the same one, or the test fails. */
async function refusal(path: string): Promise<string | undefined> {
  const files = createWorkspaceFiles(root);
  const answers = [await files.read(path, 1000), await files.write(path, 'intruder')];
  const [read, write] = answers.map((answer) => ('error' in answer ? answer.error.code : undefined));
  expect(write).toBe(read);
  return read;
}

describe('a path is refused', () => {
  test.each([
    ['../secret.txt', 'path_outside'],
    ['notes/../../secret.txt', 'path_outside'],
    ['notes/..', 'path_outside'],
    ['/etc/hostname', 'path_outside'],
    ['//etc/hostname', 'path_outside'],
    ['C:/Windows/win.ini', 'path_outside'],
    ['c:notes', 'path_outside'],
    ['..\\secret.txt', 'invalid_path'],
    ['notes\\a.txt', 'invalid_path'],
    ['\\\\server\\share', 'invalid_path'],
    ['notes/a.txt\0.png', 'invalid_path'],
    ['', 'invalid_path'],
    ['.', 'invalid_path'],
    ['./', 'invalid_path'],
    ['notes/a.txt:stream', 'invalid_path'],
    ['x'.repeat(5000), 'invalid_path'],
    ['.git/config', 'path_closed'],
    ['.git', 'path_closed'],
    ['.GIT/config', 'path_closed'],
    ['./.git/./config', 'path_closed'],
    ['notes/.git/config', 'path_closed'],
    ['.git./config', 'path_closed'],
    ['.git /config', 'path_closed'],
    ['GIT~1/config', 'path_closed'],
    ['.g\u200cit/config', 'path_closed'],
    ['.ｇｉｔ/config', 'path_closed'],
    ['.vscode/tasks.json', 'path_closed'],
    ['.github/workflows/ci.yml', 'path_closed'],
    ['a/b/.segue/config.yaml', 'path_closed'],
    ['Node_Modules/x/index.js', 'path_closed'],
  ])('%j: %s', async (path, code) => {
    expect(await refusal(path)).toBe(code);
  });

  test.each([
    ['a link to a file outside', 'link', 'link', () => join(base, 'secret.txt'), 'path_outside'],
    ['a link to a folder outside', 'out', 'out/secret.txt', () => base, 'path_outside'],
    ['a new file under a link to a folder outside', 'out', 'out/new/deep.txt', () => base, 'path_outside'],
    ['a link to the folder above, named relatively', 'up', 'up/secret.txt', () => '..', 'path_outside'],
    ['a link to nowhere', 'nowhere', 'nowhere', () => join(base, 'not-yet.txt'), 'invalid_path'],
    ['a link in a circle', 'circle', 'circle', () => 'circle', 'invalid_path'],
    ['a link into a closed folder', 'hooks', 'hooks/pre-commit', () => '.git/hooks', 'path_closed'],
    ['a link to the workspace itself', 'self', 'self/.git/config', () => '.', 'path_closed'],
  ])('%s', async (_, name, path, target, code) => {
    symlinkSync(target(), join(root, name));
    expect(await refusal(path)).toBe(code);
    expect(readdirSync(base).sort()).toEqual(['secret.txt', 'workspace']);
    expect(readFileSync(join(base, 'secret.txt'), 'utf8')).toBe('outside');
    expect(readdirSync(join(root, '.git', 'hooks'))).toEqual([]);
  });

  test('whatever it is made of, nothing outside and nothing closed changes', async () => {
    symlinkSync(base, join(root, 'out'));
    symlinkSync('.git', join(root, 'inner'));
    const part = fc.constantFrom(
      '..',
      '.',
      '',
      'notes',
      'out',
      'inner',
      '.git',
      '.GIT',
      'a.txt',
      'x',
      '\\',
      '\0',
      '/',
      'C:',
      '~',
    );
    const files = createWorkspaceFiles(root);
    await fc.assert(
      fc.asyncProperty(fc.array(part, { maxLength: 6 }), async (parts) => {
        const path = parts.join('/');
        await files.write(path, 'intruder');
        const read = await files.read(path, 1000);
        if ('text' in read) expect(['outside', 'closed']).not.toContain(read.text);
      }),
      { numRuns: 300 },
    );
    expect(readdirSync(base).sort()).toEqual(['secret.txt', 'workspace']);
    expect(readFileSync(join(base, 'secret.txt'), 'utf8')).toBe('outside');
    expect(readdirSync(join(root, '.git')).sort()).toEqual(['config', 'hooks']);
    expect(readFileSync(join(root, '.git', 'config'), 'utf8')).toBe('closed');
  });
});

describe('reading', () => {
  test('gives the text of a file, also through a link that stays inside', async () => {
    symlinkSync('notes', join(root, 'inside'));
    const files = createWorkspaceFiles(root);
    expect(await files.read('notes/a.txt', 100)).toEqual({ text: 'ä text' });
    expect(await files.read('./inside//a.txt', 100)).toEqual({ text: 'ä text' });
  });

  test('works in a workspace that is itself a link', async () => {
    symlinkSync(root, join(base, 'link'));
    expect(await createWorkspaceFiles(join(base, 'link')).read('notes/a.txt', 100)).toEqual({ text: 'ä text' });
  });

  test.each([
    ['missing.txt', 'file_not_found'],
    ['notes', 'not_a_file'],
    ['notes/a.txt/b', 'invalid_path'],
    ['binary', 'not_text'],
    ['pipe', 'not_a_file'],
    ['large', 'file_too_large'],
  ])('%s: %s', async (path, code) => {
    writeFileSync(join(root, 'binary'), Buffer.from([0xff, 0xfe, 0x00]));
    writeFileSync(join(root, 'large'), 'x'.repeat(1001));
    execFileSync(makePipe, [join(root, 'pipe')]);
    expect(await createWorkspaceFiles(root).read(path, 1000)).toMatchObject({ error: { code } });
  });

  test('a file of just the allowed size is read', async () => {
    writeFileSync(join(root, 'large'), 'x'.repeat(1000));
    expect(await createWorkspaceFiles(root).read('large', 1000)).toEqual({ text: 'x'.repeat(1000) });
  });
});

describe('writing', () => {
  test('makes folders, says how many bytes, and leaves nothing else behind', async () => {
    const files = createWorkspaceFiles(root);
    expect(await files.write('new/deep/file.txt', 'ä')).toEqual({ bytes: 2 });
    expect(readFileSync(join(root, 'new/deep/file.txt'), 'utf8')).toBe('ä');
    expect(readdirSync(join(root, 'new/deep'))).toEqual(['file.txt']);
  });

  test('replaces a file and keeps its mode; through a link, the file it leads to', async () => {
    const script = join(root, 'notes', 'run.sh');
    writeFileSync(script, 'old');
    chmodSync(script, 0o755);
    symlinkSync('notes/run.sh', join(root, 'link.sh'));
    expect(await createWorkspaceFiles(root).write('link.sh', 'new')).toEqual({ bytes: 3 });
    expect(readFileSync(script, 'utf8')).toBe('new');
    expect(statSync(script).mode & 0o777).toBe(0o755);
  });

  test('refuses a folder and a text that is too large', async () => {
    const files = createWorkspaceFiles(root);
    expect(await files.write('notes', 'x')).toMatchObject({ error: { code: 'not_a_file' } });
    expect(await files.write('big', 'x'.repeat(10 * 1024 * 1024 + 1))).toMatchObject({
      error: { code: 'file_too_large' },
    });
    expect(readdirSync(root).sort()).toEqual(['.git', 'notes']);
  });
});
