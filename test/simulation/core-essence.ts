// What a core state says, without its caches and shapes: for comparing the live state with the fold of its log.
import type { CoreState, TaskNode } from '../../engine/tasks/index.ts';

/** The facts in a state, by name. */
export function essenceOf(state: CoreState): { readonly [name: string]: unknown } {
  const nodes = [...state.nodes.values()].map((node) => [`task ${node.path}`, essenceOfNode(node)] as const);
  return {
    seq: state.seq,
    at: state.at,
    ended: state.ended,
    interactive: state.interactive,
    cancelRequested: state.cancelRequested,
    failedBy: state.failedBy?.path,
    terminatedBy: state.terminatedBy?.path,
    inFlight: [...state.inFlight.keys()].sort(),
    waiting: [...state.waiting.keys()].sort(),
    questions: [...state.questions.keys()].sort(),
    answered: [...state.answered].sort(),
    timers: [...state.timers.values()].sort((a, b) => (a.id < b.id ? -1 : 1)),
    holds: [...state.holds],
    approvedTools: [...state.approvedTools].sort(),
    shared: state.shared,
    costNanoUsd: state.costNanoUsd,
    costKnown: state.costKnown,
    open: state.root?.open,
    ...Object.fromEntries(nodes),
  };
}

function essenceOfNode(node: TaskNode): unknown {
  const {
    task: _,
    owner,
    siblings: __,
    wants: ___,
    queued: ____,
    toLookAt: _____,
    items,
    rounds,
    scope,
    fallback,
    slots,
    ...plain
  } = node;
  return {
    ...plain,
    owner: owner?.path,
    slots: [...(slots?.values() ?? [])],
    items: items && {
      ...items,
      children: items.children.length,
      queue: items.queue.length,
      firstFailed: items.firstFailed?.path,
    },
    rounds: rounds && { children: rounds.children.length, allowed: rounds.allowed },
    scope: scope && { open: scope.open },
    fallback: fallback?.path,
  };
}
