// The names that tasks give to what is inside them: the element of a `for_each`, the round of a `loop`, …
import { itemsOf, type Node, pairsOf, type Range, valueOf } from '../../../workflow/index.ts';
import { isWithin, textAt } from './task-sites.ts';

/** @returns the names that a place in a file sees because of the tasks that it stands in */
export function boundAround(root: Node | undefined, place: Range): ReadonlySet<string> {
  const names = new Set<string>();
  let node = root;
  while (node && node.kind !== 'scalar') {
    const map: Node = node;
    const step: readonly [string, Node] | undefined = childrenOf(map).find(([, child]) => isWithin(place, child.range));
    if (step) for (const name of boundBy(map, step[0])) names.add(name);
    node = step?.[1];
  }
  return names;
}

/** @returns all names that something inside a node is given by a task in it */
export function boundInside(node: Node): ReadonlySet<string> {
  const own = childrenOf(node).flatMap(([key]) => boundBy(node, key));
  return new Set([...own, ...childrenOf(node).flatMap(([, child]) => [...boundInside(child)])]);
}

function childrenOf(node: Node): readonly (readonly [string, Node])[] {
  return node.kind === 'list'
    ? itemsOf(node).map((item) => ['', item] as const)
    : pairsOf(node).map(({ key, value }) => [key, value] as const);
}

/** What a task lets the value of one of its keys name. */
function boundBy(task: Node, key: string): readonly string[] {
  const gate = valueOf(task, 'gate') ? ['gate', 'round'] : [];
  switch (key) {
    case 'do':
      return [...gate, ...(textAt(task, 'type') === 'for_each' ? elementNames(task) : ['output', 'round'])];
    case 'while':
      return ['output', 'round'];
    case 'until':
      return ['output', 'critique', 'round'];
    case 'fallback':
      return ['error'];
    case 'gate':
      return ['output', 'round'];
    default:
      return gate;
  }
}

function elementNames(task: Node): readonly string[] {
  const as = textAt(task, 'as') ?? 'item';
  return [as, as === 'item' ? 'index' : `${as}_index`];
}
