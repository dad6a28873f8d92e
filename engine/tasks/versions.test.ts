import { describe, expect, it } from 'vitest';
import { bestOf, type Version } from './versions.ts';

describe('the best version', () => {
  it.each([
    ['the only one', [0], 1],
    ['the highest score', [0.2, 0.9, 0.5], 2],
    ['the earliest of equals', [0.2, 0.7, 0.7, 0.1], 2],
    ['a score below zero, if nothing is better', [-3, -1, -2], 2],
  ])('%s', (_, scores, round) => {
    expect(bestOf(scores.map(version))?.round).toBe(round);
  });

  it('is none where there is no version', () => {
    expect(bestOf([])).toBeUndefined();
  });
});

function version(score: number, index: number): Version {
  return { round: index + 1, output: `v${index + 1}`, critique: { score }, score };
}
