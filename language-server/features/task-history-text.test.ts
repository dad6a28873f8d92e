import { describe, expect, test } from 'vitest';
import type { TaskPast } from '../protocol/index.ts';
import { pastInMarkdown, pastInOneLine } from './task-history-text.ts';

const last = {
  runId: 'r',
  status: 'completed',
  endedAt: 0,
  inputTokens: 1000,
  outputTokens: 200,
  costNanoUsd: 2_100_000,
  durationMs: 3400,
} as const;
const mean = { inputTokens: 900, outputTokens: 200, costNanoUsd: 2_000_000, durationMs: 3000 };

const lines: readonly (readonly [string, TaskPast, string])[] = [
  ['one run', { runs: 1, last, mean }, 'last $0.0021 · 1.2k tokens · 3.4 s'],
  [
    'several runs',
    { runs: 5, last, mean },
    'last $0.0021 · 1.2k tokens · 3.4 s · mean $0.002 · 1.1k tokens · 3.0 s (5 runs)',
  ],
  [
    'an unknown price',
    { runs: 1, last: { ...last, costNanoUsd: null }, mean: null },
    'last cost unknown · 1.2k tokens · 3.4 s',
  ],
  [
    'a failure',
    { runs: 3, last: { ...last, status: 'failed' }, mean: null },
    'last $0.0021 · 1.2k tokens · 3.4 s · failed',
  ],
  [
    'no model',
    { runs: 1, last: { ...last, inputTokens: 0, outputTokens: 0, costNanoUsd: 0 }, mean: null },
    'last 3.4 s',
  ],
];

describe('what past runs say', () => {
  test.each(lines)('%s', (_, past, line) => expect(pastInOneLine(past)).toBe(line));

  test('a hover shows the last value, and a fence in it does not end it', () => {
    expect(pastInMarkdown({ runs: 1, last: { ...last, value: '"a ``` b"' }, mean })).toBe(
      'Last value:\n\n````json\n"a ``` b"\n````\n\nPast runs: last $0.0021 · 1.2k tokens · 3.4 s',
    );
  });

  test('a long value is cut', () => {
    const text = pastInMarkdown({ runs: 1, last: { ...last, value: `"${'x'.repeat(1000)}"` }, mean });
    expect(text).toContain('x …\n```');
    expect(text.length).toBeLessThan(600);
  });
});
