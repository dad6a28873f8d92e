// The tree of a run: the plan's tasks in file order, with what has happened at each of them. Tasks that
// have not begun are shown too, so a reader sees what is still to come.
import { isJsonObject, type Json } from '../json.ts';
import type { TaskStatus } from '../events/events.ts';
import type { Failure } from '../events/failure.ts';
import { largeOf } from '../events/large.ts';
import type { PlanTask, SourceRange } from '../events/plan.ts';
import { addSpent, type CallState, emptyTotals, type RunState, type TaskState, type Totals } from '../state/state.ts';

/** One row of the tree. */
export interface TreeNode {
  /** Runtime path of the task, element, round or call; unique in the tree. */
  readonly path: string;
  readonly staticPath: string;
  readonly label: string;
  /** `item`: an element of a for_each, or a round of a loop. */
  readonly kind: 'task' | 'item' | 'call';
  /** Task type, or `model` / `tool` for a call. */
  readonly type: string;
  /** `lost` and call failures appear as `failed`. */
  readonly status: TaskStatus;
  readonly reason?: string;
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
  const children = childrenByParent(state);
  return (state.started?.plan.tasks ?? []).map((task) => taskNode(state, children, task, task.path));
}

type ChildIndex = ReadonlyMap<string, readonly TaskState[]>;

/** Tasks that have a place below another: by the path of that other one. */
function childrenByParent(state: RunState): ChildIndex {
  const children = new Map<string, TaskState[]>();
  for (const task of state.tasks.values()) {
    const parent = parentPath(task.path);
    if (parent === undefined) continue;
    const list = children.get(parent);
    if (list) list.push(task);
    else children.set(parent, [task]);
  }
  return children;
}

/** `a[3]/b` → `a[3]`; `a[3]` → `a`; `a` → undefined. */
function parentPath(path: string): string | undefined {
  if (path.endsWith(']')) return path.slice(0, path.lastIndexOf('['));
  const slash = path.lastIndexOf('/');
  return slash < 0 ? undefined : path.slice(0, slash);
}

function taskNode(state: RunState, index: ChildIndex, plan: PlanTask, path: string): TreeNode {
  const task = state.tasks.get(path);
  const calls = (task?.calls ?? []).map((call) => callNode(state, plan, call));
  const repeats = plan.type === 'for_each' || plan.type === 'loop';
  const inner = repeats ? itemNodes(state, index, plan, path) : innerNodes(state, index, plan, path);
  const fallback = repeats ? fallbackNodes(state, index, plan, path) : [];
  return node(plan, path, task, 'task', plan.label, [...calls, ...inner, ...fallback]);
}

/** The elements of a for_each, or the rounds of a loop: one body each, or a small graph each. */
function itemNodes(state: RunState, index: ChildIndex, plan: PlanTask, path: string): TreeNode[] {
  const body = plan.children.find((child) => child.path === `${plan.path}[]`);
  const items = (index.get(path) ?? []).filter((task) => task.path.endsWith(']')).sort(byItem);
  return items.map((item) => {
    const label = plan.type === 'loop' ? `round ${itemIndex(item.path)}` : itemLabel(item);
    if (body) {
      const inside = taskNode(state, index, body, item.path);
      return { ...inside, kind: 'item', label };
    }
    const inside = plan.children
      .filter((child) => child.path.startsWith(`${plan.path}[]/`))
      .map((child) => taskNode(state, index, child, `${item.path}/${child.label}`));
    return node(plan, item.path, item, 'item', label, inside);
  });
}

function innerNodes(state: RunState, index: ChildIndex, plan: PlanTask, path: string): TreeNode[] {
  return plan.children
    .filter((child) => state.tasks.has(runtimeChild(plan, child, path)) || !isFallback(plan, child))
    .map((child) => taskNode(state, index, child, runtimeChild(plan, child, path)));
}

function fallbackNodes(state: RunState, index: ChildIndex, plan: PlanTask, path: string): TreeNode[] {
  return innerNodes(
    state,
    index,
    { ...plan, children: plan.children.filter((child) => isFallback(plan, child)) },
    path,
  );
}

function isFallback(plan: PlanTask, child: PlanTask): boolean {
  return child.path === `${plan.path}/fallback` || child.path.startsWith(`${plan.path}/fallback/`);
}

function runtimeChild(plan: PlanTask, child: PlanTask, path: string): string {
  return `${path}${child.path.slice(plan.path.length)}`;
}

function byItem(a: TaskState, b: TaskState): number {
  return (a.item?.index ?? itemIndex(a.path)) - (b.item?.index ?? itemIndex(b.path));
}

function itemIndex(path: string): number {
  return Number(path.slice(path.lastIndexOf('[') + 1, -1));
}

function itemLabel(task: TaskState): string {
  const place = `[${itemIndex(task.path)}]`;
  const summary = task.item && summarize(task.item.value);
  return summary ? `${place} ${summary}` : place;
}

/** A few words that tell an element from its neighbours. */
function summarize(value: Json): string {
  const large = largeOf(value);
  if (large) return shorten(large.preview);
  if (isJsonObject(value)) {
    const texts = Object.values(value).filter((entry): entry is string => typeof entry === 'string');
    return shorten(texts[0] ?? JSON.stringify(value));
  }
  return shorten(typeof value === 'string' ? value : JSON.stringify(value));
}

function shorten(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length > 60 ? `${line.slice(0, 59)}…` : line;
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
  plan: PlanTask,
  path: string,
  task: TaskState | undefined,
  kind: 'task' | 'item',
  label: string,
  children: readonly TreeNode[],
): TreeNode {
  return {
    path,
    staticPath: plan.path,
    label,
    kind,
    type: plan.type,
    status: task?.status ?? 'pending',
    range: plan.range,
    ...(plan.agent && { agent: plan.agent }),
    ...(plan.workflow !== undefined && { workflow: plan.workflow }),
    ...answeredBy(plan, task),
    ...(task?.reason !== undefined && { reason: task.reason }),
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
