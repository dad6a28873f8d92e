// What a team comes to, worked out the simple way: round after round, one subtask after the other. Scripted plans let
// only the last subtask of a round need others, so this is the order in which they begin.
import type { Json } from '../../run/index.ts';
import type { AgentTask, SupervisorTask } from '../../workflow/index.ts';

/** How a team, or an agent at work in it, ends. */
interface Result {
  readonly status: 'completed' | 'failed' | 'skipped';
  readonly reason?: string;
  readonly output?: Json;
  readonly code?: string;
}

/** Asks an agent inside a pattern. */
type Ask = (task: AgentTask, path: string, content: string) => Result;

interface Done {
  readonly id: string;
  readonly text: string;
  readonly isGood: boolean;
}

/** @param goal as the team is told it */
export function teamResult(task: SupervisorTask, path: string, goal: string, ask: Ask): Result {
  const counts = new Map<string, number>();
  const all: Done[] = [];
  const next = (name: string): string => {
    const count = (counts.get(name) ?? 0) + 1;
    counts.set(name, count);
    return `${path}/${name}[${count}]`;
  };
  const told = (): string => [`<goal>\n${goal}\n</goal>`, ...standing(all)].join('\n\n');
  let reason: string | undefined;
  for (let round = 1; ; round += 1) {
    const plan = divide(task, round, all, (part, more) => ask(part, next('plan'), `${told()}${more}`));
    if ('code' in plan) return { status: 'failed', code: plan.code };
    if (plan.done) break;
    const good = new Set(all.filter(({ isGood }) => isGood).map(({ id }) => id));
    for (const one of plan.subtasks) good.delete(one.id);
    for (const one of plan.subtasks) {
      const worker = workerFor(task, one);
      const isDropped = one.needs.some((need) => !good.has(need));
      const results = one.needs.map((need) => all.findLast(({ id, isGood }) => isGood && id === need)?.text ?? '');
      const content = [one.instructions, ...(results.length > 0 ? ['Results:'] : []), ...results].join('\n\n');
      const result = isDropped || !worker ? undefined : ask(worker, next(worker.name), content);
      const isGood = result?.status === 'completed';
      if (isGood) good.add(one.id);
      // Whom the supervisor named is known even if the subtask was never begun.
      const who = result || task.assign === 'model' ? worker?.name : undefined;
      all.push({ id: one.id, isGood, text: reported(one, who, round, result) });
    }
    if (round < task.maxRounds) continue;
    if (!all.some(({ isGood }) => isGood)) return { status: 'failed', code: 'supervisor_failed' };
    reason = 'exhausted';
    break;
  }
  const answer = ask(task.synthesis, `${path}/synthesis`, told());
  if (answer.status !== 'completed') return { status: 'failed', code: 'synthesis_failed' };
  return { ...answer, ...(reason !== undefined && { reason }) };
}

/** As a script writes it; which of the last two there is depends on `assign`. */
interface Subtask {
  readonly id: string;
  readonly instructions: string;
  readonly needs: readonly string[];
  readonly specialist?: string;
  readonly capability?: string;
}

interface Plan {
  readonly done: boolean;
  readonly subtasks: readonly Subtask[];
}

/** A plan that can be carried out, at the second try if need be; or why there is none. */
function divide(
  task: SupervisorTask,
  round: number,
  all: readonly Done[],
  ask: (part: AgentTask, more: string) => Result,
): Plan | { readonly code: string } {
  for (const more of ['', '\n\n<problem>']) {
    const { status, output, code } = ask(round === 1 ? task.plan : task.replan, more);
    if (status !== 'completed') return { code: code === 'invalid_output' ? 'bad_decomposition' : 'planning_failed' };
    const plan = output as unknown as Plan;
    if (plan.done || canBeDone(plan.subtasks, task.maxSubtasks, all)) return plan;
  }
  return { code: 'bad_decomposition' };
}

function canBeDone(subtasks: readonly Subtask[], most: number, all: readonly Done[]): boolean {
  const ids = subtasks.map(({ id }) => id);
  if (ids.length === 0 || ids.length > most || new Set(ids).size < ids.length) return false;
  const before = all.filter(({ isGood }) => isGood).map(({ id }) => id);
  // In a scripted plan a subtask comes after what it needs, unless it needs itself.
  return subtasks.every(({ needs }, place) =>
    needs.every((need) => (ids.includes(need) ? ids.indexOf(need) < place : before.includes(need))),
  );
}

/** In a strict scenario there is one who can. */
function workerFor({ assign, specialists }: SupervisorTask, subtask: Subtask): AgentTask | undefined {
  const { specialist, capability = '' } = subtask;
  switch (assign) {
    case 'model':
      return specialists.find(({ name }) => name === specialist);
    case 'capability':
      return specialists.find(({ agent }) => agent?.capabilities.includes(capability));
    case 'least_busy':
      return specialists[0];
  }
}

function standing(all: readonly Done[]): readonly string[] {
  return all
    .filter(({ id }, place) => !all.slice(place + 1).some((later) => later.id === id && later.isGood))
    .map(({ text }) => text);
}

/** @param who gets it, as far as that is known */
function reported(
  { id, instructions }: Subtask,
  who: string | undefined,
  round: number,
  result: Result | undefined,
): string {
  const name = who === undefined ? '' : ` specialist="${who}"`;
  const head = `<subtask id="${id}"${name} round="${round}" status="${result?.status ?? 'skipped'}">`;
  return [head, `<instructions>\n${instructions}\n</instructions>`, outcomeOf(result), '</subtask>'].join('\n');
}

function outcomeOf(result: Result | undefined): string {
  if (result?.status !== 'completed') {
    return `<failure>\n${result ? `${result.code}: it failed` : 'skipped'}\n</failure>`;
  }
  const { output = null } = result;
  return `<result>\n${typeof output === 'string' ? output : JSON.stringify(output)}\n</result>`;
}
