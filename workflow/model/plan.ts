// The readable plan of a run: what readers of a record need to draw it without parsing a workflow. The shape is that of
// `Plan` in `run`, which this part does not know; the compiler compares the two where they meet.
import type { JsonSchema } from '../../schemas/json.ts';
import { type LineMap, lineMap, positionAt } from '../syntax/lines.ts';
import type { ReadTask } from './draft.ts';
import type { AgentTask, Body, Branch, ParallelTask, Range, RouterTask, Task, Workflow, Named } from './model.ts';

/** Lines and columns count from 0, columns in UTF-16 units. */
export interface PlanRange {
  readonly file: string;
  readonly startLine: number;
  readonly startColumn: number;
  readonly endLine: number;
  readonly endColumn: number;
}

export interface WorkflowPlanTask {
  readonly path: string;
  readonly label: string;
  readonly type: string;
  readonly range: PlanRange;
  readonly agent?: string;
  readonly model?: string;
  readonly tool?: string;
  /** The file that a `workflow` task calls. */
  readonly workflow?: string;
  readonly needs: readonly string[];
  readonly children: readonly WorkflowPlanTask[];
}

export interface WorkflowPlan {
  readonly name: string;
  readonly version?: string;
  readonly description?: string;
  readonly file: string;
  readonly inputs: { readonly [name: string]: JsonSchema };
  readonly tasks: readonly WorkflowPlanTask[];
}

/** @returns the plan of a workflow. @param text the text it was read from */
export function planOf(workflow: Workflow, text: string): WorkflowPlan {
  const lines = lineMap(text);
  return {
    name: workflow.name,
    ...(workflow.version === undefined ? {} : { version: workflow.version }),
    ...(workflow.description === undefined ? {} : { description: workflow.description }),
    file: workflow.file,
    inputs: Object.fromEntries(workflow.inputs.map((input) => [input.name, input.schema])),
    tasks: workflow.root.tasks.map((task) => planTask(task, { file: workflow.file, lines, prefix: '' })),
  };
}

/** A file of the plan. `prefix` is what its paths begin with: empty, or the path of the task that calls it. */
interface PlanFile {
  readonly file: string;
  readonly lines: LineMap;
  readonly prefix: string;
}

function planTask(task: Task, at: PlanFile): WorkflowPlanTask {
  const path = `${at.prefix}${task.path}`;
  return {
    path,
    label: labelOf(task),
    type: task.type,
    range: planRange(task.range, at.file, at.lines),
    ...(isAsking(task) ? { agent: task.agentName } : {}),
    ...(isAsking(task) && task.agent ? { model: task.agent.model } : {}),
    ...(task.type === 'tool' ? { tool: task.tool } : {}),
    ...(task.type === 'workflow' && task.called ? { workflow: task.called.workflow.file } : {}),
    needs: [...task.needs, ...task.choosers.filter((name) => !task.needs.includes(name))],
    children: [...calledTasks(task, path), ...planInside(task, at)],
  };
}

function isAsking(task: Task): task is AgentTask | RouterTask {
  return task.type === 'agent' || task.type === 'router';
}

function calledTasks(task: Task, path: string): readonly WorkflowPlanTask[] {
  if (task.type !== 'workflow' || !task.called) return [];
  const { workflow, text } = task.called;
  const at = { file: workflow.file, lines: lineMap(text), prefix: `${path}/` };
  return workflow.root.tasks.map((inner) => planTask(inner, at));
}

function planInside(task: Task, at: PlanFile): readonly WorkflowPlanTask[] {
  return heldBy(task).map((held) => ('type' in held ? planTask(held, at) : planBranch(task, held, at)));
}

function planBranch({ path }: Task, { name, range, body }: Branch, at: PlanFile): WorkflowPlanTask {
  return {
    path: `${at.prefix}${path}/${name}`,
    label: name,
    type: 'graph',
    range: planRange(range, at.file, at.lines),
    needs: [],
    children: tasksOf(body).map((child) => planTask(child, at)),
  };
}

/** The last name in the path; the type for a body, which has no name of its own. */
function labelOf(task: Task): string {
  return task.name.endsWith('[]') || task.path.endsWith('/fallback') ? task.type : task.name;
}

/** @returns what a task holds inside, in its own file: the body of a for_each or a loop, and a fallback. */
export function bodiesOf(task: Task): readonly Body[] {
  return [
    ...(task.type === 'for_each' || task.type === 'loop' || task.type === 'gated' ? [task.body] : []),
    ...(task.onError.kind === 'fallback' ? [task.onError.body] : []),
  ];
}

/** @returns the agents at work inside a pattern, its stages and branches: what it holds that is no body. */
export function partsOf(task: Task | ReadTask): readonly Task[] {
  switch (task.type) {
    case 'gated':
      return task.gate?.judge ? [task.gate.judge] : [];
    case 'pipeline':
      return 'stages' in task ? task.stages : [];
    case 'reflect':
      return [task.draft, task.critique];
    case 'supervisor':
      return [task.plan, ...task.specialists, task.synthesis];
    case 'planner':
      return [task.planner, ...(task.approval ? [task.approval] : [])];
    case 'parallel':
      return [
        ...('branches' in task ? branchesOf(task).flatMap(({ body }) => tasksOf(body)) : task.agents),
        ...(task.fusion.agent ? [task.fusion.agent] : []),
      ];
    default:
      return [];
  }
}

/** @returns the branches of a `parallel`: those that are written out, or one for each of its agents */
export function branchesOf({ branches, agents }: ParallelTask): readonly Branch[] {
  const asked = agents.map((task) => {
    return { name: task.name, nameRange: task.nameRange, range: task.range, body: { kind: 'task', task } } as const;
  });
  return [...branches, ...asked];
}

/** @returns the tasks directly inside a task, in its own file. */
function tasksInside(task: Task): readonly Task[] {
  return [...partsOf(task), ...bodiesOf(task).flatMap(tasksOf)];
}

/**
 * @returns what is directly inside a task, in its own file: tasks, and branches that are small graphs, for these have a
 * name that their tasks can not say
 */
export function heldBy(task: Task): readonly (Task | Branch)[] {
  const branches = task.type === 'parallel' ? branchesOf(task) : [];
  const inBranches = new Set(branches.flatMap(({ body }) => tasksOf(body)));
  const others = tasksInside(task).filter((child) => !inBranches.has(child));
  return [...branches.map((branch) => (branch.body.kind === 'task' ? branch.body.task : branch)), ...others];
}

/** Tells whether a file writes a task out. Agents at work inside a pattern have no name there but that of the agent. */
export function isWrittenOut({ nameRange, range }: Named): boolean {
  return nameRange !== range;
}

/** @returns the tasks directly in a body. */
export function tasksOf(body: Body): readonly Task[] {
  return body.kind === 'task' ? [body.task] : body.scope.tasks;
}

/** @returns every task of a file, outer ones before what is inside them. */
export function allTasks(tasks: readonly Task[]): readonly Task[] {
  return tasks.flatMap((task) => [task, ...allTasks(tasksInside(task))]);
}

function planRange(range: Range, file: string, lines: LineMap): PlanRange {
  const start = positionAt(lines, range.start);
  const end = positionAt(lines, range.end);
  return { file, startLine: start.line, startColumn: start.column, endLine: end.line, endColumn: end.column };
}
