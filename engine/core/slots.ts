// Who may make a call next. Every file under way has a limit of its own, and what is inside counts in all files around
// it. Invariants:
//   P1. A node that wants a slot stands in `state.ready`, or is parked at one file around it that has no room.
//   P2. Each slot that comes free in a file lets the first of those parked there try again; if that one has nothing to
//       want any more, or has no room in another file around it, the next. So the first of all that have room is always
//       found, and nobody is asked twice for nothing.
import { comparePriority, type CoreState, type FileInstance, filesAround, isEnded } from '../tasks/index.ts';
import type { TaskNode, Want } from '../tasks/index.ts';
import { newHeap } from './heap.ts';

/** Tells whether a call of this node would have a slot in every file around it. */
export function hasRoom(node: TaskNode): boolean {
  return fullFileAround(node) === undefined;
}

/** The first want that has room, by priority. It stays where it is: what is recorded takes it out. */
export function firstWant(state: CoreState): Want | undefined {
  for (let node = state.ready.pop(); node; node = state.ready.pop()) {
    const [want] = node.wants;
    const full = want && !isEnded(node) ? fullFileAround(node) : undefined;
    if (want && !isEnded(node) && !full) {
      state.ready.push(node);
      return want;
    }
    if (full) park(state, full, node);
    else node.queued = false;
    for (const file of filesAround(node)) if (!isFull(file)) unpark(state, file);
  }
  return undefined;
}

/** Takes note of a call that leaves, in every file around it. */
export function takeSlot(node: TaskNode): void {
  for (const file of filesAround(node)) file.inFlight += 1;
}

/** Takes note of a call that has ended: whoever waited for its slot may try again. */
export function freeSlot(state: CoreState, node: TaskNode): void {
  for (const file of filesAround(node)) {
    file.inFlight -= 1;
    unpark(state, file);
  }
}

function fullFileAround(node: TaskNode): FileInstance | undefined {
  for (const file of filesAround(node)) if (isFull(file)) return file;
  return undefined;
}

function isFull({ workflow, inFlight }: FileInstance): boolean {
  const { maxParallel } = workflow.limits;
  return maxParallel !== undefined && inFlight >= maxParallel;
}

function park(state: CoreState, file: FileInstance, node: TaskNode): void {
  const parked = state.parked.get(file) ?? newHeap(comparePriority);
  state.parked.set(file, parked);
  parked.push(node);
}

function unpark(state: CoreState, file: FileInstance): void {
  const node = state.parked.get(file)?.pop();
  if (node) state.ready.push(node);
}
