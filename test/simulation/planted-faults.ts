// Mistakes as they could stand in the engine, each put there from outside. The questions must find every one of them.
import type { Decider, RunPorts } from '../../engine/core/index.ts';
import type { CoreState, TaskNode } from '../../engine/tasks/index.ts';
import { type Fact, isJsonObject, type RunEvent } from '../../run/index.ts';
import type { Agent } from '../../workflow/index.ts';
import type { Mutation } from './simulate.ts';

interface PlantedFault {
  readonly name: string;
  readonly mutation: Mutation;
  /** How the question that is there to find it says what it found. */
  readonly finding: RegExp;
}

export const plantedFaults: readonly PlantedFault[] = [
  {
    name: 'an end twice',
    mutation: { decider: changeFacts((fact) => (isRecovery(fact) ? [fact, fact] : [fact])) },
    finding: /ends twice in a round|decide gives|readers see busy/,
  },
  {
    name: 'a once call repeated',
    mutation: { decider: lookFirst(repeatLostCalls) },
    finding: /a once tool took effect 2 times/,
  },
  {
    name: 'a limit ignored',
    mutation: { decider: (decide) => (state) => decide(withoutLimits(state)) },
    finding: /in flight, of/,
  },
  {
    name: 'a wake-up lost on its way to the decision',
    mutation: { touchedDecider: lookFirst(forgetWhoIsAnswered) },
    finding: /decide gives/,
  },
  {
    name: 'a wake-up lost by the alarm',
    mutation: { ports: changeClock((ms, sleep) => (ms > 15_000 ? new Promise(() => undefined) : sleep())) },
    finding: /ms late|nothing can happen any more/,
  },
  {
    name: 'jitter from chance',
    mutation: { decider: changeFacts((fact) => [withChance(fact)]) },
    finding: /decide gives|follows from those before it/,
  },
  {
    name: 'a fold that differs after a reload',
    mutation: { ports: changeLog((events, append) => append(events.map(withoutShared))) },
    finding: /differs from its folded log/,
  },
  {
    name: 'an effect before its intent',
    mutation: { ports: changeLog((events, append) => laterUnlessFirst(events, append)) },
    finding: /before it is recorded/,
  },
  {
    name: 'a round too many',
    mutation: { decider: whileDeciding(eachLoop(oneRoundMore)) },
    finding: /is one round more than allowed|expected .*"code":"loop_exhausted"/,
  },
  {
    name: 'a loop that goes on after a round that failed',
    mutation: { decider: whileDeciding(eachLoop(blindToFailure)) },
    finding: /starts after a round that ended failed|expected .*"code":"round_failed"/,
  },
  {
    name: 'a reflect that takes the last version for the best',
    mutation: { decider: whileDeciding(pleaseEachCritic) },
    finding: /does not give version|starts although nothing gets better|ended .*"details":.* expected .*"history":/,
  },
  {
    name: 'a subtask that does not wait for what it needs',
    mutation: { decider: whileDeciding(withoutNeeds) },
    finding: /starts before \w+, which it needs/,
  },
  {
    name: 'a message delivered twice',
    mutation: { decider: lookFirst(forgetWhatWasRead) },
    finding: /reads [\d ]+, not|decide gives|differs from its folded log|lets .* read the message/,
  },
  {
    name: 'a drop that is not recorded',
    mutation: { decider: changeFacts((fact) => [withoutDrop(fact)]) },
    finding: /throws away message undefined/,
  },
  {
    name: 'a compare-and-set that does not compare',
    mutation: { decider: changeFacts((fact) => [withoutCompare(fact)]) },
    finding: /writes over version/,
  },
  {
    name: 'a message that wakes nobody',
    mutation: { touchedDecider: lookFirst(forgetWhoWaits) },
    finding: /decide gives/,
  },
  {
    name: 'an agent that is at work for ever',
    mutation: { decider: lookFirst(countOneMore) },
    finding: /counts \d+ tasks of|differs from its folded log/,
  },
  {
    name: 'a plan that runs although a person rejected it',
    mutation: { decider: whileDeciding(takeRejectionsForApprovals) },
    finding: /runs although it was not approved/,
  },
  {
    name: 'a quorum that cuts nobody',
    mutation: { decider: whileDeciding(eachQuorum(waitForAll)) },
    finding: /although the quorum (?:is|was) there|nothing can happen any more|, expected /,
  },
  {
    name: 'a fusion that does not wait for the branches',
    mutation: { decider: whileDeciding(eachParallel(asIfQuiet)) },
    finding: /before .* has ended|ends before what is inside it|expected/,
  },
  {
    name: 'a conversation that is handed on once too often',
    mutation: { decider: whileDeciding(eachAgent(oneHandoffMore)) },
    finding: /is handed on \d+ times, of|expected .*handoff_limit/,
  },
];

