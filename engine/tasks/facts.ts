import type { Failure, Json, JsonObject, TaskEnded, TaskStarted } from '../../run/index.ts';
import { staticPathOf, type TaskNode } from './state.ts';

/** What ends with a task beside its output or error. */
export interface EndExtras {
  readonly reason?: string;
  readonly errors?: NonNullable<TaskEnded['errors']>;
  readonly partial?: Json;
  readonly shared?: JsonObject;
}

/** The fact that a task began, with its resolved input, or with the failure that it begins with. */
export function taskStarted(node: TaskNode, input: Json | undefined, error?: Failure): TaskStarted {
  return {
    type: 'task-started',
    path: node.path,
    staticPath: staticPathOf(node),
    ...(input !== undefined && { input }),
    ...(node.item && { item: node.item }),
    round: node.round,
    ...(error && { error }),
  };
}

/** The fact that a task ended. */
export function taskEnded(
  node: TaskNode,
  status: TaskEnded['status'],
  more: EndExtras & { readonly output?: Json; readonly error?: Failure } = {},
): TaskEnded {
  return { type: 'task-ended', path: node.path, staticPath: staticPathOf(node), round: node.round, status, ...more };
}
