import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { emptyRunState, fold, type RunEvent } from '../../run/index.ts';
import { createLiveView } from './live-view.ts';
import { columnsOf, cutTo, endOf, plainPainter } from './style.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const range = { file: 'a.segue.yaml', startLine: 0, startColumn: 0, endLine: 1, endColumn: 0 };
const labels = Array.from({ length: 40 }, (_, at) => `t${at}`);
const started: RunEvent = {
  type: 'run-started',
  seq: 1,
  at: 0,
  actor: { kind: 'person', via: 'terminal' },
  semantics: 1,
  plan: {
    name: 'a',
    file: 'a.segue.yaml',
    inputs: {},
    tasks: labels.map((path) => ({ path, label: path, type: 'set', range, needs: [], children: [] })),
  },
  sources: {},
  workspace: '/w',
  inputs: {},
  env: {},
  mock: false,
  interactive: true,
  trusted: true,
  tools: [],
  prices: {},
};

/** Shows a run of 40 tasks in which `path` is running; gives what is drawn on a screen of this size. */
function drawn(path: string, rows: number, columns: number) {
  const texts: string[] = [];
  const screen = { rows, columns, write: (text: string) => void texts.push(text) };
  const view = createLiveView(screen, plainPainter);
  const state = fold(emptyRunState('r'), started);
  const event: RunEvent = { type: 'task-started', path, staticPath: path, round: 1, seq: 2, at: 1 };
  view.update({ type: 'event', event }, fold(state, event));
  return { texts, screen, view };
}

/** What stands on the screen after one drawing, without what moves the cursor. */
function linesOf(text = ''): string[] {
  const lines = text.split('\n').map((line) => line.slice(line.lastIndexOf('\u001b[2K') + 4));
  return lines.slice(0, -1);
}

test.each([
  [24, 80],
  [8, 40],
  [5, 20],
  [2, 20],
  [1, 5],
])('a drawing fits into %i rows and leaves one for the cursor', (rows, columns) => {
  const { texts, view } = drawn('t20', rows, columns);
  vi.advanceTimersByTime(100);
  expect(linesOf(texts[0]).length).toBeLessThanOrEqual(Math.max(1, rows - 1));
  view.clear();
});

test.each(['t0', 't20', 't39'])('of a tree that is too long, the running task %s is seen', (path) => {
  const { texts, view } = drawn(path, 8, 60);
  vi.advanceTimersByTime(100);
  expect(linesOf(texts[0]).some((line) => line.includes(`${path} `))).toBe(true);
  view.clear();
});

test('each drawing begins where the last one began, also in a window that was made narrower', () => {
  const { texts, screen, view } = drawn('t1', 10, 60);
  vi.advanceTimersByTime(200);
  const height = linesOf(texts[0]).length;
  expect(texts[1]).toContain(`\u001b[${height}A`);
  screen.columns = 7;
  vi.advanceTimersByTime(100);
  expect(texts[2]).toContain('\u001b[9A');
  view.clear();
  expect(texts.at(-1)).toContain('\u001b[?25h');
});

test('columns are counted as terminals show them', () => {
  expect(['abc', '日本語', '🎉!', 'e\u0301', '\u001b[31mred\u001b[39m'].map(columnsOf)).toEqual([3, 6, 3, 1, 3]);
  expect(cutTo('日本語', 5)).toBe('日本…');
  expect(cutTo('日本語', 6)).toBe('日本語');
  expect(endOf('日本語', 4)).toBe('…語');
  expect(endOf('word', 4)).toBe('word');
});