/** A topic that was read is read from its beginning again. */
function forgetWhatWasRead({ root }: CoreState): void {
  for (const { cursors } of root?.together.bus.channels.values() ?? []) cursors.clear();
}

function withoutDrop(fact: Fact): Fact {
  if (fact.type !== 'call-answered') return fact;
  const { dropped: _, ...rest } = fact;
  return rest;
}

/** Whoever comes too late writes nevertheless. */
function withoutCompare(fact: Fact): Fact {
  if (fact.type !== 'call-answered' || fact.outcome.status !== 'failed') return fact;
  const { code, details } = fact.outcome.error;
  const name = isJsonObject(fact.input) ? fact.input['name'] : undefined;
  if (code !== 'conflict' || name !== 'count') return fact;
  const version = Number(details?.['version']) + 1;
  return { ...fact, outcome: { status: 'completed', output: { version } }, shared: { name, version } };
}

function forgetWhoWaits(state: CoreState): void {
  for (const node of state.touched) {
    if ([...(node.slots?.values() ?? [])].some(({ wait }) => wait === 'set')) state.touched.delete(node);
  }
}

function countOneMore({ root }: CoreState): void {
  root?.together.busy.set('mate', (root.together.busy.get('mate') ?? 0) + 1);
}

function isRecovery(fact: Fact): boolean {
  return fact.type === 'task-ended' && fact.reason === 'recovered';
}

/** Nobody is asked about a call whose effect nobody knows. */
function repeatLostCalls(state: CoreState): void {
  for (const node of state.nodes.values()) {
    for (const slot of node.slots?.values() ?? []) {
      if (slot.effect === 'once' && slot.outcome?.status === 'lost' && slot.lost === 'none') slot.lost = 'repeat';
    }
  }
}

function forgetWhoIsAnswered(state: CoreState): void {
  for (const node of state.touched) if (node.question?.answered) state.touched.delete(node);
}

type Undo = () => void;
type Rounds = NonNullable<TaskNode['rounds']>;

function oneRoundMore(rounds: Rounds): Undo {
  rounds.allowed += 1;
  return () => {
    rounds.allowed -= 1;
  };
}

function oneHandoffMore(agent: Agent): Undo {
  Object.assign(agent, { maxHandoffs: agent.maxHandoffs + 1 });
  return () => Object.assign(agent, { maxHandoffs: agent.maxHandoffs - 1 });
}

/** Each agent at work, once: one that is at work in several places is still one. */
function eachAgent(act: (agent: Agent) => Undo): (state: CoreState) => readonly Undo[] {
  return (state) => {
    const tasks = [...state.nodes.values()].map(({ task }) => task);
    const agents = new Set(tasks.flatMap((task) => (task.type === 'agent' && task.agent ? [task.agent] : [])));
    return [...agents].map(act);
  };
}

function blindToFailure({ children }: Rounds): Undo {
  const last = children.at(-1);
  if (last?.status !== 'failed') return () => undefined;
  last.status = 'completed';
  return () => {
    last.status = 'failed';
  };
}

function takeRejectionsForApprovals(state: CoreState): readonly Undo[] {
  return [...state.nodes.values()].flatMap((node) => {
    if (node.task.type !== 'human' || node.output !== 'reject') return [];
    node.output = 'approve';
    return [
      () => {
        node.output = 'reject';
      },
    ];
  });
}

function eachLoop(act: (rounds: Rounds) => Undo): (state: CoreState) => readonly Undo[] {
  return (state) =>
    [...state.nodes.values()].flatMap(({ task, rounds }) => (task.type === 'loop' && rounds ? [act(rounds)] : []));
}

