/** The size of each file in `dist/`, and how it changed since the build before: growth is seen in review. */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

/** Bytes per file name. */
type Sizes = Record<string, number>;

/**
 * Writes the sizes of today to `recordFile` and returns a table that compares them with what it held.
 * @param dist folder with the built files; source maps are left out, for they are not shipped
 */
export function reportSizes(dist: string, recordFile: string): string {
  const before: Sizes = existsSync(recordFile) ? JSON.parse(readFileSync(recordFile, 'utf8')) : {};
  const files = readdirSync(dist).filter((name) => !name.endsWith('.map'));
  const now: Sizes = {};
  const rows = [['file', 'KB', 'gzip KB', 'change']];
  for (const name of files.sort()) {
    const bytes = readFileSync(join(dist, name));
    now[name] = bytes.length;
    rows.push([name, kilobytes(bytes.length), kilobytes(gzipSync(bytes).length), change(before[name], bytes.length)]);
  }
  writeFileSync(recordFile, JSON.stringify(now));
  return table(rows);
}

function kilobytes(bytes: number): string {
  return (bytes / 1024).toFixed(1);
}

function change(before: number | undefined, now: number): string {
  if (before === undefined) return 'new';
  if (before === now) return '';
  return `${now > before ? '+' : '-'}${kilobytes(Math.abs(now - before))}`;
}

function table(rows: readonly (readonly string[])[]): string {
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? [];
  const pad = (cell: string, column: number) =>
    column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0);
  return rows.map((row) => row.map(pad).join('  ').trimEnd()).join('\n');
}
