// Which tasks can begin at all. Sure things only: each need is looked at by itself, so what is said never to begin never
// does, and what is not may still never do.
import { foregone } from '../expressions/index.ts';
import type { ReadTask, ScopeDraft, TaskDraft } from './draft.ts';
import { dependencyOrder } from './order.ts';
import type { Resolution } from './resolution.ts';

/** Why a task never begins. */
export interface Blocked {
  readonly by: 'need' | 'chooser' | 'terminate';
  /** The task that is in the way. */
  readonly on: TaskDraft;
  /** True if somebody wrote it so: a task that is `disabled`, or has `when: false`. */
  readonly meant: boolean;
}

interface Reach {
  readonly completes: boolean;
  readonly skipped: boolean;
  readonly fails: boolean;
  /** Undefined: it can begin, or it is its own `when` or `disabled` that keeps it. */
  readonly blocked?: Blocked;
  readonly meant: boolean;
}

const unknown: Reach = { completes: true, skipped: true, fails: true, meant: false };

/** @returns the tasks of a scope that never begin, in the order in which they depend on each other */
export function neverBegin(scope: ScopeDraft, resolution: Resolution): ReadonlyMap<TaskDraft, Blocked> {
  const reached = new Map<TaskDraft, Reach>();
  const { order, cycles } = dependencyOrder(scope);
  if (cycles.length > 0) return new Map();
  for (const task of order) reached.set(task, reachOf(task, reached, resolution));
  return new Map([...reached].flatMap(([task, { blocked }]) => (blocked ? [[task, blocked] as const] : [])));
}

type Known = ReadonlyMap<TaskDraft, Reach>;

function reachOf(task: TaskDraft, known: Known, resolution: Resolution): Reach {
  const needs = tasksNamed(task, resolution.needsOf(task));
  const blocked = blockedByNeeds(task, needs, known) ?? blockedByChoosers(task, known, resolution);
  const begun = blocked ? never(blocked) : begins(task);
  return task.onError.kind === 'fail' || task.onError.kind === 'fail_run' || !begun.fails
    ? begun
    : { ...begun, completes: begun.completes || !blocked };
}

function tasksNamed(task: TaskDraft, ids: readonly string[]): readonly TaskDraft[] {
  return ids.flatMap((id) => task.scope?.byId.get(id) ?? []);
}

/** Behind a `terminate` nothing ends any more; else a task that never begins is skipped, if after a failure. */
function never(blocked: Blocked): Reach {
  const ends = blocked.by !== 'terminate';
  return { completes: false, skipped: ends, fails: ends, blocked, meant: blocked.meant };
}

function begins({ read }: TaskDraft): Reach {
  if (!read) return unknown;
  const value = read.when ? foregone(read.when) : true;
  if (read.disabled || value === false) {
    const meant = read.disabled || read.when?.kind === 'constant';
    return { completes: false, skipped: true, fails: false, meant };
  }
  const skipped = value === undefined || (read.type === 'human' && read.onTimeout.kind === 'skip');
  if (read.type !== 'terminate') return { completes: true, skipped, fails: true, meant: false };
  return {
    completes: false,
    skipped,
    fails: read.message !== undefined && read.message.kind !== 'literal',
    meant: false,
  };
}

function blockedByNeeds({ read }: TaskDraft, needs: readonly TaskDraft[], known: Known): Blocked | undefined {
  const reach = (need: TaskDraft): Reach => known.get(need) ?? unknown;
  const endless = needs.find((need) => !reach(need).completes && !reach(need).skipped && !reach(need).fails);
  if (endless) return { by: 'terminate', on: reach(endless).blocked?.on ?? endless, meant: false };
  const inTheWay = needs.find((need) => !mayPass(read, reach(need)));
  if (inTheWay) return { by: 'need', on: inTheWay, meant: reach(inTheWay).meant };
  const rule = read?.triggerRule;
  if ((rule !== 'none_failed' && rule !== 'one_success') || needs.some((need) => reach(need).completes))
    return undefined;
  const [first] = needs;
  return first && { by: 'need', on: first, meant: needs.every((need) => reach(need).meant) };
}

/** Whether a need can end so that the trigger rule lets the task begin, as far as this need goes. */
function mayPass(read: ReadTask | undefined, { completes, skipped }: Reach): boolean {
  if (read?.triggerRule === 'all_success') return completes;
  return read?.triggerRule !== 'none_failed' || completes || skipped;
}

function blockedByChoosers(task: TaskDraft, known: Known, resolution: Resolution): Blocked | undefined {
  const choosers = tasksNamed(task, resolution.choosersOf(task));
  const [first] = choosers;
  const reach = (chooser: TaskDraft): Reach => known.get(chooser) ?? unknown;
  if (!first || choosers.some((chooser) => reach(chooser).completes && mayChoose(chooser, task.id))) return undefined;
  const ended = choosers.every((chooser) => reach(chooser).blocked?.by === 'terminate');
  return { by: ended ? 'terminate' : 'chooser', on: first, meant: choosers.every((chooser) => reach(chooser).meant) };
}

function mayChoose({ read, onError }: TaskDraft, id: string): boolean {
  if (read?.type !== 'condition' || onError.kind === 'default' || onError.kind === 'fallback') return true;
  for (const { when, to } of read.cases) {
    const value = foregone(when);
    if (value !== false && to.includes(id)) return true;
    if (value === true) return false;
  }
  return read.otherwise.includes(id);
}
