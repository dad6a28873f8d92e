// What follows from what has happened. Invariants:
//   D1. Nothing but the state decides: same events, same future, from any prefix of them.
//   D2. `decide` looks only at touched nodes; `decideAll` looks at every node and gives the same.
//   D3. Calls are named only when no fact is left to record, so they are those that the record already implies.
import type { Fact } from '../../run/index.ts';
import type { Call } from '../ports/index.ts';
import {
  compareOrder,
  comparePriority,
  type CoreState,
  type Draft,
  isEnded,
  lookAt,
  startFact,
  type TaskNode,
  type Want,
} from '../tasks/index.ts';
import { endOfRun } from './outcome.ts';

/** What follows. As long as there are facts, `starts` is empty: fold them and ask again. */
export interface Decision {
  readonly facts: readonly Fact[];
  /** Calls to make, in order of priority; as many as `limits.max_parallel` leaves room for. */
  readonly starts: readonly Call[];
  /** Paths of calls in flight to cut. One may be named more than once. */
  readonly cancels: readonly string[];
}

/** Looks at what was touched since the last look. */
export function decide(state: CoreState): Decision {
  if (!isUnderWay(state)) return nothing;
  const nodes = [...state.touched];
  state.touched.clear();
  if (nodes.length > 1) nodes.sort(compareOrder);
  const draft = newDraft();
  for (const node of nodes) {
    node.wants = looked(state, node, draft);
    if (node.wants.length > 0 && !node.queued) {
      node.queued = true;
      state.ready.push(node);
    }
  }
  if (draft.facts.length > 0) return { facts: draft.facts, starts: [], cancels: draft.cancels };
  return fill(state, takeWants(state, freeSlots(state)), draft);
}

/** Looks at everything: the oracle of `decide`. Leaves the caches as they are. */
export function decideAll(state: CoreState): Decision {
  if (!isUnderWay(state)) return nothing;
  const draft = newDraft();
  const wanting = new Map<TaskNode, readonly Want[]>();
  for (const node of [...state.nodes.values()].sort(compareOrder)) {
    const wants = looked(state, node, draft);
    if (wants.length > 0) wanting.set(node, wants);
  }
  if (draft.facts.length > 0) return { facts: draft.facts, starts: [], cancels: draft.cancels };
  const inOrder = [...wanting.keys()].sort(comparePriority).flatMap((node) => wanting.get(node) ?? []);
  return fill(state, inOrder.slice(0, Math.max(0, freeSlots(state))), draft);
}

/** Those of the calls the arbiter made wait that are among `paths`, in order, as many as there is room for. */
export function waitingCalls(state: CoreState, paths: ReadonlySet<string>): readonly Call[] {
  if (paths.size === 0 || !isUnderWay(state)) return [];
  const waiting = [...state.waiting].flatMap(([path, { node }]) => (paths.has(path) ? [node] : []));
  const calls = [...new Set(waiting)].sort(comparePriority).flatMap((node) => callsThatWait(state, node));
  return calls.filter(({ path }) => paths.has(path)).slice(0, Math.max(0, freeSlots(state)));
}

const nothing: Decision = { facts: [], starts: [], cancels: [] };

function isUnderWay(state: CoreState): boolean {
  return state.root !== undefined && state.ended === undefined;
}

function newDraft(): Draft & { cancels: string[] } {
  return { facts: [], wants: [], cancels: [], askedTools: new Set() };
}

function looked(state: CoreState, node: TaskNode, draft: Draft): readonly Want[] {
  draft.wants = [];
  lookAt(state, node, draft);
  return draft.wants;
}

function freeSlots(state: CoreState): number {
  return (state.workflow.limits.maxParallel ?? Number.POSITIVE_INFINITY) - state.inFlight.size;
}

/** The first wants of the queue. They stay in it: what is recorded takes them out. */
function takeWants(state: CoreState, free: number): readonly Want[] {
  const taken: Want[] = [];
  const popped: TaskNode[] = [];
  while (taken.length < free) {
    const node = state.ready.pop();
    if (!node) break;
    if (node.wants.length === 0 || isEnded(node)) {
      node.queued = false;
      continue;
    }
    popped.push(node);
    taken.push(...node.wants.slice(0, free - taken.length));
  }
  for (const node of popped) state.ready.push(node);
  return taken;
}

function fill(state: CoreState, wants: readonly Want[], draft: Draft): Decision {
  const begins = wants.flatMap((want) => (want.type === 'begin' ? [startFact(state, want.node)] : []));
  if (begins.length > 0) return { facts: begins, starts: [], cancels: draft.cancels };
  const starts = wants.flatMap((want) => (want.type === 'call' ? [want.build()] : []));
  if (starts.length > 0 || draft.cancels.length > 0) return { facts: [], starts, cancels: draft.cancels };
  const end = endOfRun(state);
  return end ? { facts: [end], starts: [], cancels: [] } : nothing;
}

/** A waiting call as its slot would make it now: looked at as if it did not wait. */
function callsThatWait(state: CoreState, node: TaskNode): readonly Call[] {
  const slots = [...state.waiting.values()].filter((waiting) => waiting.node === node).map(({ slot }) => slot);
  for (const slot of slots) slot.phase = slot.outcome ? 'ended' : 'idle';
  const wants = looked(state, node, newDraft());
  for (const slot of slots) slot.phase = 'waiting';
  const calls = wants.flatMap((want) => (want.type === 'call' ? [want.build()] : []));
  return calls.filter(({ path }) => state.waiting.has(path));
}
