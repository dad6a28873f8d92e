import { describe, expect, it } from 'vitest';
import type { Cell, Row } from './rows.ts';
import { median, verdictOf } from './table.ts';

const row: Row = {
  ...{ id: 'chain', title: 'chain', measure: 'chain', record: 'disk', figure: 'stepUs', unit: 'µs', shape: 'chain' },
  ...{ target: { atMost: 400, ratio: 2 }, needsMb: 1, syncs: true },
};

function cellsOf(own: Cell, peer?: Cell): ReadonlyMap<string, Cell> {
  return new Map([['chain segue', own], ...(peer ? [['chain mastra', peer] as const] : [])]);
}

describe('the verdict', () => {
  it('judges the figure and the ratio, each for itself', () => {
    const cells = cellsOf({ values: [350] }, { values: [600] });
    expect(verdictOf(row, cells, true)).toBe('figure holds, ratio falls short');
    expect(verdictOf(row, cellsOf({ values: [450] }, { values: [900] }), true)).toBe('figure falls short, ratio holds');
  });

  it('makes no ratio of a peer that is not there, or failed once', () => {
    expect(verdictOf(row, cellsOf({ values: [350] }), true)).toBe('figure holds, ratio unknown');
    const failed = { values: [9_000], problem: 'failed (1): no' };
    expect(verdictOf(row, cellsOf({ values: [350] }, failed), true)).toBe('figure holds, ratio unknown');
  });

  it('says why when Segue itself has no figure', () => {
    expect(verdictOf(row, cellsOf({ values: [1], problem: 'failed (1): no' }), true)).toBe('failed (1): no');
  });

  it('does not judge syncs that cost nothing', () => {
    expect(verdictOf(row, cellsOf({ values: [1] }), false)).toBe('not judged (tmpfs)');
  });
});

describe('the median', () => {
  it('is the middle one, or the mean of the two in the middle', () => {
    expect(median([3, 1, 2])).toBe(2);
    expect(median([4, 1, 2, 3])).toBe(2.5);
    expect(median([])).toBeNaN();
  });
});
