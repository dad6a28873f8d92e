// Files, scopes and nodes come into being: a file when it is called, a scope when its owner begins, the elements of a
// for_each with their list, branches with their task, the rounds of a loop one by one.
import type { Failure, Json, JsonObject } from '../../run/index.ts';
import { branchesOf, unconnected } from '../../workflow/index.ts';
import type {
  Body,
  ForEachTask,
  GatedTask,
  LoopTask,
  ParallelTask,
  Scope,
  Workflow,
} from '../../workflow/model/model.ts';
import { stagesAfter } from './stages.ts';
import { newNode, staticPathOf } from './nodes.ts';
import type {
  AnyTask,
  CoreState,
  FileInstance,
  GraphTask,
  ItemsState,
  RoundsState,
  ScopeInstance,
  ScopePlan,
  TaskNode,
} from './state.ts';
import { newTogether } from './together.ts';

/** Opens a file: the run's own, or one that `caller` calls; its tasks are pending and entered in the state. */
export function openFile(
  state: CoreState,
  workflow: Workflow,
  inputs: JsonObject,
  caller: TaskNode | undefined,
): FileInstance {
  const file: Mutable<FileInstance, 'scope'> = {
    workflow,
    caller,
    prefix: caller ? `${staticPathOf(caller)}/` : '',
    inputs,
    scope: undefined as never,
    shared: Object.fromEntries(workflow.shared.map(({ name, default: value }) => [name, value])),
    together: newTogether(),
    inFlight: 0,
    answered: new Map(),
    failedBy: undefined,
    terminatedBy: undefined,
  };
  // Each knows the other.
  file.scope = openScope(state, workflow.root, file, caller);
  return file;
}

type Mutable<T, K extends keyof T> = Omit<T, K> & { -readonly [key in K]: T[key] };

/** Makes the nodes of a scope, all pending, and enters them in the state. */
export function openScope(
  state: CoreState,
  scope: Scope,
  file: FileInstance,
  owner: TaskNode | undefined,
): ScopeInstance {
  const plan = planOfScope(state, scope);
  const nodes: TaskNode[] = [];
  const instance: ScopeInstance = { scope, file, plan, owner, nodes, open: scope.tasks.length };
  scope.tasks.forEach((task, place) => {
    const node = newNode({
      path: owner ? `${owner.path}/${task.name}` : task.name,
      task,
      file,
      owner,
      role: 'member',
      siblings: instance,
      order: owner ? [...owner.order, place] : [place],
      priority: task.priority,
      locals: undefined,
      item: undefined,
      unmet: plan.unmet[place] ?? 0,
    });
    nodes.push(node);
    state.nodes.set(node.path, node);
  });
  return instance;
}

/** Makes the nodes of a for_each or a parallel that has begun, all pending; undefined if its list is none. */
export function openItems(state: CoreState, node: TaskNode, task: ForEachTask | ParallelTask): ItemsState | undefined {
  const { input } = node;
  if (task.type === 'for_each' && !Array.isArray(input)) return undefined;
  const children = task.type === 'parallel' ? branchNodes(state, node, task) : elementNodes(state, node, task, input);
  for (const child of children) state.nodes.set(child.path, child);
  return {
    children,
    queue: children,
    head: 0,
    offered: 0,
    active: 0,
    open: children.length,
    firstFailed: undefined,
    enough: false,
  };
}

function elementNodes(
  state: CoreState,
  node: TaskNode,
  task: ForEachTask,
  values: Json | undefined,
): readonly TaskNode[] {
  const body = taskOfBody(state, task.body);
  return (Array.isArray(values) ? values : []).map((value, index) =>
    itemNode(node, body, index, {
      path: `${node.path}[${index}]`,
      locals: { [task.as]: value, [task.indexName]: index },
      item: { index, value },
    }),
  );
}

