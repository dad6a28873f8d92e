// Nodes and slots as they come into being, and what can be asked of them where they stand.
import type { Json } from '../../run/index.ts';
import type { AgentTask, RouterTask } from '../../workflow/model/model.ts';
import type { AnyTask, CallSlot, CoreState, FileInstance, TaskNode } from './state.ts';

/** Tells whether a task asks an agent, as an agent task and a router do. */
export function asksAgent(task: AnyTask): task is AgentTask | RouterTask {
  return task.type === 'agent' || task.type === 'router';
}

export function isEnded(node: TaskNode): boolean {
  return node.status !== 'pending' && node.status !== 'running';
}

/** True for a task that calls models or tools itself. */
export function makesCalls({ type }: AnyTask): boolean {
  return type === 'agent' || type === 'tool' || type === 'router';
}

/** What is directly inside a task, whether it has begun or not; of a call, the tasks of the file that it calls. */
export function insideOf(node: TaskNode): readonly TaskNode[] {
  return [
    ...(node.items?.children ?? []),
    ...(node.rounds?.children ?? []),
    ...(node.parts?.values() ?? []),
    ...(node.scope?.nodes ?? []),
    ...(node.fallback ? [node.fallback] : []),
  ];
}

/** True when nothing may start here any more: the run or a file is being ended, or a composite around it stops. */
export function isStopping(state: CoreState, node: TaskNode): boolean {
  if (state.cancelRequested || isOwnerStopping(node)) return true;
  for (const file of filesAround(node)) if (file.failedBy || file.terminatedBy) return true;
  return false;
}

/** True when a `terminate` ends a file around the node. */
export function isBeingTerminated(node: TaskNode): boolean {
  for (const file of filesAround(node)) if (file.terminatedBy) return true;
  return false;
}

/** The files around a task, the innermost first. */
export function* filesAround(node: TaskNode): Generator<FileInstance> {
  for (let file: FileInstance | undefined = node.file; file; file = file.caller?.file) yield file;
}

/** The path of a task in the plan. */
export function staticPathOf({ file, task }: TaskNode): string {
  return `${file.prefix}${task.path}`;
}

/** True for a `terminate` that did its work; one that `on_error` made good did not. */
export function isTermination({ task, status, error }: TaskNode): boolean {
  return task.type === 'terminate' && status === 'completed' && error === undefined;
}

/** A fallback goes on although its own task has stopped, and so does a fusion when there are enough branches. */
function isOwnerStopping(node: TaskNode): boolean {
  for (let at = node; at.owner; at = at.owner) {
    if (at.owner.stopping && at.role !== 'fallback') return true;
    if (at.owner.items?.enough && at.role === 'item') return true;
  }
  return false;
}

/** A slot that has seen nothing yet. */
export function newSlot(key: string): CallSlot {
  return {
    key,
    ordinal: 0,
    reserved: false,
    attempt: 0,
    model: undefined,
    effect: 'none',
    phase: 'idle',
    sentBytes: 0,
    startedAt: 0,
    endedAt: 0,
    outcome: undefined,
    timeout: 'none',
    retry: 'none',
    wait: 'none',
    awaits: [],
    isAnswered: false,
    answered: 0,
    approval: 'none',
    lost: 'none',
    lostOutput: null,
    lostAsked: 0,
  };
}

/** What a node says of its present round before that has begun. */
export const notBegun = {
  status: 'pending',
  startError: undefined,
  output: undefined,
  reason: undefined,
  error: undefined,
  errors: undefined,
  partial: undefined,
  details: undefined,
  question: undefined,
  timeout: 'none',
  retry: 'none',
  stopping: false,
} as const;

/** A node of which nothing is known but its place. */
export function newNode(
  place: Pick<
    TaskNode,
    'path' | 'task' | 'file' | 'owner' | 'role' | 'siblings' | 'order' | 'priority' | 'locals' | 'item' | 'unmet'
  > & { readonly given?: Json },
): TaskNode {
  return {
    given: undefined,
    ...place,
    ...notBegun,
    round: 1,
    offered: false,
    startedAt: 0,
    input: undefined,
    slots: undefined,
    sent: undefined,
    asked: 0,
    omitted: undefined,
    measured: undefined,
    answeredBy: undefined,
    dueAt: undefined,
    items: undefined,
    rounds: undefined,
    verdicts: undefined,
    sentBackAt: 0,
    supervision: undefined,
    planning: undefined,
    parts: undefined,
    scope: undefined,
    called: undefined,
    fallback: undefined,
    costNanoUsd: 0,
    costKnown: true,
    tokens: 0,
    attempts: 0,
    toLookAt: false,
    wants: [],
    queued: false,
  };
}

/** Orders nodes as they stand in the file and in their lists. */
export function compareOrder(a: TaskNode, b: TaskNode): number {
  const shorter = Math.min(a.order.length, b.order.length);
  for (let i = 0; i < shorter; i += 1) {
    const difference = (a.order[i] ?? 0) - (b.order[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return a.order.length - b.order.length;
}

/** Orders nodes by priority, highest first, then as they stand. */
export function comparePriority(a: TaskNode, b: TaskNode): number {
  return b.priority - a.priority || compareOrder(a, b);
}
