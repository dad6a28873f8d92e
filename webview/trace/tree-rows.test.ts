import { describe, expect, it } from 'vitest';
import { emptyRunState, emptyTotals, type TreeNode } from '../../run/index.ts';
import { announcement, heardFrom } from './announcer.ts';
import { followedPath } from './follow.ts';
import { moveFor, nearestVisible, typeAhead, visibleRows } from './tree-rows.ts';

function node(path: string, more: Partial<TreeNode> = {}): TreeNode {
  return {
    path,
    staticPath: path,
    label: path,
    kind: 'task',
    type: 'agent',
    status: 'completed',
    totals: emptyTotals(),
    children: [],
    ...more,
  };
}

const item = (index: number, status: TreeNode['status']) =>
  node(`list[${index}]`, {
    kind: 'item',
    status,
    children: [node(`list[${index}]/call#1`, { kind: 'call', type: 'tool' })],
  });
const few = [
  node('ask'),
  node('list', { type: 'for_each', status: 'running', children: [item(0, 'completed'), item(1, 'running')] }),
];
const paths = (nodes: readonly TreeNode[], toggled = {}) => visibleRows(nodes, toggled).map(({ path }) => path);

describe('visibleRows', () => {
  it('begins with the overview and goes down what is open', () => {
    expect(paths(few)).toEqual(['', 'ask', 'list', 'list[0]', 'list[0]/call#1', 'list[1]', 'list[1]/call#1']);
    expect(paths(few, { list: false })).toEqual(['', 'ask', 'list']);
  });

  it('opens of a long list only the elements where something happens', () => {
    const items = Array.from({ length: 20 }, (_, index) => item(index, index === 7 ? 'failed' : 'completed'));
    const shown = paths([node('list', { children: items })]);
    expect(shown.filter((path) => path.endsWith('call#1'))).toEqual(['list[7]/call#1']);
  });

  it('keeps closed a task with one model call that did not fail', () => {
    const calls = (status: TreeNode['status']) => [node('ask/turn[1]#1', { kind: 'call', type: 'model', status })];
    expect(paths([node('ask', { children: calls('completed') })])).toEqual(['', 'ask']);
    expect(paths([node('ask', { children: calls('failed') })])).toHaveLength(3);
  });

  it('tells each row its place', () => {
    const rows = visibleRows(few, {});
    expect(rows.map(({ level, position, setSize }) => `${level}:${position}/${setSize}`).join(' ')).toBe(
      '1:1/3 1:2/3 1:3/3 2:1/2 3:1/1 2:2/2 3:1/1',
    );
  });
});

describe('moves', () => {
  const rows = visibleRows(few, { 'list[0]': false, 'list[1]': false });
  it.each([
    ['ArrowDown', 'ask', { type: 'select', path: 'list' }],
    ['ArrowUp', '', undefined],
    ['ArrowDown', 'list[1]', undefined],
    ['ArrowRight', 'list', { type: 'select', path: 'list[0]' }],
    ['ArrowRight', 'list[0]', { type: 'toggle', paths: ['list[0]'], open: true }],
    ['ArrowRight', 'ask', undefined],
    ['ArrowLeft', 'list[1]', { type: 'select', path: 'list' }],
    ['ArrowLeft', 'list', { type: 'toggle', paths: ['list'], open: false }],
    ['PageDown', '', { type: 'select', path: 'list' }],
    ['*', 'list[0]', { type: 'toggle', paths: ['list[0]', 'list[1]'], open: true }],
    ['x', 'ask', undefined],
  ])('%s at "%s"', (key, at, move) => {
    expect(moveFor(key, rows, at, 2)).toEqual(move);
  });

  it('finds rows by their first letters, from the current one on', () => {
    const label = ({ path }: { path: string }) => path;
    expect(typeAhead(rows, 'list', 'L', label)).toEqual({ type: 'select', path: 'list[0]' });
    expect(typeAhead(rows, 'list', 'li', label)).toEqual({ type: 'select', path: 'list' });
    expect(typeAhead(rows, 'list', 'a', label)).toEqual({ type: 'select', path: 'ask' });
    expect(typeAhead(rows, 'list', 'z', label)).toBeUndefined();
  });

  it('shows what is hidden as the nearest row above it', () => {
    const closed = visibleRows(few, { list: false });
    expect(nearestVisible(closed, 'list[1]/call#1')).toBe('list');
    expect(nearestVisible(closed, 'gone')).toBe('');
    expect(nearestVisible(closed, 'listing')).toBe('');
  });
});

describe('followedPath', () => {
  const state = { ...emptyRunState('r') };
  it('goes to the first task at work, and stays while it is', () => {
    const parallel = [node('a', { status: 'running' }), node('b', { status: 'running' })];
    expect(followedPath(state, parallel, '')).toBe('a');
    expect(followedPath(state, parallel, 'b')).toBe('b');
    expect(followedPath(state, few, '')).toBe('list[1]');
  });

  it('stays where it was between two tasks, and ends at the overview', () => {
    expect(followedPath(state, [node('a'), node('b', { status: 'pending' })], 'a')).toBe('a');
    expect(followedPath({ ...state, ended: 'completed' }, few, 'ask')).toBe('');
  });
});

describe('announcement', () => {
  const state = emptyRunState('r');
  const heard = (nodes: readonly TreeNode[]) => heardFrom(state, nodes);

  it('says what changed, and nothing else', () => {
    const before = [node('ask', { status: 'running' }), node('list', { status: 'pending' })];
    const now = [node('ask'), node('list', { status: 'running' })];
    expect(announcement(heard(before), heard(now), now)).toBe('ask completed. list running.');
    expect(announcement(heard(now), heard(now), now)).toBe('');
  });

  it('counts where much changed at once', () => {
    const now = Array.from({ length: 9 }, (_, index) => node(`t${index}`));
    expect(announcement(heard([]), heard(now), now)).toBe(
      't0 completed. t1 completed. t2 completed. And 6 more tasks changed.',
    );
  });
});
