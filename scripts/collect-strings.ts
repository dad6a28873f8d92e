/**
 * Collects the extension's strings (`l10n.t('…')`) into `l10n/bundle.l10n.json`, which translators start from.
 * `test/tidy/manifest.test.ts` fails when the file is not what this writes.
 *
 *   node scripts/collect-strings.ts
 */
import { globSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
const call = /\bl10n\.t\(\s*/g;
const literal = /'((?:[^'\\\n]|\\.)*)'/y;

/** The text of the bundle: every string once, sorted. Throws at a call whose string is not written there. */
export function collectStrings(): string {
  const files = globSync('extension/**/*.ts', { cwd: root }).sort();
  const strings = new Set(files.flatMap((file) => stringsOf(file, readFileSync(join(root, file), 'utf8'))));
  const sorted = [...strings].sort((a, b) => (a < b ? -1 : 1));
  return `${JSON.stringify(Object.fromEntries(sorted.map((text) => [text, text])), null, 2)}\n`;
}

function stringsOf(file: string, text: string): string[] {
  return [...text.matchAll(call)].map((match) => {
    literal.lastIndex = match.index + match[0].length;
    const found = literal.exec(text)?.[1];
    const line = text.slice(0, match.index).split('\n').length;
    if (found === undefined) throw new Error(`${file}:${line}: l10n.t needs its string in place, in single quotes`);
    return found.replace(/\\(.)/g, (_, char: string) => (char === 'n' ? '\n' : char));
  });
}

if (import.meta.main) writeFileSync(join(root, 'l10n/bundle.l10n.json'), collectStrings());
