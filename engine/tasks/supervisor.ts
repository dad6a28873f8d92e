// A supervisor: in rounds it divides its goal into subtasks, specialists work on them side by side, and it looks at what
// came of it; at the end it makes one answer. Plans, subtasks and the answer are parts, and each is an agent's task.
import { type Failure, failure, isJsonObject, type JsonObject } from '../../run/index.ts';
import type { AgentTask, SupervisorTask } from '../../workflow/model/model.ts';
import { beginOrSkip } from './begin.ts';
import { completeTask, failTask, isQuiet } from './ending.ts';
import { type EndExtras, timeoutFailure, timeoutSet } from './facts.ts';
import { beginPart, numberInKey, type PartPlan } from './parts.ts';
import { leastBusy } from './registry.ts';
import type { CoreState, Draft, TaskNode } from './state.ts';
import { planPrompt, subtaskPrompt, synthesisPrompt } from './supervisor-prompts.ts';
import {
  type Assignment,
  assignmentsOf,
  planItem,
  plansOf,
  roundOf,
  roundsOf,
  specialistOf,
  standing,
  subtaskItem,
  type TeamRound,
} from './team.ts';

interface Look {
  readonly state: CoreState;
  readonly node: TaskNode;
  readonly task: SupervisorTask;
  readonly draft: Draft;
  readonly rounds: readonly TeamRound[];
  /** How many rounds there may be, and which plans are not held against it. */
  readonly may: NonNullable<TaskNode['supervision']>;
}

/** Looks at a supervisor that has begun and is not being cancelled from outside. */
export function lookAtSupervisor(state: CoreState, node: TaskNode, task: SupervisorTask, draft: Draft): void {
  if (!node.supervision) return;
  const look: Look = { state, node, task, draft, rounds: roundsOf(node, task), may: node.supervision };
  if (node.stopping) {
    if (isQuiet(node)) failLook(look, timeoutFailure(node, task.timeoutMs, 'subtasks'));
    return;
  }
  if (node.timeout === 'none' && task.timeoutMs !== undefined) {
    draft.facts.push(timeoutSet(node, node.startedAt, task.timeoutMs));
  }
  const round = look.rounds.at(-1);
  const plan = round?.plans.at(-1);
  switch (plan?.status) {
    case undefined:
      return beginPlan(look, 1);
    case 'pending':
      // A resume opened it again.
      return void beginOrSkip(state, plan, draft);
    case 'completed':
      return round && carryOut(look, round);
    case 'failed':
    case 'cancelled':
      return failLook(look, planFailure(node, plan));
    default:
      return;
  }
}

/** The part with this key. What it is the event says, and its input as well. */
export function supervisorPart(
  { parts }: TaskNode,
  task: SupervisorTask,
  key: string,
  item: TaskNode['item'],
): PartPlan | undefined {
  const worker = workerAt(task, key, roundOf({ item }) === 1);
  return worker && { key, task: worker, place: parts?.size ?? 0, ...(item && { item }) };
}

/** True when a change of this kind makes a supervisor stop: what `fold` asks. */
export function stopsSupervisor({ task, timeout }: TaskNode): boolean {
  return task.type === 'supervisor' && timeout === 'fired';
}

function workerAt(
  { plan, replan, synthesis, specialists }: SupervisorTask,
  key: string,
  isFirst: boolean,
): AgentTask | undefined {
  if (key === 'synthesis') return synthesis;
  if (numberInKey(key, 'plan') !== undefined) return isFirst ? plan : replan;
  return specialists.find(({ name }) => numberInKey(key, name) !== undefined);
}

function beginPlan({ state, node, task, draft, rounds, may }: Look, round: number): void {
  const last = rounds.at(-1);
  const isRepair = last?.number === round;
  const count = plansOf(node).length;
  const given = {
    prompt: planPrompt({
      task,
      goal: goalOf(node),
      round,
      rounds: may.rounds,
      done: standing(assignmentsOf(rounds)),
      ...(isRepair && { refused: { answer: last.plans.at(-1)?.output ?? null, problem: last.problem ?? '' } }),
    }),
  };
  const plan = round === 1 ? task.plan : task.replan;
  const item = planItem(count, round, isRepair);
  beginPart(state, node, { key: `plan[${count + 1}]`, task: plan, place: node.parts?.size ?? 0, given, item }, draft);
}

