// What a YAML or JSON text says, with the exact place of everything. Small on purpose: three kinds of node, no tags,
// no anchors; an alias is the node it names.
import type { Range } from '../model/model.ts';

export type ScalarStyle = 'plain' | 'single-quoted' | 'double-quoted' | 'literal' | 'folded';

/** A string, number, bool or null. A value that was left out is a plain null with an empty range. */
export interface ScalarNode {
  readonly kind: 'scalar';
  readonly value: string | number | boolean | null;
  /** The text as YAML reads it: of a string its value, of a plain number the digits as written (`1.10`). */
  readonly text: string;
  readonly style: ScalarStyle;
  /** The scalar with its quotes, or with its block header. */
  readonly range: Range;
  /** Maps an offset in `text` to one in the file. Exact, or the start of the scalar where it can not be known. */
  toFileOffset(offset: number): number;
}

export interface Pair {
  readonly key: string;
  readonly keyNode: ScalarNode;
  readonly value: Node;
  /** From the start of the key to the end of the value. */
  readonly range: Range;
}

export interface MapNode {
  readonly kind: 'map';
  /** In file order. A repeated key stays here as often as it was written; the first one counts. */
  readonly pairs: readonly Pair[];
  readonly range: Range;
  /** Written with braces. */
  readonly flow: boolean;
}

export interface ListNode {
  readonly kind: 'list';
  readonly items: readonly Node[];
  readonly range: Range;
  readonly flow: boolean;
}

export type Node = ScalarNode | MapNode | ListNode;

/** @returns the first pair with this key, if `node` is a map that has one. */
export function pairOf(node: Node | undefined, key: string): Pair | undefined {
  return node?.kind === 'map' ? node.pairs.find((pair) => pair.key === key) : undefined;
}

/** @returns the value under this key, if `node` is a map that has it. */
export function valueOf(node: Node | undefined, key: string): Node | undefined {
  return pairOf(node, key)?.value;
}

/** Tells whether nothing was written where a value could stand. */
export function isMissing(node: Node | undefined): boolean {
  return node === undefined || (node.kind === 'scalar' && node.value === null && node.range.start === node.range.end);
}

/** @returns the pairs of a map, the first of each key; of anything else none. */
export function pairsOf(node: Node | undefined): readonly Pair[] {
  if (node?.kind !== 'map') return [];
  const seen = new Set<string>();
  return node.pairs.filter((pair) => !seen.has(pair.key) && seen.add(pair.key));
}

/** @returns the items of a list; of anything else none. */
export function itemsOf(node: Node | undefined): readonly Node[] {
  return node?.kind === 'list' ? node.items : [];
}
