// A decomposition as a supervisor answers it, and what may be wrong with one that its schema lets pass.
import { isJsonObject, type Json } from '../../run/index.ts';
import { textOf } from './values.ts';
import type { SupervisorTask } from '../../workflow/model/model.ts';

/** One piece of work, for one specialist. */
export interface Subtask {
  readonly id: string;
  readonly instructions: string;
  /** Ids of subtasks of the same round, or of earlier ones that were completed. */
  readonly needs: readonly string[];
  readonly specialist?: string;
  readonly capability?: string;
}

export interface Decomposition {
  readonly done: boolean;
  readonly subtasks: readonly Subtask[];
}

type Assign = SupervisorTask['assign'];

/** @param output what met the schema of a decomposition */
export function decompositionOf(output: Json | undefined, assign: Assign): Decomposition {
  const { done, subtasks } = isJsonObject(output) ? output : {};
  const read = Array.isArray(subtasks) ? subtasks.map((subtask) => subtaskOf(subtask, assign)) : [];
  return { done: done === true, subtasks: read };
}

/**
 * Why a decomposition can not be carried out, as a sentence for the supervisor and for people; undefined if it can be.
 * @param known ids of earlier rounds that may be needed
 */
export function problemOf(
  { done, subtasks }: Decomposition,
  maxSubtasks: number,
  known: readonly string[],
): string | undefined {
  if (done) return undefined;
  if (subtasks.length === 0) return 'There are no subtasks, and yet `done` is false.';
  if (subtasks.length > maxSubtasks) {
    return `There are ${subtasks.length} subtasks, and one round may have ${maxSubtasks}.`;
  }
  const ids = subtasks.map(({ id }) => id);
  const repeated = ids.find((id, place) => ids.indexOf(id) !== place);
  if (repeated !== undefined) return `The id \`${repeated}\` is given twice.`;
  return unknownNeed(subtasks, [...ids, ...known]) ?? circleIn(subtasks);
}

/** Whom it names counts only where that is asked for: the schema lets anything pass that it does not ask for. */
function subtaskOf(value: Json, assign: Assign): Subtask {
  const { id = '', instructions = '', needs, specialist, capability } = isJsonObject(value) ? value : {};
  return {
    id: textOf(id),
    instructions: textOf(instructions),
    needs: Array.isArray(needs) ? needs.map(textOf) : [],
    ...(assign === 'model' && typeof specialist === 'string' && { specialist }),
    ...(assign === 'capability' && typeof capability === 'string' && { capability }),
  };
}

function unknownNeed(subtasks: readonly Subtask[], known: readonly string[]): string | undefined {
  for (const { id, needs } of subtasks) {
    const unknown = needs.find((need) => !known.includes(need));
    if (unknown !== undefined) {
      return `\`${id}\` needs \`${unknown}\`, which is no subtask of this round and none of an earlier one that gave a result.`;
    }
  }
  return undefined;
}

/** Takes away what needs nothing that is left; what stays waits for itself. */
function circleIn(subtasks: readonly Subtask[]): string | undefined {
  let left = subtasks;
  for (;;) {
    const ids = left.map(({ id }) => id);
    const next = left.filter(({ needs }) => needs.some((need) => ids.includes(need)));
    if (next.length === 0) return undefined;
    if (next.length === left.length)
      return `These subtasks wait for each other: ${ids.map((id) => `\`${id}\``).join(', ')}.`;
    left = next;
  }
}
