// What a core state says, without its caches and shapes: for comparing the live state with the fold of its log.
import type { CoreState, FileInstance, TaskNode } from '../../engine/tasks/index.ts';

/** The facts in a state, by name. */
export function essenceOf(state: CoreState): { readonly [name: string]: unknown } {
  const nodes = [...state.nodes.values()].map((node) => [`task ${node.path}`, essenceOfNode(node)] as const);
  return {
    seq: state.seq,
    at: state.at,
    ended: state.ended,
    interactive: state.interactive,
    cancelRequested: state.cancelRequested,
    inFlight: [...state.inFlight.keys()].sort(),
    waiting: [...state.waiting.keys()].sort(),
    questions: [...state.questions.keys()].sort(),
    answered: [...state.answered].sort(),
    timers: [...state.timers.values()].sort((a, b) => (a.id < b.id ? -1 : 1)),
    holds: [...state.holds],
    messages: state.messages,
    approvedTools: [...state.approvedTools].sort(),
    costNanoUsd: state.costNanoUsd,
    costKnown: state.costKnown,
    root: state.root && essenceOfFile(state.root),
    ...Object.fromEntries(nodes),
  };
}

function essenceOfFile({ inputs, shared, together, inFlight, failedBy, terminatedBy, scope }: FileInstance): unknown {
  return {
    inputs,
    shared,
    together,
    inFlight,
    open: scope.open,
    failedBy: failedBy?.path,
    terminatedBy: terminatedBy?.path,
  };
}

function essenceOfNode(node: TaskNode): unknown {
  const {
    task: _,
    file,
    called,
    owner,
    siblings: __,
    wants: ___,
    queued: ____,
    toLookAt: _____,
    items,
    rounds,
    parts,
    planning,
    scope,
    fallback,
    slots,
    ...plain
  } = node;
  return {
    ...plain,
    file: file.prefix,
    called: called && essenceOfFile(called),
    owner: owner?.path,
    slots: [...(slots?.values() ?? [])],
    items: items && {
      ...items,
      children: items.children.length,
      queue: items.queue.length,
      firstFailed: items.firstFailed?.path,
    },
    rounds: rounds && { children: rounds.children.length, allowed: rounds.allowed },
    parts: parts && [...parts.keys()],
    planning: planning && { ...planning, made: planning.made.map(({ of, document }) => ({ of, document })) },
    scope: scope && { open: scope.open },
    fallback: fallback?.path,
  };
}
