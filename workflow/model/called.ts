// What is known of a run's files together: the workflow and those that it calls.
import { delegatedTask } from './delegation.ts';
import type { Task, ToolModule, Workflow } from './model.ts';
import { allTasks } from './plan.ts';

/** @returns a workflow and all that it calls, at any depth, each once; the workflow itself first */
export function filesOf(workflow: Workflow): readonly Workflow[] {
  const files = new Set<Workflow>([workflow]);
  // What is added while the loop runs is looked at too.
  for (const file of files) for (const called of calledBy(file)) files.add(called);
  return [...files];
}

function calledBy(workflow: Workflow): readonly Workflow[] {
  return allTasks(workflow.root.tasks).flatMap((task) =>
    task.type === 'workflow' && task.called ? [task.called.workflow] : [],
  );
}

/** A task of a run, and where it is declared: the file, below the files that call it. Of a planned task, its planner. */
export interface Located {
  readonly task: Task;
  /** The files from the outermost to that of the task, each with the task's static path as seen from there. */
  readonly files: readonly { readonly workflow: Workflow; readonly path: string }[];
}

/** @returns the task with a static path, looked for in called files too: `draft/check` is `check` in the file that `draft` calls */
export function locateTask(workflow: Workflow, path: string): Located | undefined {
  const own = tasksByPath(workflow);
  const task = own.get(path);
  if (task) return { task, files: [{ workflow, path }] };
  for (let slash = path.lastIndexOf('/'); slash > 0; slash = path.lastIndexOf('/', slash - 1)) {
    const caller = own.get(path.slice(0, slash));
    if (caller?.type === 'agent' || caller?.type === 'router') {
      const task = delegatedTask(caller, path.slice(slash + 1));
      return task && { task, files: [{ workflow, path }] };
    }
    if (caller?.type === 'planner' && isPlanned(path.slice(slash + 1))) {
      return { task: caller, files: [{ workflow, path }] };
    }
    if (caller?.type !== 'workflow' || !caller.called) continue;
    const inside = locateTask(caller.called.workflow, path.slice(slash + 1));
    if (inside) return { task: inside.task, files: [{ workflow, path }, ...inside.files] };
  }
  return undefined;
}

/** Tells whether a path below a planner is that of a task which it has planned, or of the plan as a whole. */
export function isPlanned(pathInPlanner: string): boolean {
  return pathInPlanner === 'run[]' || pathInPlanner.startsWith('run[]/');
}

/**
 * A static path as people name it: without the brackets of tries.
 * @param tried the paths of tasks that are tried, as they are
 */
export function plainPath(tried: readonly string[], path: string): string {
  let plain = path;
  // From the inside out, so that what is still to be looked at stands where it stood.
  for (const around of [...tried].sort((a, b) => b.length - a.length)) {
    if (plain.startsWith(`${around}[]`)) plain = around + plain.slice(around.length + 2);
  }
  return plain;
}

/** @returns the paths of the tasks of a file that are tried: those with a gate, and stages */
export function triedPaths(workflow: Workflow): readonly string[] {
  const paths = tried.get(workflow) ?? [...tasksByPath(workflow).values()].flatMap(pathIfTried);
  tried.set(workflow, paths);
  return paths;
}

const tried = new WeakMap<Workflow, readonly string[]>();

function pathIfTried({ type, path }: Task): readonly string[] {
  return type === 'gated' ? [path] : [];
}

const known = new WeakMap<Workflow, ReadonlyMap<string, Task>>();

function tasksByPath(workflow: Workflow): ReadonlyMap<string, Task> {
  const found = known.get(workflow) ?? new Map(allTasks(workflow.root.tasks).map((task) => [task.path, task]));
  known.set(workflow, found);
  return found;
}

/** @returns the modules whose functions are tools of a run, of all its files */
export function modulesOf(workflow: Workflow): readonly ToolModule[] {
  return filesOf(workflow).flatMap(({ toolsets }) => toolsets.flatMap(({ module }) => module ?? []));
}
