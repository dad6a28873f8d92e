// A planner: an agent plans (`plan[1]`), the plan is checked and recorded, a person may have to approve it
// (`approval[1]`), and it runs as a graph (`run[1]`). An answer that is no plan is mended once. A plan that fails, or is
// rejected, is followed by another one as long as there are replans left.
import type { Failure, Json, PlanMade, PlanTask } from '../../run/index.ts';
import { failure, isJsonObject } from '../../run/index.ts';
import { validateJson } from '../../workflow/index.ts';
import type { PlannerTask, Task } from '../../workflow/model/model.ts';
import { completeTask, failTask, isQuiet } from './ending.ts';
import { timeoutFailure, timeoutSet } from './facts.ts';
import { graphOf } from './instances.ts';
import { beginPart, numberInKey, type PartPlan } from './parts.ts';
import { checkPlan, plannedIn, scopeOfPlan } from './planned.ts';
import { approvalMessage, planningPrompt, repairPrompt, replanPrompt, toldOf } from './planner-prompt.ts';
import { staticPathOf } from './nodes.ts';
import type { CoreState, Draft, MadePlan, PlanningState, TaskNode } from './state.ts';
import { textOf } from './values.ts';

interface Look {
  readonly state: CoreState;
  readonly node: TaskNode;
  readonly task: PlannerTask;
  readonly planning: PlanningState;
  readonly draft: Draft;
}

/** Looks at a planner that has begun and is not being cancelled from outside. */
export function lookAtPlanner(state: CoreState, node: TaskNode, task: PlannerTask, draft: Draft): void {
  const { planning } = node;
  if (!planning) return;
  const look = { state, node, task, planning, draft };
  if (node.stopping) {
    if (isQuiet(node)) fail(look, timeoutFailure(node, task.timeoutMs, 'tasks'));
    return;
  }
  if (node.timeout === 'none' && task.timeoutMs !== undefined) {
    draft.facts.push(timeoutSet(node, node.startedAt, task.timeoutMs));
  }
  const number = timesAsked(node);
  const asked = node.parts?.get(`plan[${number}]`);
  switch (asked?.status) {
    case undefined:
      return begin(look, 'plan[1]');
    case 'pending':
      return begin(look, `plan[${number}]`);
    case 'running':
      return;
    case 'completed':
      return lookAtAnswer(look, number, asked.output ?? null);
    default:
      return fail(look, planningFailure(node, asked?.error));
  }
}

/** The part of a planner with this key. */
export function plannerPart(state: CoreState, node: TaskNode, task: PlannerTask, key: string): PartPlan | undefined {
  const { planning } = node;
  if (!planning) return undefined;
  const number = numberInKey(key, 'plan');
  if (number !== undefined) {
    const given = { prompt: promptFor(state, node, task, planning, number) };
    return { key, task: task.planner, place: 4 * number, given };
  }
  const approval = numberInKey(key, 'approval');
  const made = planning.made[(approval ?? numberInKey(key, 'run') ?? 0) - 1];
  if (!made) return undefined;
  if (approval === undefined)
    return { key, task: graphOf(state, made.scope, { name: 'run', isSealed: true }), place: 4 * made.of + 2 };
  return task.approval && { key, task: task.approval, place: 4 * made.of + 1, given: questionOf(node, made) };
}

/** Folds that a plan was made. */
export function addPlan(state: CoreState, { task: path, document }: PlanMade): void {
  const node = state.nodes.get(path);
  if (node?.task.type !== 'planner' || !node.planning)
    throw new Error(`The record names a planner that can not be: ${path}`);
  const scope = scopeOfPlan(state, node.task, document);
  node.planning.made.push({ document, scope, of: timesAsked(node) });
  state.touched.add(node);
}

/** After a resume there are as many replans again, and at least one where the last plan stands in the way. */
export function giveReplans(node: TaskNode): void {
  const { task, planning, parts, error, fallback } = node;
  if (task.type !== 'planner' || !planning || !error || fallback?.status === 'failed') return;
  const least = error.code === 'plan_rejected' || error.code === 'invalid_output' ? 1 : 0;
  const number = timesAsked(node);
  planning.allowed = replansOf(planning, number) + Math.max(task.maxReplans, least);
  const isUnusable = error.code === 'bad_plan' && parts?.get(`plan[${number}]`)?.status === 'completed';
  if (isUnusable) planning.anew.push(number);
}

