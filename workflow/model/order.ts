// The order in which the tasks of a scope depend on each other, and where that order bites its own tail. Iterative: a
// chain of ten thousand tasks is a legal file.
import type { ScopeDraft, TaskDraft } from './draft.ts';
import type { Range } from './model.ts';

/** A task that another one waits for, and the text that says so. */
export interface Dependency {
  readonly on: TaskDraft;
  readonly range: Range;
}

/** A reference that closes a cycle, and the cycle: each task depends on the next, the last on the first. */
export interface Cycle {
  readonly range: Range;
  readonly tasks: readonly TaskDraft[];
}

interface Order {
  readonly order: readonly TaskDraft[];
  readonly cycles: readonly Cycle[];
}

const known = new WeakMap<ScopeDraft, Order>();

/** To be asked when all references are linked. @returns the tasks, each after those it depends on (as far as cycles allow), and all cycles. */
export function dependencyOrder(scope: ScopeDraft): Order {
  const found = known.get(scope) ?? computeOrder(scope);
  known.set(scope, found);
  return found;
}

function computeOrder(scope: ScopeDraft): Order {
  const dependencies = dependenciesIn(scope);
  const order: TaskDraft[] = [];
  const cycles: Cycle[] = [];
  const finished = new Set<TaskDraft>();
  for (const start of scope.byId.values()) {
    const path = [{ task: start, next: 0 }];
    const onPath = new Set([start]);
    while (path.length > 0 && !finished.has(start)) {
      const at = path[path.length - 1];
      if (!at) break;
      const dependency = dependencies.get(at.task)?.[at.next];
      at.next += 1;
      if (!dependency) {
        path.pop();
        onPath.delete(at.task);
        finished.add(at.task);
        order.push(at.task);
      } else if (onPath.has(dependency.on)) {
        const from = path.findIndex((step) => step.task === dependency.on);
        cycles.push({ range: dependency.range, tasks: path.slice(from).map((step) => step.task) });
      } else if (!finished.has(dependency.on)) {
        path.push({ task: dependency.on, next: 0 });
        onPath.add(dependency.on);
      }
    }
  }
  return { order, cycles };
}

/** For each task what it waits for, each task once: listed needs, names in expressions, and conditions that may choose it. */
function dependenciesIn(scope: ScopeDraft): ReadonlyMap<TaskDraft, readonly Dependency[]> {
  const found = new Map<TaskDraft, Map<TaskDraft, Dependency>>();
  const add = (task: TaskDraft | undefined, on: TaskDraft | undefined, range: Range): void => {
    if (!task || !on) return;
    const known = found.get(task) ?? new Map<TaskDraft, Dependency>();
    if (!known.has(on)) known.set(on, { on, range });
    found.set(task, known);
  };
  for (const task of scope.byId.values()) {
    for (const use of task.explicitNeeds) add(task, scope.byId.get(use.name), use.range);
    for (const [name, range] of task.implied) add(task, scope.byId.get(name), range);
    for (const use of task.choices) add(scope.byId.get(use.name), task, use.range);
  }
  return new Map([...found].map(([task, on]) => [task, [...on.values()]]));
}
