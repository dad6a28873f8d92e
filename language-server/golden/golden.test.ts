// Golden fixtures of the features: see `marks.ts` for what stands in them. `npm run golden` writes the answers anew.
import { readFileSync, writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import { describe, expect, it } from 'vitest';
import { answeredFixture, features, fixtures } from './fixtures.ts';
import { marksIn } from './marks.ts';

const isWritten = process.env['SEGUE_GOLDEN'] === 'write';
const paths = new Map(fixtures.map((path) => [basename(path), path]));

describe('feature fixtures', () => {
  it.each([...paths.keys()])('%s', (name) => checkFixture(paths.get(name) ?? name));

  it('ask every feature', () => {
    const shown = fixtures.flatMap((path) => marksIn(readFileSync(path, 'utf8'), features));
    expect([...features].filter((feature) => !shown.some((mark) => mark.feature === feature))).toEqual([]);
  });
});

function checkFixture(path: string): void {
  const { text, answered } = answeredFixture(path);
  if (isWritten) writeFileSync(path, answered);
  else expect(answered).toBe(text);
}