/** True when a change of this kind makes a planner stop what is inside: what `fold` asks. */
export function stopsPlanner({ task, timeout }: TaskNode): boolean {
  return task.type === 'planner' && timeout === 'fired';
}

/** How often the agent was asked for a plan. */
function timesAsked({ parts }: TaskNode): number {
  return [...(parts?.keys() ?? [])].filter((key) => numberInKey(key, 'plan') !== undefined).length;
}

/** How often another plan was asked for after one that was made. */
function replansOf({ made }: PlanningState, number: number): number {
  return made.filter(({ of }) => of < number).length;
}

function begin({ state, node, task, draft }: Look, key: string): void {
  const plan = plannerPart(state, node, task, key);
  if (plan) beginPart(state, node, plan, draft);
}

function fail({ state, node, planning, draft }: Look, error: Failure): void {
  failTask(state, node, error, draft, { details: detailsOf(node, planning) });
}

function detailsOf(node: TaskNode, planning: PlanningState) {
  return { plans: planning.made.length, replans: replansOf(planning, timesAsked(node)) };
}

function lookAtAnswer(look: Look, number: number, answer: Json): void {
  const { state, node, task, planning, draft } = look;
  const made = planning.made.at(-1);
  if (made?.of === number) return lookAtApproval(look);
  if (planning.anew.includes(number)) return begin(look, `plan[${number + 1}]`);
  const checked = checkPlan(state, task, answer);
  if (!checked.ok) {
    if (isRepair(planning, number)) return fail(look, badPlan(node, checked.findings.join(' ')));
    return begin(look, `plan[${number + 1}]`);
  }
  const { document } = checked;
  const plan = plannedTasks(state, node, scopeOfPlan(state, task, document).tasks);
  draft.facts.push({ type: 'plan-made', task: node.path, round: planning.made.length + 1, plan, document });
}

/** True if the plan with this number mends the one before it, which could not be used. */
function isRepair({ made, anew }: PlanningState, number: number): boolean {
  return number > 1 && !anew.includes(number - 1) && !made.some(({ of }) => of === number - 1);
}

function lookAtApproval(look: Look): void {
  const { node, task, planning } = look;
  if (!task.approval) return lookAtRun(look);
  const key = `approval[${planning.made.length}]`;
  const approval = node.parts?.get(key);
  switch (approval?.status) {
    case undefined:
    case 'pending':
      return begin(look, key);
    case 'running':
      return;
    case 'completed':
      return approval.output === 'approve' ? lookAtRun(look) : planAgain(look, rejection(node));
    default:
      return fail(look, approval?.error ?? rejection(node));
  }
}

function lookAtRun(look: Look): void {
  const { state, node, task, planning, draft } = look;
  const key = `run[${planning.made.length}]`;
  const run = node.parts?.get(key);
  switch (run?.status) {
    case undefined:
    case 'pending':
      return begin(look, key);
    case 'running':
      return;
    case 'completed': {
      const problem = misfit(task, run.output ?? null);
      if (problem !== undefined) return planAgain(look, misfitFailure(node, problem));
      return completeTask(state, node, run.output ?? null, draft, { details: detailsOf(node, planning) });
    }
    default:
      return planAgain(look, runFailure(node, run?.error));
  }
}

/** @param error why the last plan came to nothing: the failure of the task if there may be no other */
function planAgain(look: Look, error: Failure): void {
  const { node, planning } = look;
  const number = timesAsked(node);
  if (replansOf(planning, number) < planning.allowed) return begin(look, `plan[${number + 1}]`);
  fail(look, error);
}

function misfit({ outputSchema }: PlannerTask, output: Json): string | undefined {
  const problems = outputSchema ? validateJson(outputSchema, output) : [];
  return problems.length === 0
    ? undefined
    : problems.map(({ path, message }) => `${path || 'value'} ${message}`).join('; ');
}

