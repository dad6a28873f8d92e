// What follows from what has happened. Invariants:
//   D1. Nothing but the state decides: same events, same future, from any prefix of them. So one step is given at a
//       time: the facts of one node, or one call.
//   D2. `decide` looks only at touched nodes; `decideAll` looks at every node and gives the same.
//   D3. A call is named only when no fact is left to record, so it is one that the record already implies.
import type { Fact } from '../../run/index.ts';
import type { Call } from '../ports/index.ts';
import {
  compareOrder,
  comparePriority,
  type CoreState,
  type Draft,
  lookAt,
  startFact,
  type TaskNode,
  type Want,
} from '../tasks/index.ts';
import { endOfRun } from './outcome.ts';
import { firstWant, hasRoom } from './slots.ts';

/** The next step: facts to record, or a call to make, or neither. Fold what comes of it and ask again. */
export interface Decision {
  /** The facts of one node. */
  readonly facts: readonly Fact[];
  /** The call that comes first, by priority, if there is room for one. */
  readonly start: Call | undefined;
  /** Paths of calls in flight to cut. One may be named more than once. */
  readonly cancels: readonly string[];
}

/** Looks at what was touched, in canonical order, up to the first node that has facts to tell. */
export function decide(state: CoreState): Decision {
  if (!isUnderWay(state)) return nothing;
  queueTouched(state);
  const draft = newDraft();
  for (let node = state.looks.pop(); node; node = state.looks.pop()) {
    node.toLookAt = false;
    node.wants = looked(state, node, draft);
    if (node.wants.length > 0 && !node.queued) {
      node.queued = true;
      state.ready.push(node);
    }
    if (draft.facts.length > 0) return { facts: draft.facts, start: undefined, cancels: draft.cancels };
  }
  return step(state, firstWant(state), draft);
}

/** Looks at everything: the oracle of `decide`. Leaves the caches as they are. */
export function decideAll(state: CoreState): Decision {
  if (!isUnderWay(state)) return nothing;
  const draft = newDraft();
  const wanting = new Map<TaskNode, readonly Want[]>();
  for (const node of [...state.nodes.values()].sort(compareOrder)) {
    const wants = looked(state, node, draft);
    if (wants.length > 0) wanting.set(node, wants);
    if (draft.facts.length > 0) return { facts: draft.facts, start: undefined, cancels: draft.cancels };
  }
  const [first] = [...wanting.keys()].filter(hasRoom).sort(comparePriority);
  return step(state, first && wanting.get(first)?.[0], draft);
}

/** The first of the calls that the arbiter made wait and that are among `paths`, if there is room for it. */
export function waitingCall(state: CoreState, paths: ReadonlySet<string>): Call | undefined {
  if (paths.size === 0 || !isUnderWay(state)) return undefined;
  let first: TaskNode | undefined;
  for (const path of paths) {
    const node = state.waiting.get(path)?.node;
    if (node && (!first || comparePriority(node, first) < 0) && hasRoom(node)) first = node;
  }
  return first && callsThatWait(state, first).find(({ path }) => paths.has(path));
}

const nothing: Decision = { facts: [], start: undefined, cancels: [] };

function isUnderWay(state: CoreState): boolean {
  return state.root !== undefined && state.ended === undefined;
}

function queueTouched(state: CoreState): void {
  for (const node of state.touched) {
    if (node.toLookAt) continue;
    node.toLookAt = true;
    state.looks.push(node);
  }
  state.touched.clear();
}

function newDraft(): Draft & { cancels: string[] } {
  return { facts: [], wants: [], cancels: [], askedTools: new Set() };
}

function looked(state: CoreState, node: TaskNode, draft: Draft): readonly Want[] {
  draft.wants = [];
  lookAt(state, node, draft);
  return draft.wants;
}

function step(state: CoreState, want: Want | undefined, { cancels }: Draft): Decision {
  switch (want?.type) {
    case 'begin':
      return { facts: [startFact(state, want.node)], start: undefined, cancels };
    case 'call':
      return { facts: [], start: want.build(), cancels };
    case undefined: {
      const end = cancels.length === 0 ? endOfRun(state) : undefined;
      return { facts: end ? [end] : [], start: undefined, cancels };
    }
  }
}

/** A waiting call as its slot would make it now: looked at as if it did not wait. */
function callsThatWait(state: CoreState, node: TaskNode): readonly Call[] {
  const slots = [...state.waiting.values()].filter((waiting) => waiting.node === node).map(({ slot }) => slot);
  for (const slot of slots) slot.phase = slot.outcome ? 'ended' : 'idle';
  const wants = looked(state, node, newDraft());
  for (const slot of slots) slot.phase = 'waiting';
  return wants.flatMap((want) => (want.type === 'call' ? [want.build()] : []));
}
