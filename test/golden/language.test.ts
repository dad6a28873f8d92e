import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { describe, expect, it } from 'vitest';
import { languageFixtures, markedFixture } from './language-fixtures.ts';

const paths = new Map(languageFixtures.map((path) => [basename(path), path]));

describe('language fixtures', () => {
  it.each([...paths.keys()])('%s', (name) => {
    const { found, marks } = markedFixture(paths.get(name) ?? name);
    expect(found).toEqual(marks);
  });

  it('show every code that docs/language.md lists, and no other', () => {
    const marks = languageFixtures.flatMap((path) => markedFixture(path).marks);
    const shown = new Set([...marks.map((mark) => mark.split(/[ :]/)[3] ?? ''), ...shownElsewhere]);
    expect([...shown].sort()).toEqual([...documentedCodes()].sort());
  });
});

/** Codes of agent files (`agent-files.test.ts`), and of texts too large for a fixture; `document.test.ts`, `test/bad-input` and the tests of expressions show them. */
const shownElsewhere = [
  'file-too-large',
  'too-deep',
  'too-many-aliases',
  'expression-too-large',
  'more-findings',
  'too-many-calls',
  'agent-file',
  'not-an-agent',
];

function documentedCodes(): ReadonlySet<string> {
  const docs = readFileSync(new URL('../../docs/language.md', import.meta.url), 'utf8');
  const table = docs.slice(docs.indexOf('## What the checks say'));
  return new Set([...table.matchAll(/^\| `([a-z-]+)` \|/gm)].map((match) => match[1] ?? ''));
}
