// The repository itself: it installs the same everywhere, and knows no machine.
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const root = join(import.meta.dirname, '../..');
const binary = /\.(png|ttf|wasm|db|ico|gif|woff2?)$/;

test('the lock file names no registry', () => {
  // `.npmrc` says omit-lockfile-registry-resolved, so that a mirror of today does not stand in every clone.
  expect(readFileSync(join(root, 'package-lock.json'), 'utf8')).not.toContain('"resolved"');
});

test('every version in package.json is exact', () => {
  const manifest: Record<string, Record<string, string>> = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const all = { ...manifest['dependencies'], ...manifest['devDependencies'] };
  const loose = Object.entries(all).filter(([, version]) => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version));
  expect(loose).toEqual([]);
});

test('no tracked file holds a path of one machine', () => {
  const privatePlaces = [`${root}/`, `${homedir()}/`].map((place) => place.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  // Written in two halves, so that this file does not find itself.
  const anywhere = ['/Us' + 'ers/\\w', '/ho' + 'me/\\w', '[A-Z]:\\\\Us' + 'ers\\\\\\w'];
  const pattern = new RegExp([...privatePlaces, ...anywhere].join('|'));
  const found = trackedTexts().flatMap(({ file, text }) => {
    const line = text.split('\n').findIndex((one) => pattern.test(one));
    return line < 0 ? [] : [`${file}:${line + 1}`];
  });
  expect(found).toEqual([]);
});

test('nothing built, cached or recorded is tracked', () => {
  const strays = trackedFiles().filter((file) => /(^|\/)(dist|node_modules|\.cache|screenshots)\/|\.vsix$/.test(file));
  expect(strays).toEqual([]);
});

function trackedFiles(): string[] {
  return execFileSync('git', ['ls-files', '-z'], { cwd: root, encoding: 'utf8' }).split('\0').filter(Boolean);
}

function trackedTexts(): { file: string; text: string }[] {
  const texts = trackedFiles().filter((file) => !binary.test(file) && existsSync(join(root, file)));
  return texts.map((file) => ({ file, text: readFileSync(join(root, file), 'utf8') }));
}
