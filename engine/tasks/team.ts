// What a team has done so far, as the parts of its supervisor say. Each part has with it which round and which subtask
// it belongs to, so nothing of that is worked out again.
import { isJsonObject, type Json, type JsonObject } from '../../run/index.ts';
import { type Decomposition, decompositionOf, problemOf, type Subtask } from './decomposition.ts';
import type { TaskNode } from './state.ts';
import type { SupervisorTask } from '../../workflow/model/model.ts';

/** A subtask that was given out, or is to be. */
export interface Assignment extends Subtask {
  readonly round: number;
  /** Undefined before it has begun. */
  readonly part: TaskNode | undefined;
  /** `open`: it has not begun, or is to begin again. `skipped`: what it needs gave nothing. */
  readonly status: 'open' | 'running' | 'completed' | 'failed' | 'cancelled' | 'skipped';
}

/** One round: how the work was divided, and what became of it. */
export interface TeamRound {
  readonly number: number;
  /** In their order; those before the last could not be carried out. */
  readonly plans: readonly TaskNode[];
  /** Of the last plan, in its order; empty as long as there is none that can be carried out. */
  readonly assignments: readonly Assignment[];
  /** Why the last plan can not be carried out. */
  readonly problem: string | undefined;
  /** True if the last plan says that nothing more is to be given out. */
  readonly done: boolean;
}

/** The rounds of a team, in their order. */
export function roundsOf(node: TaskNode, task: SupervisorTask): readonly TeamRound[] {
  const rounds: TeamRound[] = [];
  for (const plan of plansOf(node)) {
    const number = roundOf(plan);
    const before = rounds.at(-1)?.number === number ? rounds.pop() : undefined;
    rounds.push(roundWith(node, task, [...(before?.plans ?? []), plan], rounds));
  }
  return rounds;
}

/** The plans of a supervisor, in their order. */
export function plansOf({ parts }: TaskNode): readonly TaskNode[] {
  return [...(parts ?? [])].flatMap(([key, part]) => (key.startsWith('plan[') ? [part] : []));
}

/** The number of the last round that has begun; 0 if there is none. */
export function lastRoundOf(node: TaskNode): number {
  const last = plansOf(node).at(-1);
  return last ? roundOf(last) : 0;
}

/** False for a part of an earlier round of a team. */
export function isOfLastRound(owner: TaskNode, part: TaskNode): boolean {
  return owner.task.type !== 'supervisor' || !part.item || roundOf(part) === lastRoundOf(owner);
}

/** What is recorded with the start of a plan: to which round it belongs, and whether it mends another one. */
export function planItem(index: number, round: number, repair: boolean): NonNullable<TaskNode['item']> {
  return { index, value: { round, repair } };
}

/** What is recorded with the start of a subtask. @param index its place in its plan */
export function subtaskItem(
  index: number,
  { id, instructions, needs, capability, round }: Assignment,
  specialist: string,
): NonNullable<TaskNode['item']> {
  const value: JsonObject = {
    id,
    instructions,
    specialist,
    round,
    ...(capability !== undefined && { capability }),
    ...(needs.length > 0 && { needs: [...needs] }),
  };
  return { index, value };
}

/** Who works on a part, by the key in its path: `researcher[2]`. */
export function specialistOf({ part, specialist }: Assignment): string | undefined {
  return part?.task.type === 'agent' ? part.task.agentName : specialist;
}

/** The assignments of all rounds, as far as they were given out. */
export function assignmentsOf(rounds: readonly TeamRound[]): readonly Assignment[] {
  return rounds.flatMap(({ assignments }) => assignments);
}

/** Those that count: what was completed stands in for all that was given out under the same id before. */
export function standing(assignments: readonly Assignment[]): readonly Assignment[] {
  return assignments.filter(
    ({ id }, place) => !assignments.slice(place + 1).some((later) => later.id === id && later.status === 'completed'),
  );
}

function roundWith(
  node: TaskNode,
  task: SupervisorTask,
  plans: readonly TaskNode[],
  earlier: readonly TeamRound[],
): TeamRound {
  const plan = plans.at(-1);
  const number = plan ? roundOf(plan) : 0;
  const decomposition = plan?.status === 'completed' ? decompositionOf(plan.output, task.assign) : undefined;
  const done = decomposition?.done ?? false;
  const known = assignmentsOf(earlier).flatMap(({ id, status }) => (status === 'completed' ? [id] : []));
  const problem = decomposition && problemOf(decomposition, task.maxSubtasks, known);
  const isGivenOut = decomposition && !done && problem === undefined;
  const assignments = isGivenOut ? assigned(node, number, decomposition) : [];
  return { number, plans, assignments, problem, done };
}

function assigned(node: TaskNode, round: number, { subtasks }: Decomposition): readonly Assignment[] {
  const parts = new Map(
    [...(node.parts?.values() ?? [])].flatMap((part) => (isGivenIn(part, round) ? [[idOf(part), part]] : [])),
  );
  const statuses = new Map<string, Assignment['status']>();
  const statusOf = (id: string): Assignment['status'] => {
    const known = statuses.get(id);
    if (known) return known;
    const part = parts.get(id);
    const needs = subtasks.find((subtask) => subtask.id === id)?.needs ?? [];
    const own = needs.filter((need) => subtasks.some((subtask) => subtask.id === need));
    const isDropped = !part && own.some((need) => ['failed', 'cancelled', 'skipped'].includes(statusOf(need)));
    const status = isDropped ? 'skipped' : statusOfPart(part);
    statuses.set(id, status);
    return status;
  };
  return subtasks.map((subtask) => ({ ...subtask, round, part: parts.get(subtask.id), status: statusOf(subtask.id) }));
}

function statusOfPart(part: TaskNode | undefined): Assignment['status'] {
  if (!part || part.status === 'pending') return 'open';
  return part.status;
}

function isGivenIn(part: TaskNode, round: number): boolean {
  return idOf(part) !== undefined && roundOf(part) === round;
}

function idOf({ item }: TaskNode): string | undefined {
  const id = fieldOf(item?.value, 'id');
  return typeof id === 'string' ? id : undefined;
}

/** The round that a part belongs to; 0 for one that belongs to none. */
export function roundOf({ item }: Pick<TaskNode, 'item'>): number {
  const round = fieldOf(item?.value, 'round');
  return typeof round === 'number' ? round : 0;
}

function fieldOf(value: Json | undefined, name: string): Json | undefined {
  return isJsonObject(value) ? value[name] : undefined;
}
