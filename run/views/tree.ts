// The tree of a run: the plan's tasks in file order, with what has happened at each of them. Tasks that
// have not begun are shown too, so a reader sees what is still to come.
import type { TaskStatus } from '../events/events.ts';
import type { Failure } from '../events/failure.ts';
import type { PlanTask, SourceRange } from '../events/plan.ts';
import { addSpent, type CallState, emptyTotals, type RunState, type TaskState, type Totals } from '../state/state.ts';
import { labelOfPart, notesOf, type PartRole, roleOf } from './tree-roles.ts';

/** One row of the tree. */
export interface TreeNode {
  /** Runtime path of the task, element, round, part or call; unique in the tree. */
  readonly path: string;
  readonly staticPath: string;
  readonly label: string;
  /** `item`: one of many of its kind, such as an element of a for_each, a round of a loop, an assignment. */
  readonly kind: 'task' | 'item' | 'call';
  /** What it is to the task around it, if that is no plain graph. */
  readonly role?: PartRole;
  /** Task type, or `model` / `tool` for a call. Of a task with a gate: the type of what is tried. */
  readonly type: string;
  /** `lost` and call failures appear as `failed`. */
  readonly status: TaskStatus;
  readonly reason?: string;
  /** What else is worth a word: how far it is, what its gate said, its score. */
  readonly note?: string;
  readonly error?: Failure;
  readonly range?: SourceRange;
  readonly agent?: string;
  /** The file that a `workflow` task calls. */
  readonly workflow?: string;
  /** The model or the tool of a call. */
  readonly target?: string;
  /** Of an agent's task: the model that answered last, if that is not the first of the agent. */
  readonly answeredBy?: string;
  readonly attempt?: number;
  readonly startedAt?: number;
  readonly endedAt?: number;
  /** This node and all below it. */
  readonly totals: Totals;
  readonly children: readonly TreeNode[];
}

/** The rows of a run, top-level tasks in file order. Empty before `run-started`. */
export function treeOf(state: RunState): readonly TreeNode[] {
  const look: Look = { state, inside: tasksByOwner(state) };
  return (state.started?.plan.tasks ?? []).map((task) => taskNode(look, task, task.path));
}

interface Look {
  readonly state: RunState;
  /** What has begun or ended inside each task, by the path of that task, in the order of the record. */
  readonly inside: ReadonlyMap<string, readonly TaskState[]>;
}

function tasksByOwner({ tasks }: RunState): ReadonlyMap<string, readonly TaskState[]> {
  const inside = new Map<string, TaskState[]>();
  for (const task of tasks.values()) {
    const owner = ownerOf(tasks, task.path);
    if (owner === undefined) continue;
    const list = inside.get(owner);
    if (list) list.push(task);
    else inside.set(owner, [task]);
  }
  return inside;
}

/** The nearest task around a path: `a[3]/b` → `a[3]`; `team/researcher[1]` → `team`; `a` → undefined. */
function ownerOf(tasks: ReadonlyMap<string, unknown>, path: string): string | undefined {
  let at = path;
  do at = at.endsWith(']') ? at.slice(0, at.lastIndexOf('[')) : at.slice(0, Math.max(0, at.lastIndexOf('/')));
  while (at !== '' && !tasks.has(at));
  return at === '' ? undefined : at;
}

function taskNode(look: Look, declared: PlanTask, path: string, role?: PartRole): TreeNode {
  const { state } = look;
  const made = state.plans.get(path);
  const plan = made ? { ...declared, children: [...declared.children, ...made] } : declared;
  const task = state.tasks.get(path);
  const tried = plan.type === 'gated' ? plan.children.find((child) => child.path === `${plan.path}[]`) : undefined;
  const calls = (task?.calls ?? []).map((call) => callNode(state, plan, call));
  const parts = partNodes(look, plan, path);
  const only = plan.type === 'gated' && task?.gates === undefined && parts.length === 1 ? parts[0] : undefined;
  // A stage without a gate that was tried once says all about its try in its own row.
  const inside = only ? only.children : parts;
  const shown: PlanTask = plan.type === 'gated' ? { ...plan, ...shownAs(tried ?? graphAt(path, plan)) } : plan;
  return node(state, shown, path, task, {
    role,
    label: labelOfPart(plan, path, task, role),
    children: [...calls, ...inside],
  });
}

