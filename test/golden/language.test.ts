// Golden fixtures of the language, and the page that is made of them. `npm run golden` writes the page anew.
import { readFileSync, writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { diagnosticsPage, documentedCodes } from './diagnostics-page.ts';
import { languageFixtures, markedFixture, shownElsewhere } from './language-fixtures.ts';

const isWritten = process.env['SEGUE_GOLDEN'] === 'write';
const paths = new Map(languageFixtures.map((path) => [basename(path), path]));

describe('language fixtures', () => {
  it.each([...paths.keys()])('%s', (name) => {
    const { found, marks } = markedFixture(paths.get(name) ?? name);
    expect(found).toEqual(marks);
  });

  it('show every code that docs/language.md lists, and no other', () => {
    const marks = languageFixtures.flatMap((path) => markedFixture(path).marks);
    const shown = new Set([...marks.map((mark) => mark.split(/[ :]/)[3] ?? ''), ...shownElsewhere]);
    expect([...shown].sort()).toEqual([...documentedCodes.keys()].sort());
  });
});

it('docs/diagnostics.md explains every code, with an example from the fixtures', () => {
  const path = fileURLToPath(new URL('../../docs/diagnostics.md', import.meta.url));
  const page = diagnosticsPage();
  if (isWritten) writeFileSync(path, page);
  else expect(readFileSync(path, 'utf8')).toBe(page);
  const shown = [...page.matchAll(/^## ([a-z-]+)\n\n.+\n\n```yaml$/gm)].map((match) => match[1] ?? '');
  expect([...documentedCodes.keys()].filter((code) => !shown.includes(code) && !shownElsewhere.includes(code))).toEqual(
    [],
  );
});
