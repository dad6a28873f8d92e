// The tree as a list of visible rows, and how the keyboard moves through it. Pure; the element draws what it says.
import type { TreeNode } from '../../run/index.ts';

/** One visible row. `position` counts from 1 among `setSize` siblings, `level` from 1. */
export interface Row {
  readonly path: string;
  /** Undefined on the first row, which stands for the run as a whole. */
  readonly node: TreeNode | undefined;
  readonly level: number;
  readonly position: number;
  readonly setSize: number;
  /** Undefined if nothing is below it. */
  readonly open: boolean | undefined;
}

/** Path of the row that stands for the run as a whole. */
export const overviewPath = '';

/** Elements of a longer list stay closed unless something happens in them. */
const openElementsUpTo = 12;

type Toggled = { readonly [path: string]: boolean };

/** The rows that can be seen, from top to bottom: the overview, then the tasks with what is open below them. */
export function visibleRows(nodes: readonly TreeNode[], toggled: Toggled): readonly Row[] {
  const setSize = nodes.length + 1;
  const rows: Row[] = [{ path: overviewPath, node: undefined, level: 1, position: 1, setSize, open: undefined }];
  nodes.forEach((node, index) => addRows(rows, node, { level: 1, position: index + 2, setSize }, toggled));
  return rows;
}

function addRows(
  rows: Row[],
  node: TreeNode,
  place: { level: number; position: number; setSize: number },
  toggled: Toggled,
): void {
  const open = node.children.length > 0 ? (toggled[node.path] ?? opensByItself(node, place.setSize)) : undefined;
  rows.push({ path: node.path, node, ...place, open });
  if (!open) return;
  const setSize = node.children.length;
  node.children.forEach((child, index) =>
    addRows(rows, child, { level: place.level + 1, position: index + 1, setSize }, toggled),
  );
}

/** A task with one model call says all about it in its own row; long lists open where something happens. */
function opensByItself(node: TreeNode, siblings: number): boolean {
  const [only, ...more] = node.children;
  const oneCall = only?.kind === 'call' && only.type === 'model' && more.length === 0 && only.status !== 'failed';
  if (oneCall) return false;
  const quiet = node.status !== 'running' && node.status !== 'waiting' && node.status !== 'failed';
  return !(node.kind === 'item' && siblings > openElementsUpTo && quiet);
}

/** Every path at which something can be opened. */
export function openablePaths(nodes: readonly TreeNode[]): readonly string[] {
  return nodes.flatMap((node) => (node.children.length > 0 ? [node.path, ...openablePaths(node.children)] : []));
}

/** The node at a path, wherever it is in the tree. */
export function findNode(nodes: readonly TreeNode[], path: string): TreeNode | undefined {
  for (const node of nodes) {
    if (node.path === path) return node;
    if (!path.startsWith(node.path)) continue;
    const below = findNode(node.children, path);
    if (below) return below;
  }
  return undefined;
}

/** The path itself if its row can be seen, else the nearest row above it that can. */
export function nearestVisible(rows: readonly Row[], path: string): string {
  const holds = (row: Row) =>
    row.path !== overviewPath && path.startsWith(row.path) && /^[[/]/.test(path.slice(row.path.length));
  return rows.find((row) => row.path === path)?.path ?? rows.findLast(holds)?.path ?? overviewPath;
}

/** What a key does in the tree. */
export type TreeMove =
  | { readonly type: 'select'; readonly path: string }
  | { readonly type: 'toggle'; readonly paths: readonly string[]; readonly open: boolean };

/**
 * The move of a key, as the ARIA practices for a tree view have it; undefined if the key means nothing here.
 * `pageRows` is how many rows fit on the screen.
 */
export function moveFor(key: string, rows: readonly Row[], at: string, pageRows: number): TreeMove | undefined {
  const index = Math.max(
    0,
    rows.findIndex((row) => row.path === at),
  );
  const row = rows[index];
  if (!row) return undefined;
  switch (key) {
    case 'ArrowDown':
      return select(rows[index + 1]);
    case 'ArrowUp':
      return select(rows[index - 1]);
    case 'Home':
      return select(rows[0]);
    case 'End':
      return select(rows.at(-1));
    case 'PageDown':
      return select(rows[Math.min(rows.length - 1, index + pageRows)]);
    case 'PageUp':
      return select(rows[Math.max(0, index - pageRows)]);
    case 'ArrowRight':
      if (row.open === undefined) return undefined;
      return row.open ? select(rows[index + 1]) : { type: 'toggle', paths: [row.path], open: true };
    case 'ArrowLeft':
      if (row.open) return { type: 'toggle', paths: [row.path], open: false };
      return select(rows.slice(0, index).findLast((other) => other.level === row.level - 1));
    case '*':
      return { type: 'toggle', paths: closedSiblings(rows, index), open: true };
    default:
      return undefined;
  }
}

/** The next row, from the current one on, whose label begins with what was typed. */
export function typeAhead(
  rows: readonly Row[],
  at: string,
  typed: string,
  label: (row: Row) => string,
): TreeMove | undefined {
  const index = rows.findIndex((row) => row.path === at);
  // A first letter looks further; more letters refine, so the current row may stay.
  const from = typed.length === 1 ? index + 1 : Math.max(0, index);
  const order = [...rows.slice(from), ...rows.slice(0, from)];
  return select(order.find((row) => label(row).toLowerCase().startsWith(typed.toLowerCase())));
}

function select(row: Row | undefined): TreeMove | undefined {
  return row && { type: 'select', path: row.path };
}

function closedSiblings(rows: readonly Row[], index: number): string[] {
  const level = rows[index]?.level ?? 1;
  const isAbove = (row: Row) => row.level < level;
  const start = rows.slice(0, index).findLastIndex(isAbove) + 1;
  const after = rows.slice(index).findIndex(isAbove);
  const siblings = rows.slice(start, after < 0 ? rows.length : index + after).filter((row) => row.level === level);
  return siblings.filter((row) => row.open === false).map((row) => row.path);
}