/** Agents that are all asked the same get the input of their task. */
function branchNodes(state: CoreState, node: TaskNode, task: ParallelTask): readonly TaskNode[] {
  const given = task.agents.length > 0 && node.input !== undefined ? { given: node.input } : {};
  return branchesOf(task).map(({ name, body }, place) =>
    itemNode(node, taskOfBody(state, body), place, {
      path: `${node.path}/${name}`,
      locals: undefined,
      item: undefined,
      ...given,
    }),
  );
}

function itemNode(
  owner: TaskNode,
  task: AnyTask,
  place: number,
  more: Pick<TaskNode, 'path' | 'locals' | 'item'> & { readonly given?: Json },
): TaskNode {
  return newNode({
    task,
    file: owner.file,
    owner,
    role: 'item',
    siblings: undefined,
    order: [...owner.order, place],
    priority: owner.priority,
    unmet: 0,
    ...more,
  });
}

/** The node of the next round of a loop, or the next try of a gate; it is not entered in the state before it begins. */
export function roundNode(
  state: CoreState,
  node: TaskNode,
  task: LoopTask | GatedTask,
  { children }: RoundsState,
): TaskNode {
  const last = children.at(-1);
  const round = children.length + 1;
  const locals =
    task.type === 'loop'
      ? { output: last?.status === 'completed' ? last.output : undefined, round }
      : { gate: { feedback: feedbackFor(node) }, round };
  return newNode({
    path: `${node.path}[${round}]`,
    task: taskOfBody(state, task.body),
    file: node.file,
    owner: node,
    role: 'round',
    siblings: undefined,
    // Between the rounds there is room for judges.
    order: [...node.order, 2 * round],
    priority: node.priority,
    locals,
    item: undefined,
    unmet: 0,
  });
}

/** What is to be done better in the next try: as the gate of this task said, or of the stage that sent the run back. */
function feedbackFor(node: TaskNode): string | undefined {
  const own = node.verdicts?.at(-1);
  if (own && !own.passed) return own.feedback;
  return stagesAfter(node)
    .flatMap(({ verdicts }) => verdicts?.at(-1) ?? [])
    .find(({ action }) => action === 'rollback')?.feedback;
}

/** The node of a task's fallback; it is not entered in the state before it begins. */
export function fallbackNode(state: CoreState, node: TaskNode, error: Failure): TaskNode {
  const { onError } = node.task;
  if (onError.kind !== 'fallback') throw new Error(`${node.path} has no fallback.`);
  return newNode({
    path: `${node.path}/fallback`,
    task: taskOfBody(state, onError.body),
    file: node.file,
    owner: node,
    role: 'fallback',
    siblings: undefined,
    // After everything inside the task itself.
    order: [...node.order, Number.MAX_SAFE_INTEGER],
    priority: node.priority,
    locals: { error },
    item: undefined,
    unmet: 0,
  });
}

function taskOfBody(state: CoreState, body: Body): AnyTask {
  return body.kind === 'task' ? body.task : graphOf(state, body.scope, body.when ? { when: body.when } : {});
}

/** A scope seen as one task; the same for the same scope. */
export function graphOf(
  state: CoreState,
  scope: Scope,
  more: Partial<Pick<GraphTask, 'name' | 'when' | 'isSealed'>>,
): GraphTask {
  const known = state.graphs.get(scope);
  if (known) return known;
  const graph: GraphTask = {
    type: 'graph',
    name: '',
    path: scope.path,
    scope,
    ...more,
    ...unconnected,
  };
  state.graphs.set(scope, graph);
  return graph;
}

function planOfScope(state: CoreState, scope: Scope): ScopePlan {
  const known = state.plans.get(scope);
  if (known) return known;
  const placeOf = new Map(scope.tasks.map((task, place) => [task.name, place]));
  const dependents: number[][] = scope.tasks.map(() => []);
  const unmet = scope.tasks.map((task, place) => {
    const awaited = new Set([...task.needs, ...task.choosers].flatMap((name) => placeOf.get(name) ?? []));
    for (const other of awaited) dependents[other]?.push(place);
    return awaited.size;
  });
  const plan = { placeOf, dependents, unmet };
  state.plans.set(scope, plan);
  return plan;
}