/** Does what the last plan says; one that can not be carried out is asked for once more. */
function carryOut(look: Look, round: TeamRound): void {
  const { node, may } = look;
  if (round.problem !== undefined) {
    const counted = round.plans.length - excusedOf(node, round, may.excused);
    if (counted > 1) return failLook(look, badDecomposition(node, round.problem));
    return beginPlan(look, round.number);
  }
  if (round.done) return synthesise(look);
  const open = round.assignments.filter(({ status }) => status === 'open');
  giveOut(look, round, open);
  if (open.length > 0 || round.assignments.some(({ status }) => status === 'running')) return;
  if (round.number < may.rounds) return beginPlan(look, round.number + 1);
  if (assignmentsOf(look.rounds).some(({ status }) => status === 'completed')) return synthesise(look, 'exhausted');
  failLook(look, nothingDone(look));
}

/** How many plans of a round were made before a resume that gives it another repair. */
function excusedOf(node: TaskNode, { plans }: TeamRound, excused: number): number {
  const before = plansOf(node).slice(0, excused);
  return plans.filter((plan) => before.includes(plan)).length;
}

/** Begins what may begin, in the order of the plan, as far as there is room. */
function giveOut(look: Look, round: TeamRound, open: readonly Assignment[]): void {
  const { state, task, draft } = look;
  const running = round.assignments.filter(({ status }) => status === 'running').length;
  let room = (task.maxParallel ?? Number.POSITIVE_INFINITY) - running;
  const begun: Begun[] = [];
  for (const assignment of open) {
    if (room <= 0) return;
    const specialist = isReady(assignment, round) ? specialistFor(look, assignment, begun) : undefined;
    if (!specialist) continue;
    const before = draft.facts.length;
    const { part } = assignment;
    if (part) beginOrSkip(state, part, draft);
    else beginSubtask(look, assignment, specialist, begun);
    // One that is held has not begun, and takes no room.
    if (draft.facts.length === before) continue;
    begun.push({ specialist: specialist.name, isNew: !part });
    room -= 1;
  }
}

/** What this look has begun already, which the state does not know yet. */
interface Begun {
  readonly specialist: string;
  /** False for one that a resume has opened again. */
  readonly isNew: boolean;
}

function isReady({ needs }: Assignment, { assignments }: TeamRound): boolean {
  const own = assignments.filter(({ id }) => needs.includes(id));
  return own.every(({ status }) => status === 'completed');
}

/** Who gets a subtask: whoever has it already, whom the plan names, or the least busy of those who can do it. */
function specialistFor({ node, task }: Look, assignment: Assignment, begun: readonly Begun[]): AgentTask | undefined {
  const { specialists, assign } = task;
  const named = specialistOf(assignment);
  if (named !== undefined) return specialists.find(({ name }) => name === named);
  const { capability = '' } = assignment;
  const able =
    assign === 'capability' ? specialists.filter(({ agent }) => agent?.capabilities.includes(capability)) : specialists;
  const load = new Map<string, number>();
  for (const { specialist } of begun) load.set(specialist, (load.get(specialist) ?? 0) + 1);
  const chosen = leastBusy(
    node.file,
    able.map(({ name }) => name),
    load,
  );
  return specialists.find(({ name }) => name === chosen);
}

