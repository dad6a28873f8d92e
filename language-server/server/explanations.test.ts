import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, expect, it } from 'vitest';
import { explanationsFor, explanationsIn } from './explanations.ts';

const folder = mkdtempSync(join(tmpdir(), 'segue-explanations-'));
afterAll(() => rmSync(folder, { recursive: true }));
for (const name of ['docs', 'dist', 'bin']) mkdirSync(join(folder, name));
const page = join(folder, 'docs', 'diagnostics.md');
writeFileSync(page, '# What the checks say\n\n## cycle\n\nRound and round.\n\n## unknown-key\n');
const uri = pathToFileURL(page).href;
const client = { capabilities: { textDocument: { publishDiagnostics: { codeDescriptionSupport: true } } } };

it('leads to the line of a heading in a file, and to the heading of a page elsewhere', () => {
  const inFile = explanationsIn(uri);
  expect([inFile('cycle'), inFile('unknown-key'), inFile('no-such-code')]).toEqual([
    `${uri}#L3`,
    `${uri}#L7`,
    undefined,
  ]);
  expect(explanationsIn('https://example.com/codes')('cycle')).toBe('https://example.com/codes#cycle');
  expect(explanationsIn(undefined)('cycle')).toBeUndefined();
  expect(explanationsIn(pathToFileURL(join(folder, 'none.md')).href)('cycle')).toBeUndefined();
});

it('looks beside the bundle, also through a link, if the client names no page, and says nothing to those who can not open it', () => {
  const script = join(folder, 'dist', 'segue.cjs');
  writeFileSync(script, '');
  symlinkSync(script, join(folder, 'bin', 'segue'));
  const found = explanationsFor({ ...client, initializationOptions: undefined }, join(folder, 'bin', 'segue'));
  expect(found('cycle')?.endsWith('/docs/diagnostics.md#L3')).toBe(true);
  const named = explanationsFor({ ...client, initializationOptions: { docs: uri } }, undefined);
  expect(named('cycle')).toBe(`${uri}#L3`);
  const elsewhere = explanationsFor({ ...client, initializationOptions: {} }, join(folder, 'gone.cjs'));
  expect(elsewhere('cycle')).toBeUndefined();
  expect(explanationsFor({ capabilities: {}, initializationOptions: { docs: uri } }, script)('cycle')).toBeUndefined();
});
