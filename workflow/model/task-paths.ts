// The static paths that a `mock` entry may name: tasks of the file, and tasks of the files that it calls. The brackets
// of tries may be left out: a gate that is added to a task does not change the name of what it does.
import { isPlanned, locateTask, plainPath } from './called.ts';
import type { TaskDraft } from './draft.ts';
import { delegatedTask } from './delegation.ts';
import { allTasks, partsOf } from './plan.ts';
import type { Range } from './model.ts';
import type { Declared } from './reading-context.ts';

/** @param tasks every task of the file */
export function taskPaths(tasks: readonly TaskDraft[]): Declared {
  const tried = tasks.filter(({ gate, isStage }) => gate !== undefined || isStage).map(({ path }) => path);
  const own = new Map<string, TaskDraft | Part>();
  for (const task of tasks) {
    for (const each of [task, ...partsIn(task)]) own.set(plainPath(tried, each.path), each).set(each.path, each);
    if (tried.includes(task.path)) own.set(`${task.path}[]`, task);
  }
  const isInside = (path: string): boolean => {
    for (let slash = path.lastIndexOf('/'); slash > 0; slash = path.lastIndexOf('/', slash - 1)) {
      const around = own.get(path.slice(0, slash));
      const read = around && 'read' in around ? around.read : undefined;
      if (read?.type === 'agent' || read?.type === 'router')
        return delegatedTask(read, path.slice(slash + 1)) !== undefined;
      // What will be planned nobody knows yet.
      if (read?.type === 'planner') return isPlanned(path.slice(slash + 1));
      if (read?.type !== 'workflow') continue;
      // Of a file that is not known nothing can be said.
      return !read.called || locateTask(read.called.workflow, path.slice(slash + 1)) !== undefined;
    }
    return false;
  };
  return {
    has: (path) => own.has(path) || isInside(path),
    get: (path) => own.get(path),
    keys: () => [...own.keys(), ...tasks.flatMap(pathsInside)],
  };
}

/**
 * The paths of the called file's own tasks, and of the agents that an agent reaches itself; those further down may be named
 * too, and are too many to list.
 */
function pathsInside({ path, read }: TaskDraft): readonly string[] {
  if (read?.type === 'agent' || read?.type === 'router') {
    const { subAgents = [], handoffs = [] } = read.agent ?? {};
    return [...subAgents.map(({ name }) => `${path}/${name}[]`), ...(handoffs.length > 0 ? [`${path}/handoff`] : [])];
  }
  if (read?.type !== 'workflow' || !read.called) return [];
  return allTasks(read.called.workflow.root.tasks).map((task) => `${path}/${task.path}`);
}

type Part = ReturnType<typeof partsIn>[number];

/** The agents at work inside a task. */
function partsIn({ read, gate }: TaskDraft): readonly { readonly path: string; readonly nameRange: Range }[] {
  return [...(gate?.judge ? [gate.judge] : []), ...(read ? partsOf(read) : [])];
}
