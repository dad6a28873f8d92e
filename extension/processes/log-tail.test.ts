import { appendFileSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { LogTail } from './log-tail.ts';

let folder: string;
let path: string;
let tail: LogTail | undefined;
let shown: string[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'segue-test-'));
  path = join(folder, 'engine.log');
  shown = [];
});
afterEach(() => {
  tail?.dispose();
  rmSync(folder, { recursive: true, force: true });
});

function follow(): void {
  tail = new LogTail(path, (line) => shown.push(line));
}

test('entries are made readable; other lines stay as they are', () => {
  const entry = { level: 30, time: '2026-01-02T03:04:05.678Z', pid: 7, msg: 'engine listens', startMs: 12 };
  writeFileSync(path, `${JSON.stringify(entry)}\nnot json\n`);
  follow();
  expect(shown).toEqual(['03:04:05.678 info  engine listens {"startMs":12}', 'not json']);
});

test('lines come as they are written, whole', async () => {
  writeFileSync(path, 'one\n');
  follow();
  appendFileSync(path, 'tw');
  appendFileSync(path, 'o\nthree\n');
  await vi.waitFor(() => expect(shown).toEqual(['one', 'two', 'three']));
});

test('a new file in its place is followed', async () => {
  writeFileSync(path, 'a long line of the old file\n');
  follow();
  renameSync(path, `${path}.1`);
  writeFileSync(path, 'new\n');
  await vi.waitFor(() => expect(shown.at(-1)).toBe('new'));
});

test('of a long log only the end is shown, from the beginning of a line', () => {
  writeFileSync(path, `${'x'.repeat(99)}\n`.repeat(2_000));
  follow();
  expect(shown.length).toBeGreaterThan(600);
  expect(shown.length).toBeLessThan(700);
  expect(new Set(shown)).toEqual(new Set(['x'.repeat(99)]));
});
