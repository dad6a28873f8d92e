// From an offset to what stands there in the tree.
import type { Node, Path, Range } from '../../workflow/index.ts';
import { touches } from './ranges.ts';

export interface Found {
  /** The way to the key or value. */
  readonly path: Path;
  readonly on: 'key' | 'value';
  readonly range: Range;
  readonly node: Node;
}

/** @returns the innermost key or scalar at an offset; undefined between them */
export function findAt(root: Node | undefined, offset: number): Found | undefined {
  const path: (string | number)[] = [];
  let node = root;
  while (node) {
    if (node.kind === 'scalar') {
      return touches(node.range, offset) ? { path, on: 'value', range: node.range, node } : undefined;
    }
    if (node.kind === 'list') {
      const index = node.items.findIndex((item) => touches(item.range, offset));
      path.push(index);
      node = node.items[index];
      continue;
    }
    // The last that fits: where one pair ends the next may begin.
    const pair = node.pairs.findLast(
      (candidate) => touches(candidate.range, offset) || touches(candidate.value.range, offset),
    );
    if (!pair) return undefined;
    path.push(pair.key);
    if (touches(pair.keyNode.range, offset)) return { path, on: 'key', range: pair.keyNode.range, node: pair.value };
    node = pair.value;
  }
  return undefined;
}
