// The tasks of a file as they are written: where each stands, and in which scope.
import { type MapNode, type Node, type Pair, pairsOf, type Range, valueOf } from '../../../workflow/index.ts';
import { touches } from '../ranges.ts';

/** A map of tasks that see each other. */
export interface ScopeSite {
  readonly tasks: MapNode;
  /** What the static paths of its tasks begin with: empty at the top of the file, `per_repo[]/` in a body. */
  readonly prefix: string;
  /** The body that holds it; undefined at the top of the file. */
  readonly body?: MapNode;
  /** The tasks that it stands in, the innermost first. */
  readonly around: readonly TaskSite[];
}

/** A task with an id of its own. */
export interface TaskSite {
  readonly id: string;
  /** Its static path as people name it, without the brackets of tries. */
  readonly path: string;
  readonly pair: Pair;
  readonly scope: ScopeSite;
}

/** @returns the tasks that a range touches, all of the innermost scope that holds the range, in file order */
export function selectedTasks(root: Node | undefined, range: Range): readonly TaskSite[] {
  const found = taskSitesIn(root).filter(({ pair }) => pair.range.start <= range.end && range.start <= pair.range.end);
  const inner = found.findLast(({ scope }) => isWithin(range, scope.tasks.range))?.scope;
  return found.filter(({ scope }) => scope === inner);
}

/** @returns the innermost task at the start of a range */
export function taskAt(root: Node | undefined, { start }: Range): TaskSite | undefined {
  return taskSitesIn(root).findLast(({ pair }) => touches(pair.range, start));
}

/** @returns every task of a file that has an id, outer ones before what is inside them */
export function taskSitesIn(root: Node | undefined): readonly TaskSite[] {
  const tasks = valueOf(root, 'tasks');
  return tasks?.kind === 'map' ? inScope({ tasks, prefix: '', around: [] }) : [];
}

function inScope(scope: ScopeSite): readonly TaskSite[] {
  return pairsOf(scope.tasks).flatMap((pair) => {
    const site = { id: pair.key, path: `${scope.prefix}${pair.key}`, pair, scope };
    return [site, ...insideTask(pair.value, site.path, [site, ...scope.around])];
  });
}

function insideTask(node: Node, path: string, around: readonly TaskSite[]): readonly TaskSite[] {
  const bodies = [
    { node: valueOf(node, 'do'), path: `${path}[]` },
    { node: valueOf(valueOf(node, 'on_error'), 'fallback'), path: `${path}/fallback` },
    ...['branches', 'stages'].flatMap((key) =>
      pairsOf(valueOf(node, key)).map((pair) => ({ node: pair.value, path: `${path}/${pair.key}` })),
    ),
  ];
  return bodies.flatMap(({ node: body, path: inside }) => {
    // An alias gives a body that is written elsewhere.
    if (!body || !isWithin(body.range, node.range)) return [];
    const tasks = valueOf(body, 'tasks');
    if (body.kind === 'map' && tasks?.kind === 'map') return inScope({ tasks, prefix: `${inside}/`, body, around });
    return insideTask(body, inside, around);
  });
}

/** Whether a range lies in another. */
export function isWithin(inner: Range, outer: Range): boolean {
  return outer.start <= inner.start && inner.end <= outer.end;
}

/** @returns the text of a scalar under a key */
export function textAt(node: Node | undefined, key: string): string | undefined {
  const value = valueOf(node, key);
  return value?.kind === 'scalar' && value.value !== null ? value.text : undefined;
}