function promptFor(
  state: CoreState,
  node: TaskNode,
  task: PlannerTask,
  planning: PlanningState,
  number: number,
): string {
  const tools = task.mayUse.tools.flatMap((name) => state.tools.get(name) ?? []);
  const asked = planningPrompt(goalOf(node), task, tools);
  const before = number > 1 ? (node.parts?.get(`plan[${number - 1}]`)?.output ?? null) : undefined;
  if (before === undefined) return asked;
  const round = planning.made.findIndex(({ of }) => of === number - 1) + 1;
  if (round > 0) return replanPrompt(asked, before, whatHappened(node, task, round));
  const checked = checkPlan(state, task, before);
  return repairPrompt(asked, before, checked.ok ? [] : checked.findings);
}

function goalOf({ input }: TaskNode): string {
  return isJsonObject(input) ? textOf(input['goal'] ?? '') : '';
}

/** What became of a plan, a line for each task that it had. */
function whatHappened(node: TaskNode, task: PlannerTask, round: number): readonly string[] {
  const run = node.parts?.get(`run[${round}]`);
  if (!run) return ['A person has rejected it before anything was done.'];
  const tasks = (run.scope?.nodes ?? []).map(({ task: { name }, status, output, error }) =>
    status === 'completed'
      ? toldOf(name, 'gave', textOf(output ?? null))
      : toldOf(name, status === 'failed' ? 'failed' : 'was not done', error?.message),
  );
  const problem = run.status === 'completed' ? misfit(task, run.output ?? null) : undefined;
  return problem === undefined ? tasks : [...tasks, `The result does not fit: ${problem}.`];
}

function questionOf(node: TaskNode, { document, scope }: MadePlan): string {
  const planned = plannedIn(document);
  const output = scope.output?.kind === 'expression' ? scope.output.expression.source.split('.')[1] : undefined;
  return approvalMessage(node.path, goalOf(node), planned, output ?? planned.at(-1)?.id ?? '');
}

/** The planned tasks as readers of the record see them: at the place of their planner, for no file has them. */
function plannedTasks(state: CoreState, node: TaskNode, tasks: readonly Task[]): readonly PlanTask[] {
  const path = staticPathOf(node);
  const range = placeIn(state.started?.plan.tasks ?? [], path) ?? nowhere;
  return tasks.map((task) => ({
    path: `${path}/run[]/${task.name}`,
    label: task.name,
    type: task.type,
    range,
    ...(task.type === 'agent' && { agent: task.agentName }),
    ...(task.type === 'agent' && task.agent && { model: task.agent.model }),
    ...(task.type === 'tool' && { tool: task.tool }),
    needs: task.needs,
    children: [],
  }));
}

const nowhere = { file: '', startLine: 0, startColumn: 0, endLine: 0, endColumn: 0 };

function placeIn(tasks: readonly PlanTask[], path: string): PlanTask['range'] | undefined {
  for (const task of tasks) {
    if (task.path === path) return task.range;
    const inside = path.startsWith(task.path) ? placeIn(task.children, path) : undefined;
    if (inside) return inside;
  }
  return undefined;
}

function planningFailure(node: TaskNode, error: Failure | undefined): Failure {
  if (error?.code === 'invalid_output') return badPlan(node, error.message);
  return failure('planning_failed', `No plan was made for ${node.path}: ${error?.message ?? 'no reason'}`, {
    remedy: error?.remedy ?? 'Resume the run to have it planned again.',
    details: { code: error?.code ?? 'unknown' },
  });
}

function badPlan(node: TaskNode, what: string): Failure {
  return failure('bad_plan', `The plan of ${node.path} can not be used, nor could the one before: ${what}`, {
    remedy: 'Say in `goal` what is wanted more exactly, give the planner a stronger model, or resume the run.',
  });
}

function rejection(node: TaskNode): Failure {
  return failure('plan_rejected', `The plan of ${node.path} was rejected.`, {
    remedy: 'Resume the run to have another plan made.',
  });
}

function runFailure(node: TaskNode, error: Failure | undefined): Failure {
  return failure('plan_failed', `The plan of ${node.path} failed: ${error?.message ?? 'no reason'}`, {
    remedy: error?.remedy ?? 'Resume the run: what was finished is kept.',
    details: { code: error?.code ?? 'unknown' },
  });
}

function misfitFailure(node: TaskNode, problem: string): Failure {
  return failure(
    'invalid_output',
    `What the plan of ${node.path} gave does not fit its \`output_schema\`: ${problem}.`,
    {
      remedy: 'Resume the run to have another plan made.',
    },
  );
}
