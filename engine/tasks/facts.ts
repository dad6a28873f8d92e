import {
  type Failure,
  failure,
  formatDuration,
  type Json,
  type JsonObject,
  type PartFailure,
  type TaskEnded,
  type TaskStarted,
  type TimerSet,
} from '../../run/index.ts';
import { staticPathOf } from './nodes.ts';
import type { TaskNode } from './state.ts';

/** What ends with a task beside its output or error. */
export interface EndExtras {
  readonly reason?: string;
  readonly errors?: readonly PartFailure[];
  readonly partial?: Json;
  readonly shared?: JsonObject;
  readonly details?: JsonObject;
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

/** The fact that the `timeout` of a whole task counts. @param sinceMs when it began to, in epoch milliseconds */
export function timeoutSet({ path }: TaskNode, sinceMs: number, timeoutMs: number): TimerSet {
  return { type: 'timer-set', id: `${path}:timeout`, task: path, purpose: 'timeout', dueAt: sinceMs + timeoutMs };
}

/** Why a task with others inside it fails when its `timeout` is over. @param kept what a resume does not do again */
export function timeoutFailure(
  { path }: TaskNode,
  timeoutMs: number | undefined,
  kept: 'items' | 'rounds' | 'stages' | 'branches' | 'subtasks' | 'tasks',
): Failure {
  return failure('timeout', `${path} did not end within ${formatDuration(timeoutMs ?? 0)}.`, {
    remedy: `Raise its \`timeout\`, or resume the run: finished ${kept} are kept.`,
  });
}