function beginSubtask(
  { state, node, draft, rounds }: Look,
  assignment: Assignment,
  specialist: AgentTask,
  begun: readonly Begun[],
): void {
  const { name } = specialist;
  const before = [...(node.parts?.keys() ?? [])].filter((key) => numberInKey(key, name) !== undefined).length;
  const fresh = begun.filter((one) => one.isNew && one.specialist === name).length;
  const place = rounds.at(-1)?.assignments.indexOf(assignment) ?? 0;
  const results = standing(assignmentsOf(rounds)).filter(
    ({ id, status }) => status === 'completed' && assignment.needs.includes(id),
  );
  const plan: PartPlan = {
    key: `${name}[${before + fresh + 1}]`,
    task: specialist,
    place: node.parts?.size ?? 0,
    given: { prompt: subtaskPrompt(assignment.instructions, results) },
    item: subtaskItem(place, assignment, name),
  };
  beginPart(state, node, plan, draft);
}

/** @param reason why it is done now although the supervisor has not said so */
function synthesise(look: Look, reason?: 'exhausted'): void {
  const { state, node, task, draft, rounds } = look;
  const part = node.parts?.get('synthesis');
  switch (part?.status) {
    case undefined:
    case 'pending': {
      const done = standing(assignmentsOf(rounds));
      const given = { prompt: synthesisPrompt(goalOf(node), done, reason === 'exhausted') };
      const place = node.parts?.size ?? 0;
      return beginPart(state, node, { key: 'synthesis', task: task.synthesis, place, given }, draft);
    }
    case 'completed': {
      const extras = { ...extrasOf(rounds), ...(reason && { reason }) };
      return completeTask(state, node, part.output ?? null, draft, extras);
    }
    case 'failed':
    case 'cancelled':
      return failLook(look, synthesisFailure(node, part));
    default:
      return;
  }
}

function goalOf({ input }: TaskNode): string {
  const goal = isJsonObject(input) ? input['goal'] : undefined;
  return typeof goal === 'string' ? goal : '';
}

function failLook({ state, node, draft, rounds }: Look, error: Failure): void {
  failTask(state, node, error, draft, extrasOf(rounds));
}

/** What there is to say of the work beside what came of it. */
function extrasOf(rounds: readonly TeamRound[]): EndExtras {
  const assignments = assignmentsOf(rounds);
  const details: JsonObject = {
    rounds: assignments.at(-1)?.round ?? 0,
    assignments: assignments.map((assignment) => {
      const { id, round, status } = assignment;
      const specialist = specialistOf(assignment);
      // What is still open when the team ends was never begun.
      const how = status === 'open' || status === 'running' ? 'skipped' : status;
      return { id, ...(specialist !== undefined && { specialist }), round, status: how };
    }),
  };
  return { details };
}

function planFailure(node: TaskNode, plan: TaskNode): Failure {
  const why = plan.error?.message ?? 'no reason';
  if (plan.error?.code === 'invalid_output') return badDecomposition(node, why);
  return failure('planning_failed', `${node.path} could not divide its work: ${why}`, causeOf(plan));
}

function badDecomposition(node: TaskNode, problem: string): Failure {
  return failure(
    'bad_decomposition',
    `${node.path} did not divide its work in a way that can be carried out: ${problem}`,
    {
      remedy: 'Make the goal or the instructions of the supervisor clearer, or resume the run to ask it again.',
    },
  );
}

function synthesisFailure(node: TaskNode, part: TaskNode): Failure {
  const why = part.error?.message ?? 'no reason';
  return failure('synthesis_failed', `${node.path} has its results, but no answer: ${why}`, causeOf(part));
}

function nothingDone({ node, rounds }: Look): Failure {
  const [last] = assignmentsOf(rounds)
    .flatMap(({ part }) => part?.error ?? [])
    .slice(-1);
  const count = rounds.length;
  const message = `${node.path} has nothing to show after ${count} round${count === 1 ? '' : 's'}: every subtask failed${last ? `, the last with: ${last.message}` : '.'}`;
  return failure('supervisor_failed', message, {
    remedy: 'Look at why the subtasks failed, then resume the run: it then has as many rounds again.',
    details: { rounds: count },
  });
}

function causeOf({ error }: TaskNode): Partial<Pick<Failure, 'remedy' | 'details'>> {
  return { ...(error?.remedy !== undefined && { remedy: error.remedy }), details: { code: error?.code ?? 'unknown' } };
}