/** What a task with a gate shows of what is tried. */
function shownAs({ type, agent, model, tool, workflow }: PlanTask): Partial<PlanTask> {
  return {
    type,
    ...(agent !== undefined && { agent }),
    ...(model !== undefined && { model }),
    ...(tool !== undefined && { tool }),
    ...(workflow !== undefined && { workflow }),
  };
}

/** What is inside a task: what the plan says in its order, or what comes again and again in the order of the record. */
function partNodes(look: Look, plan: PlanTask, path: string): TreeNode[] {
  const begun = [...(look.inside.get(path) ?? [])].sort(byElement);
  const planned = plannedParts(plan);
  const seen = begun.map((task) => partNode(look, plan, task, planned));
  if (isFixed(plan)) {
    const byPath = new Map(seen.map((each) => [each.path, each]));
    const fixed = plan.children.flatMap((child) => {
      const at = `${path}${child.path.slice(plan.path.length)}`;
      const known = byPath.get(at);
      byPath.delete(at);
      if (known) return [known];
      return isFallback(plan, child) ? [] : [taskNode(look, child, at, roleOf(plan, child.path))];
    });
    return [...fixed, ...byPath.values()];
  }
  const pending = [...planned.values()]
    .filter((child) => !child.path.endsWith('[]') && !isFallback(plan, child))
    .filter((child) => !look.state.tasks.has(`${path}${child.path.slice(plan.path.length)}`))
    .map((child) => taskNode(look, child, `${path}${child.path.slice(plan.path.length)}`, roleOf(plan, child.path)));
  return [
    ...seen.filter(({ role }) => role !== 'fallback'),
    ...plansToRun(look, plan, path),
    ...pending,
    ...seen.filter(({ role }) => role === 'fallback'),
  ];
}

/** Plans that a planner has made and that have not begun. */
function plansToRun(look: Look, plan: PlanTask, path: string): readonly TreeNode[] {
  const { plans, tasks } = look.state;
  const paths = [...plans.keys()].filter((at) => !tasks.has(at) && at.slice(0, at.lastIndexOf('/')) === path);
  return paths.map((at) => taskNode(look, graphAt(`${plan.path}/run[]`, plan), at, 'run'));
}

/** True for a task in which everything comes once, and is known before. */
function isFixed({ path, children }: PlanTask): boolean {
  return children.every((child) => !child.path.slice(path.length).includes('[]'));
}

/** The parts of a task by their static paths; tasks of a small graph stand together under the path of the graph. */
function plannedParts(plan: PlanTask): ReadonlyMap<string, PlanTask> {
  const parts = new Map<string, PlanTask>();
  for (const child of plan.children) {
    const graph = /^(?:\/[^/]*)?\[\]|^\/fallback/.exec(child.path.slice(plan.path.length))?.[0];
    const path = graph === undefined ? child.path : plan.path + graph;
    const known = parts.get(path) ?? graphAt(path, child);
    parts.set(path, path === child.path ? child : { ...known, children: [...known.children, child] });
  }
  return parts;
}

/** A small graph, of which the plan knows the tasks alone. */
function graphAt(path: string, { range }: PlanTask): PlanTask {
  return { path, label: 'graph', type: 'graph', range, needs: [], children: [] };
}

function partNode(look: Look, plan: PlanTask, task: TaskState, planned: ReadonlyMap<string, PlanTask>): TreeNode {
  const role = roleOf(plan, task.staticPath);
  return taskNode(look, planned.get(task.staticPath) ?? unplanned(look, plan, task), task.path, role);
}

/** Work that no file writes out, such as that of an agent whom another one asks. */
function unplanned(look: Look, { range }: PlanTask, task: TaskState): PlanTask {
  const agent = task.calls.find((call) => call.request?.kind === 'model')?.request;
  const name = task.staticPath.slice(task.staticPath.lastIndexOf('/') + 1).replace('[]', '');
  return {
    path: task.staticPath,
    label: name,
    type: look.inside.has(task.path) && !agent ? 'graph' : 'agent',
    range,
    ...(agent?.kind === 'model' && agent.agent !== undefined && { agent: agent.agent }),
    needs: [],
    children: [],
  };
}

