import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { longestText } from './longest-text.ts';

describe('the longest text of a value', () => {
  it('is never shorter than its JSON text', () => {
    const any = fc.jsonValue({ stringUnit: 'binary' as const });
    fc.assert(fc.property(any, (value) => longestText(value) >= JSON.stringify(value).length));
    for (const text of ['\u0000\u001f"\\', '\ud800', '😀']) {
      expect(longestText({ [text]: [text] })).toBeGreaterThanOrEqual(JSON.stringify({ [text]: [text] }).length);
    }
    expect(longestText(-Number.MAX_VALUE)).toBeGreaterThanOrEqual(String(-Number.MAX_VALUE).length);
  });
});
