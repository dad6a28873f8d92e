import {
  type CoreState,
  hasEnough,
  roomOf,
  stopsCall,
  stopsForEach,
  stopsLoop,
  stopsParallel,
  stopsPipeline,
  stopsReflect,
  stopsSupervisor,
  stopsPlanner,
  type TaskNode,
} from '../tasks/index.ts';
import { touchInside } from './touch.ts';

const stops = [
  stopsForEach,
  stopsLoop,
  stopsCall,
  stopsPipeline,
  stopsParallel,
  stopsReflect,
  stopsSupervisor,
  stopsPlanner,
];

/** Lets the next elements or branches begin while there is room. */
export function offerItems(state: CoreState, node: TaskNode): void {
  const { items, task } = node;
  if (!items || items.enough || node.stopping || (task.type !== 'for_each' && task.type !== 'parallel')) return;
  for (let room = roomOf(task, items); room > 0 && items.head < items.queue.length; items.head += 1) {
    const child = items.queue[items.head];
    if (!child || child.status !== 'pending') continue;
    child.offered = true;
    items.offered += 1;
    room -= 1;
    state.touched.add(child);
  }
}

/** Makes a composite or a call stop if it must; what runs inside is then looked at again. */
export function stopIfFailed(state: CoreState, node: TaskNode): void {
  if (node.stopping || !stops.some((stop) => stop(node))) return;
  node.stopping = true;
  state.touched.add(node);
  touchInside(state, node);
}

/** Cuts the branches that still run, once as many have completed as are wanted. */
export function cutIfEnough(state: CoreState, node: TaskNode): void {
  const { items } = node;
  if (!items || items.enough || !hasEnough(node)) return;
  items.enough = true;
  touchInside(state, node);
}