function isFallback(plan: PlanTask, child: PlanTask): boolean {
  return child.path === `${plan.path}/fallback` || child.path.startsWith(`${plan.path}/fallback/`);
}

/** Elements of a list stand in its order, whoever was faster; all else in the order in which it began. */
function byElement(a: TaskState, b: TaskState): number {
  const isList = /^(.*)\[\d+\]$/;
  const [one, two] = [isList.exec(a.path)?.[1], isList.exec(b.path)?.[1]];
  const isSameList = one !== undefined && one === two;
  return isSameList ? numberOf(a.path) - numberOf(b.path) : 0;
}

function numberOf(path: string): number {
  return Number(path.slice(path.lastIndexOf('[') + 1, -1));
}

function callNode(state: RunState, plan: PlanTask, call: CallState): TreeNode {
  const totals = emptyTotals();
  addSpent(totals, call.spent);
  const target = call.request?.kind === 'model' ? call.request.model : call.request?.tool;
  const error = call.outcome?.status === 'failed' ? call.outcome.error : call.waitingFor;
  return {
    path: call.path,
    staticPath: plan.path,
    label: call.path.slice(call.task.length + 1),
    kind: 'call',
    type: call.request?.kind ?? 'call',
    status: callStatus(state, call),
    attempt: call.attempt,
    range: plan.range,
    ...(plan.agent && { agent: plan.agent }),
    ...(target && { target }),
    ...(error && { error }),
    ...(call.status === 'lost' && { reason: 'lost' }),
    ...(call.cached && { reason: 'cached' }),
    ...(call.startedAt !== undefined && { startedAt: call.startedAt }),
    ...(call.endedAt !== undefined && { endedAt: call.endedAt }),
    totals,
    children: [],
  };
}

function callStatus(state: RunState, call: CallState): TaskStatus {
  if (call.status === 'lost') return 'failed';
  if (call.status === 'waiting' && state.ended) return 'cancelled';
  return call.status;
}

function node(
  state: RunState,
  plan: PlanTask,
  path: string,
  task: TaskState | undefined,
  {
    role,
    label,
    children,
  }: { readonly role?: PartRole | undefined; readonly label: string; readonly children: readonly TreeNode[] },
): TreeNode {
  const note = notesOf(state, plan, path, role, children);
  return {
    path,
    staticPath: plan.path,
    label,
    kind: path.endsWith(']') ? 'item' : 'task',
    ...(role && { role }),
    type: plan.type,
    status: task?.status ?? 'pending',
    range: plan.range,
    ...(plan.agent && { agent: plan.agent }),
    ...(plan.workflow !== undefined && { workflow: plan.workflow }),
    ...answeredBy(plan, task),
    ...(task?.reason !== undefined && { reason: task.reason }),
    ...(note !== undefined && { note }),
    ...(task?.error && { error: task.error }),
    ...(task?.startedAt !== undefined && { startedAt: task.startedAt }),
    ...(task?.endedAt !== undefined && { endedAt: task.endedAt }),
    totals: sumOf(children),
    children,
  };
}

/** Says so when a fallback model answered. */
function answeredBy({ model }: PlanTask, task: TaskState | undefined): Pick<TreeNode, 'answeredBy'> {
  const last = task?.calls.findLast((call) => call.status === 'completed' && call.request?.kind === 'model');
  if (model === undefined || last?.request?.kind !== 'model' || last.request.model === model) return {};
  return { answeredBy: last.request.model };
}

function sumOf(children: readonly TreeNode[]): Totals {
  const sum = emptyTotals();
  for (const { totals } of children) {
    sum.inputTokens += totals.inputTokens;
    sum.outputTokens += totals.outputTokens;
    sum.cachedInputTokens += totals.cachedInputTokens;
    sum.reasoningTokens += totals.reasoningTokens;
    sum.costNanoUsd += totals.costNanoUsd;
    sum.costKnown &&= totals.costKnown;
  }
  return sum;
}