/** Each critic likes a version better than the one before. */
function pleaseEachCritic(state: CoreState): readonly Undo[] {
  const critiques = [...state.nodes.values()].filter(({ task, output }) => task.name === 'critique' && output);
  return critiques.map((node) => {
    const said = node.output;
    if (isJsonObject(said)) node.output = { ...said, score: node.order.at(-1) ?? 0 };
    return () => {
      node.output = said;
    };
  });
}

/** What supervisors have planned says nothing of needs. */
function withoutNeeds(state: CoreState): readonly Undo[] {
  return [...state.nodes.values()].flatMap((node) => {
    const { output, owner } = node;
    if (owner?.task.type !== 'supervisor' || !isJsonObject(output) || !Array.isArray(output['subtasks'])) return [];
    const subtasks = output['subtasks'].map((subtask) => (isJsonObject(subtask) ? { ...subtask, needs: [] } : subtask));
    node.output = { ...output, subtasks };
    const undo: Undo = () => {
      node.output = output;
    };
    return [undo];
  });
}

type Items = NonNullable<TaskNode['items']>;

function waitForAll(items: Items): Undo {
  items.enough = false;
  return () => {
    items.enough = true;
  };
}

function asIfQuiet(items: Items): Undo {
  const { active, open } = items;
  Object.assign(items, { active: 0, open: 0 });
  return () => {
    Object.assign(items, { active, open });
  };
}

function eachParallel(act: (items: Items) => Undo): (state: CoreState) => readonly Undo[] {
  return (state) =>
    [...state.nodes.values()].flatMap(({ task, items }) => (task.type === 'parallel' && items ? [act(items)] : []));
}

function eachQuorum(act: (items: Items) => Undo): (state: CoreState) => readonly Undo[] {
  return eachParallel((items) => (items.enough ? act(items) : () => undefined));
}

function withChance(fact: Fact): Fact {
  const isJittered = fact.type === 'timer-set' && fact.purpose === 'retry';
  return isJittered ? { ...fact, dueAt: fact.dueAt + Math.floor(Math.random() * 1000) } : fact;
}

/** The record forgets what a task has written to the shared values. */
function withoutShared(event: RunEvent): RunEvent {
  if (event.type !== 'task-ended') return event;
  const { shared: _, ...rest } = event;
  return rest;
}

/** Says "recorded" at once; only the beginning really is. */
async function laterUnlessFirst(events: readonly RunEvent[], append: Append): Promise<void> {
  if (events[0]?.seq === 1) return append(events);
  setImmediate(() => void append(events));
}

function changeFacts(change: (fact: Fact) => readonly Fact[]): (decide: Decider) => Decider {
  return (decide) => (state) => {
    const decision = decide(state);
    return { ...decision, facts: decision.facts.flatMap(change) };
  };
}

function lookFirst(act: (state: CoreState) => void): (decide: Decider) => Decider {
  return (decide) => (state) => {
    act(state);
    return decide(state);
  };
}

/** The state is as it should be before and after. */
function whileDeciding(act: (state: CoreState) => readonly Undo[]): (decide: Decider) => Decider {
  return (decide) => (state) => {
    const undo = act(state);
    const decision = decide(state);
    for (const one of undo) one();
    return decision;
  };
}

type Append = (events: readonly RunEvent[]) => Promise<void>;

function changeLog(
  change: (events: readonly RunEvent[], append: Append) => Promise<void>,
): (ports: RunPorts) => RunPorts {
  return (ports) => ({
    ...ports,
    log: {
      append: (runId, nextSeq, events) => change(events, (changed) => ports.log.append(runId, nextSeq, changed)),
      keep: (hash, bytes) => ports.log.keep(hash, bytes),
      load: (hash) => ports.log.load(hash),
    },
  });
}

function changeClock(change: (ms: number, sleep: () => Promise<void>) => Promise<void>): (ports: RunPorts) => RunPorts {
  return (ports) => ({
    ...ports,
    clock: {
      nowMs: () => ports.clock.nowMs(),
      sleep: (ms, signal) => change(ms, () => ports.clock.sleep(ms, signal)),
    },
  });
}

/** The run's own file forgets its limits. */
function withoutLimits(state: CoreState): CoreState {
  if (state.root) Object.assign(state.root, { workflow: { ...state.root.workflow, limits: {} } });
  return state;
}
