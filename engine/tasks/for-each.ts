// A for_each: its items are children that begin in order while there is room. It stops when an item fails
// (`on_item_error: stop`) or its time is up; what runs is then cut first.
import type { Failure, Json } from '../../run/index.ts';
import { failure } from '../../run/index.ts';
import type { ForEachTask, ParallelTask } from '../../workflow/model/model.ts';
import { completeTask, failTask } from './ending.ts';
import { type EndExtras, timeoutFailure, timeoutSet } from './facts.ts';
import type { CoreState, Draft, ItemsState, TaskNode } from './state.ts';

/** Looks at a for_each that has begun and is not being cancelled from outside. */
export function lookAtForEach(state: CoreState, node: TaskNode, task: ForEachTask, draft: Draft): void {
  const { items } = node;
  if (!items) return;
  if (node.timeout === 'none' && task.timeoutMs !== undefined && items.open > 0) {
    draft.facts.push(timeoutSet(node, node.startedAt, task.timeoutMs));
  }
  if (node.stopping) {
    if (items.active === 0) failTask(state, node, stopFailure(node, task, items), draft, itemExtras(items));
    return;
  }
  if (items.open > 0) return;
  if (items.firstFailed && task.onItemError !== 'continue') {
    return failTask(state, node, itemFailure(node, items.firstFailed), draft, itemExtras(items));
  }
  const errors = errorsOf(items);
  completeTask(state, node, outputsOf(items), draft, errors.length > 0 ? { errors } : {});
}

/** True when a change of this kind makes a for_each stop: what `fold` asks. */
export function stopsForEach(node: TaskNode): boolean {
  if (node.task.type !== 'for_each' || !node.items) return false;
  return node.timeout === 'fired' || (node.task.onItemError === 'stop' && node.items.firstFailed !== undefined);
}

/** What is known of the items when the for_each ends without completing. */
export function itemExtras(items: ItemsState): EndExtras {
  const errors = errorsOf(items);
  return { ...(errors.length > 0 && { errors }), partial: outputsOf(items) };
}

/** The room for children that `max_parallel` leaves. */
export function roomOf(task: ForEachTask | ParallelTask, items: ItemsState): number {
  return (task.maxParallel ?? Number.POSITIVE_INFINITY) - items.active - items.offered;
}

/** In the order of the items; null where there is none. */
function outputsOf(items: ItemsState): Json[] {
  return items.children.map((child) => (child.status === 'completed' ? (child.output ?? null) : null));
}

function errorsOf(items: ItemsState): { index: number; error: Failure }[] {
  return items.children.flatMap((child, index) =>
    child.status === 'failed' && child.error ? [{ index, error: child.error }] : [],
  );
}

function stopFailure(node: TaskNode, task: ForEachTask, items: ItemsState): Failure {
  if (node.timeout === 'fired') return timeoutFailure(node, task.timeoutMs, 'items');
  if (items.firstFailed) return itemFailure(node, items.firstFailed);
  return failure('stopped', `${node.path} was stopped.`);
}

function itemFailure(node: TaskNode, child: TaskNode): Failure {
  const { error } = child;
  return failure(
    'item_failed',
    `Item ${child.item?.index ?? 0} of ${node.path} failed: ${error?.message ?? 'no reason'}`,
    {
      ...(error?.remedy !== undefined && { remedy: error.remedy }),
      details: { index: child.item?.index ?? 0, code: error?.code ?? 'unknown' },
    },
  );
}
