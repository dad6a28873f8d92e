/** A binary heap: the item that compares lowest comes out first. */
export interface Heap<T> {
  readonly size: number;
  push(item: T): void;
  pop(): T | undefined;
  peek(): T | undefined;
}

/** An empty heap, ordered by `compare` (negative: the first comes out before the second). */
export function newHeap<T>(compare: (a: T, b: T) => number): Heap<T> {
  const items: T[] = [];
  return {
    get size() {
      return items.length;
    },
    push(item) {
      items.push(item);
      siftUp(items, items.length - 1, compare);
    },
    pop() {
      const first = items[0];
      const last = items.pop();
      if (last !== undefined && items.length > 0) {
        items[0] = last;
        siftDown(items, compare);
      }
      return first;
    },
    peek() {
      return items[0];
    },
  };
}

function siftUp<T>(items: T[], from: number, compare: (a: T, b: T) => number): void {
  let at = from;
  while (at > 0) {
    const parent = (at - 1) >> 1;
    if (!swapIfBefore(items, at, parent, compare)) return;
    at = parent;
  }
}

function siftDown<T>(items: T[], compare: (a: T, b: T) => number): void {
  let at = 0;
  for (;;) {
    const left = 2 * at + 1;
    if (left >= items.length) return;
    const [a, b] = [items[left], items[left + 1]];
    const child = a !== undefined && b !== undefined && compare(b, a) < 0 ? left + 1 : left;
    if (!swapIfBefore(items, child, at, compare)) return;
    at = child;
  }
}

function swapIfBefore<T>(items: T[], lower: number, upper: number, compare: (a: T, b: T) => number): boolean {
  const [a, b] = [items[lower], items[upper]];
  if (a === undefined || b === undefined || compare(a, b) >= 0) return false;
  items[lower] = b;
  items[upper] = a;
  return true;
}
