import { readdirSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { Diagnostic } from '../../workflow/index.ts';
import { documentedCodes } from './diagnostics-page.ts';
import { diagnosticsOf, languageFixtures, shownElsewhere } from './language-fixtures.ts';
import { type NearMiss, nearMisses, nearMissesOfShape } from './near-misses.ts';

const rules = readdirSync(fileURLToPath(new URL('../../workflow/rules/', import.meta.url))).map((name) =>
  basename(name, '.ts'),
);
/** What several rules share. */
const helpers = ['difference', 'given-input', 'index', 'judge-needs-score', 'removal', 'rule'];

it('every rule has a near miss', () => {
  expect(rules.filter((rule) => !helpers.includes(rule) && !(rule in nearMisses))).toEqual([]);
});

const misses = [...Object.values(nearMisses).flat(), ...nearMissesOfShape];

describe('one edit is enough', () => {
  it.each(misses)('$code in $fixture: $from', (miss) => {
    const path = pathOf(miss.fixture);
    const text = readFileSync(path, 'utf8');
    expect(text.split(miss.from)).toHaveLength(2);
    expect(
      codesIn(
        path,
        text.replace(miss.from, () => miss.to),
        miss,
      ),
    ).toBeLessThan(codesIn(path, text, miss));
  });
});

it('a fix mends what it is a fix for', () => {
  const useless = languageFixtures.flatMap((path) => {
    const text = readFileSync(path, 'utf8');
    const found = diagnosticsOf(path, text);
    return found.flatMap((finding) => {
      const mended = fixed(text, finding);
      if (mended === undefined || codesIn(path, mended, finding) < codesIn(path, text, finding)) return [];
      return [`${basename(path)}: ${finding.code}: ${finding.message}`];
    });
  });
  expect(useless).toEqual([]);
});

it('every code has a near miss, or a fix', () => {
  const fixable = languageFixtures.flatMap((path) =>
    diagnosticsOf(path, readFileSync(path, 'utf8')).flatMap(({ code, fixes }) => (fixes?.[0] ? [code] : [])),
  );
  const known = new Set([...misses.map(({ code }) => code), ...fixable, ...shownElsewhere]);
  expect([...documentedCodes.keys()].filter((code) => !known.has(code))).toEqual([]);
});

function pathOf(fixture: string): string {
  return languageFixtures.find((path) => /\/([^/]*?)(?:\.segue)?\.yaml$/.exec(path)?.[1] === fixture) ?? fixture;
}

function codesIn(path: string, text: string, { code }: Pick<NearMiss, 'code'>): number {
  return diagnosticsOf(path, text).filter((finding) => finding.code === code).length;
}

/** The text after the first fix of a finding; undefined: it has none. */
function fixed(text: string, { fixes }: Diagnostic): string | undefined {
  const edits = fixes?.[0]?.edits.toSorted((a, b) => b.range.start - a.range.start);
  return edits?.reduce((now, { range, newText }) => now.slice(0, range.start) + newText + now.slice(range.end), text);
}
