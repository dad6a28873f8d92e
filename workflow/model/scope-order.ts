// Which of two tasks comes first, wherever they stand: the tasks of a scope that hold them are compared.
import type { BodyDraft, TaskDraft } from './draft.ts';
import type { Resolution } from './resolution.ts';

/** Where a task stands in another one. */
interface Holder {
  readonly task: TaskDraft;
  /** What of it is held: branches stand side by side, all else comes one after the other. */
  readonly branch?: string;
}

/** Steps that all questions about one file may take together; beyond it everything counts as ordered. */
const maxSteps = 500_000;

export class ScopeOrder {
  readonly #resolution: Resolution;
  readonly #holders = new Map<TaskDraft, Holder>();
  readonly #before = new Map<TaskDraft, ReadonlySet<TaskDraft>>();
  #steps = 0;

  /** @param tasks every task of the file */
  constructor(tasks: readonly TaskDraft[], resolution: Resolution) {
    this.#resolution = resolution;
    for (const task of tasks) this.#hold(task);
  }

  #hold(task: TaskDraft): void {
    const { body, stages, branches = [], onError } = task;
    const put = (held: BodyDraft, branch?: string): void => {
      for (const one of held.kind === 'graph' ? held.scope.tasks : [held.task])
        this.#holders.set(one, branch === undefined ? { task } : { task, branch });
    };
    if (body) put(body);
    if (onError.kind === 'fallback') put(onError.body, 'fallback');
    for (const stage of stages?.tasks ?? []) this.#holders.set(stage, { task });
    for (const branch of branches) put(branch.body, branch.name);
  }

  /**
   * Why two tasks may be under way at the same time, or in either order: as elements of a list, or because neither needs
   * the other; undefined if they can not.
   */
  clashOf(a: TaskDraft, b: TaskDraft): 'elements' | 'tasks' | undefined {
    const [first, second] = [this.#around(a), this.#around(b)];
    let level = 0;
    while (first[level] && first[level] === second[level]) level += 1;
    const shared = first.slice(0, level);
    if (shared.some(isParallelList)) return 'elements';
    const [one, other] = [first[level], second[level]];
    if (!one || !other) return undefined; // One stands in the other, or both are the same.
    return this.#areUnordered(one, other) ? 'tasks' : undefined;
  }

  /** @param one in the same task as the other, or in no task like it */
  #areUnordered(one: TaskDraft, other: TaskDraft): boolean {
    const [inOne, inOther] = [this.#holders.get(one), this.#holders.get(other)];
    if (inOne?.branch !== inOther?.branch) {
      const isFallback = inOne?.branch === 'fallback' || inOther?.branch === 'fallback';
      return !isFallback && !isOneByOne(inOne?.task);
    }
    return !this.#isBefore(one, other) && !this.#isBefore(other, one) && !this.#areAlternatives(one, other);
  }

  /** A task and those in which it stands, the outermost first. */
  #around(task: TaskDraft): readonly TaskDraft[] {
    const around = [task];
    for (let holder = this.#holders.get(task); holder; holder = this.#holders.get(holder.task))
      around.push(holder.task);
    return around.reverse();
  }

  #isBefore(a: TaskDraft, b: TaskDraft): boolean {
    return this.#allBefore(b).has(a) || this.#steps > maxSteps;
  }

  #allBefore(task: TaskDraft): ReadonlySet<TaskDraft> {
    const known = this.#before.get(task);
    if (known) return known;
    const before = new Set<TaskDraft>();
    this.#addNeeds(task, before);
    for (const at of before) this.#addNeeds(at, before);
    this.#before.set(task, before);
    return before;
  }

  #addNeeds(task: TaskDraft, before: Set<TaskDraft>): void {
    this.#steps += 1;
    if (this.#steps > maxSteps) return;
    for (const id of [...this.#resolution.needsOf(task), ...this.#resolution.choosersOf(task)]) {
      const need = task.scope?.byId.get(id);
      if (need) before.add(need);
    }
  }

  /** Whether one condition chooses either the one or the other. */
  #areAlternatives(a: TaskDraft, b: TaskDraft): boolean {
    const [first, second] = [this.#chosenWith(a), this.#chosenWith(b)];
    return [...first].some(([chooser, cases]) => {
      const others = second.get(chooser);
      return others !== undefined && ![...cases].some((one) => others.has(one));
    });
  }

  /** The cases in which a task runs, by the condition that decides: of itself and of what it can not do without. */
  #chosenWith(task: TaskDraft): ReadonlyMap<TaskDraft, ReadonlySet<number>> {
    const chosen = new Map<TaskDraft, ReadonlySet<number>>();
    const open = new Set([task]);
    for (const at of open) {
      this.#steps += 1;
      const ids = this.#resolution.choosersOf(at);
      const chooser = ids.length === 1 ? at.scope?.byId.get(ids[0] ?? '') : undefined;
      if (chooser?.read?.type === 'condition') chosen.set(chooser, casesFor(chooser, at.id));
      if (at.read?.triggerRule !== 'all_success' || this.#steps > maxSteps) continue;
      for (const id of this.#resolution.needsOf(at)) {
        const need = at.scope?.byId.get(id);
        if (need) open.add(need);
      }
    }
    return chosen;
  }
}

/** The places of the cases that choose a task; -1 is `else`. */
function casesFor({ read }: TaskDraft, id: string): ReadonlySet<number> {
  if (read?.type !== 'condition') return new Set();
  const cases = read.cases.flatMap(({ to }, place) => (to.includes(id) ? [place] : []));
  return new Set(read.otherwise.includes(id) ? [...cases, -1] : cases);
}

/** Elements of a list that are worked on side by side. */
function isParallelList({ read }: TaskDraft): boolean {
  return read?.type === 'for_each' && read.maxParallel !== 1;
}

function isOneByOne(task: TaskDraft | undefined): boolean {
  return task?.read?.type === 'parallel' && task.read.maxParallel === 1;
}
