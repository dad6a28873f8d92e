// The readable plan of a run: what readers of a record need to draw it without parsing a workflow. The shape is that of
// `Plan` in `run`, which this part does not know; the compiler compares the two where they meet.
import type { JsonSchema } from '../../schemas/json.ts';
import { type LineMap, lineMap, positionAt } from '../syntax/lines.ts';
import type { Body, Range, Task, Workflow } from './model.ts';

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
    tasks: workflow.root.tasks.map((task) => planTask(task, workflow.file, lines)),
  };
}

function planTask(task: Task, file: string, lines: LineMap): WorkflowPlanTask {
  return {
    path: task.path,
    label: labelOf(task),
    type: task.type,
    range: planRange(task.range, file, lines),
    ...(task.type === 'agent' ? { agent: task.agentName } : {}),
    ...(task.type === 'agent' && task.agent ? { model: task.agent.model } : {}),
    ...(task.type === 'tool' ? { tool: task.tool } : {}),
    needs: [...task.needs, ...task.choosers.filter((name) => !task.needs.includes(name))],
    children: bodiesOf(task).flatMap((body) => tasksOf(body).map((child) => planTask(child, file, lines))),
  };
}

/** The last name in the path; the type for a body, which has no name of its own. */
function labelOf(task: Task): string {
  return task.path.endsWith('[]') || task.path.endsWith('/fallback') ? task.type : task.name;
}

/** @returns what a task holds inside: the body of a for_each or a loop, and a fallback. */
export function bodiesOf(task: Task): readonly Body[] {
  return [
    ...(task.type === 'for_each' || task.type === 'loop' ? [task.body] : []),
    ...(task.onError.kind === 'fallback' ? [task.onError.body] : []),
  ];
}

/** @returns the tasks directly in a body. */
export function tasksOf(body: Body): readonly Task[] {
  return body.kind === 'task' ? [body.task] : body.scope.tasks;
}

/** @returns every task of a workflow, outer ones before what is inside them. */
export function allTasks(tasks: readonly Task[]): readonly Task[] {
  return tasks.flatMap((task) => [task, ...allTasks(bodiesOf(task).flatMap(tasksOf))]);
}

function planRange(range: Range, file: string, lines: LineMap): PlanRange {
  const start = positionAt(lines, range.start);
  const end = positionAt(lines, range.end);
  return { file, startLine: start.line, startColumn: start.column, endLine: end.line, endColumn: end.column };
}
