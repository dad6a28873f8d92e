// Touches many nodes at once, for the rare events that concern them all.
import { type CoreState, type FileInstance, insideOf, isEnded, type TaskNode } from '../tasks/index.ts';

/** Everything that has not ended. */
export function touchOpen(state: CoreState): void {
  for (const node of state.nodes.values()) if (!isEnded(node)) state.touched.add(node);
}

/** Everything in a file that has not ended. */
export function touchFile(state: CoreState, { caller }: FileInstance): void {
  if (caller) touchInside(state, caller);
  else touchOpen(state);
}

/** Everything that has not begun, and the tasks whose fallback, next round or next part has not. */
export function touchPending(state: CoreState): void {
  for (const node of state.nodes.values()) {
    const begins = node.task.onError.kind === 'fallback' || node.rounds !== undefined || node.parts !== undefined;
    if (node.status === 'pending' || begins) state.touched.add(node);
  }
}

/** Everything under way inside a composite. */
export function touchInside(state: CoreState, node: TaskNode): void {
  for (const child of insideOf(node)) {
    if (isEnded(child)) continue;
    state.touched.add(child);
    touchInside(state, child);
  }
}
