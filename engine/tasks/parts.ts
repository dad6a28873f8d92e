// Parts: what a pattern consists of. They come into being with their first event, made of what the state says, so a
// pattern decides one step at a time and a replay makes the same parts. The path of a part is that of its pattern with
// its key behind it.
import type { Json } from '../../run/index.ts';
import { beginOrSkip } from './begin.ts';
import { newNode } from './nodes.ts';
import type { AnyTask, CoreState, Draft, TaskNode } from './state.ts';

/** One part, before it is a node. */
export interface PartPlan {
  /** Unique in its pattern: `gate[1]`, `outline`. */
  readonly key: string;
  readonly task: AnyTask;
  /** Its place among the parts of its pattern, for the canonical order. */
  readonly place: number;
  /** Its input, if the pattern makes it; left out, the keys of the task say it. */
  readonly given?: Json;
  /** What its expressions see beside what its pattern sees. */
  readonly locals?: TaskNode['locals'];
  /** What tells it from its like: shown beside it, and recorded with its start. */
  readonly item?: TaskNode['item'];
}

/** Begins a part, or begins it again after a resume. */
export function beginPart(state: CoreState, owner: TaskNode, plan: PartPlan, draft: Draft): void {
  beginOrSkip(state, owner.parts?.get(plan.key) ?? partNode(owner, plan), draft);
}

/** The number in a key such as `gate[2]`, if the word before it is this one. */
export function numberInKey(key: string, word: string): number | undefined {
  const digits = key.startsWith(`${word}[`) && key.endsWith(']') ? key.slice(word.length + 1, -1) : '';
  return /^[1-9]\d*$/.test(digits) ? Number(digits) : undefined;
}

/** The node of a part; it is not entered in the state before it begins. */
export function partNode(owner: TaskNode, { key, task, place, given, locals, item }: PartPlan): TaskNode {
  return newNode({
    path: `${owner.path}/${key}`,
    task,
    file: owner.file,
    owner,
    role: 'part',
    siblings: undefined,
    order: [...owner.order, place],
    priority: owner.priority,
    locals,
    item,
    unmet: 0,
    ...(given !== undefined && { given }),
  });
}
