// Files as they lie on disks: other encodings, folders, links that lead nowhere, a `.segue` that is no folder.
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { check } from '../../cli/check.ts';
import { parseInputs } from '../../cli/inputs.ts';
import { plainPainter } from '../../cli/terminal/style.ts';
import { findDataDir, readSources } from '../../client/index.ts';

const good = 'segue: "1"\nname: x\ntasks: { t: { type: set, values: { a: 1 } } }\n';
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(realpathSync(tmpdir()), 'segue-bad-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

function write(name: string, content: string | Buffer): string {
  const path = join(folder, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
  return path;
}

test.each<[string, string | Buffer, string, RegExp]>([
  [
    'UTF-16 with its mark',
    Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(good, 'utf16le')]),
    'file_not_text',
    /UTF-16/,
  ],
  [
    'UTF-16, high byte first',
    Buffer.concat([Buffer.from([0xfe, 0xff]), Buffer.from(good, 'utf16le').swap16()]),
    'file_not_text',
    /UTF-16/,
  ],
  ['UTF-16 without a mark', Buffer.from(good, 'utf16le'), 'file_not_text', /UTF-16/],
  ['latin1', Buffer.from(`${good}description: café\n`, 'latin1'), 'file_not_text', /0xE9 at line 4, column 17/],
  [
    'latin1 behind a true U+FFFD',
    Buffer.concat([Buffer.from('# \ufffd 😀\r\n# '), Buffer.from([0xe9, 0x0a])]),
    'file_not_text',
    /0xE9 at line 2, column 3/,
  ],
  ['a character cut off', Buffer.from([0x23, 0xe2, 0x82]), 'file_not_text', /0xE2 at line 1, column 2/],
  ['a NUL', `${good}description: a\0b\n`, 'file_not_text', /0x00 at line 4, column 15/],
  ['10 MB', 'x'.repeat(10_000_000), 'file_too_large', /10000000 bytes/],
])('%s is refused with its place', async (_, content, code, message) => {
  const path = write('a.segue.yaml', content);
  await expect(readSources(path, folder)).rejects.toMatchObject({
    failure: { code, message: expect.stringMatching(message) },
  });
});

test('a mark at the beginning of UTF-8 is no part of the text', async () => {
  const path = write('a.segue.yaml', `\ufeff${good}`);
  expect((await readSources(path, folder)).sources).toEqual({ 'a.segue.yaml': good });
});

test('a folder, and a configuration that is one', async () => {
  mkdirSync(join(folder, 'b.segue.yaml'));
  await expect(readSources(join(folder, 'b.segue.yaml'), folder)).rejects.toMatchObject({
    failure: { code: 'file_not_file' },
  });
  await expect(readSources(join(folder, 'c.segue.yaml'), folder)).rejects.toMatchObject({
    failure: { code: 'file_not_found' },
  });
  const path = write('a.segue.yaml', good);
  mkdirSync(join(folder, '.segue/config.yaml'), { recursive: true });
  await expect(readSources(path, folder)).rejects.toMatchObject({ failure: { code: 'file_not_file' } });
});

test('where a file stands in the place of .segue or its data, runs are kept elsewhere', () => {
  const env = { XDG_STATE_HOME: join(folder, 'state') };
  const path = write('one/a.segue.yaml', good);
  write('one/.segue', 'a file');
  expect(findDataDir(path, { cwd: join(folder, 'one'), env }).notice).toContain('is a file');
  write('two/.segue/data', 'a file');
  expect(findDataDir(write('two/a.segue.yaml', good), { env }).notice).toContain('is a file');
});

async function checkOutput(name: string, content: string): Promise<{ code: number; text: string }> {
  write(name, content);
  const stdout = new PassThrough();
  const stream = stdout as unknown as NodeJS.WriteStream;
  const stdin = new PassThrough() as unknown as NodeJS.ReadStream;
  const terminal = {
    stdin,
    stdout: stream,
    stderr: stream,
    env: {},
    cwd: folder,
    painter: plainPainter,
    notes: plainPainter,
  };
  const installation = { version: '0', engineScript: '', languageServerScript: '' };
  const code = await check({ terminal, installation }, [name], {});
  return { code, text: String(stdout.read()) };
}

test('nothing of a file or its name reaches the terminal as an order', async () => {
  const evil = '\\e[31mred\\e]0;title\\a\\r\\x9b2J\\u202e';
  const keys = `"${evil}": 1\nagents: { "${evil}": { model: "${evil}" } }\ntasks: { t: { agent: "${evil}", when: "${evil}" } }\n`;
  const { code, text } = await checkOutput('a\u001b[31m.segue.yaml', `segue: "1"\nname: x\n${keys}`);
  expect(code).toBe(1);
  expect(text.split('\n').length).toBeGreaterThan(3);
  expect(text).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202e]/);
});

test.each([
  ['integer', '1.5x'],
  ['integer', ''],
  ['object', '{a: 1}'],
  ['array', '[1,'],
  ['boolean', 'yes'],
  ['number', '@nowhere.json'],
  ['integer', '@.'],
])('an input of type %s is not %j', (type, text) => {
  const given = () => parseInputs([`n=${text}`], new Map([['n', { type }]]), folder);
  expect(given).toThrow(expect.objectContaining({ failure: expect.objectContaining({ code: 'invalid_input' }) }));
});

test('links that lead nowhere or in a circle are files that are not there', async () => {
  symlinkSync('nowhere', join(folder, 'a.segue.yaml'));
  symlinkSync('b.segue.yaml', join(folder, 'b.segue.yaml'));
  for (const name of ['a.segue.yaml', 'b.segue.yaml']) {
    await expect(readSources(join(folder, name), folder)).rejects.toMatchObject({
      failure: { code: 'file_not_found' },
    });
  }
});
