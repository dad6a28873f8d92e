// The static paths that a `mock` entry may name: tasks of the file, and tasks of the files that it calls.
import { locateTask } from './called.ts';
import type { TaskDraft } from './draft.ts';
import { allTasks } from './plan.ts';
import type { Declared } from './reading-context.ts';

/** @param tasks every task of the file */
export function taskPaths(tasks: readonly TaskDraft[]): Declared {
  const own = new Map(tasks.map((task) => [task.path, task]));
  const isInside = (path: string): boolean => {
    for (let slash = path.lastIndexOf('/'); slash > 0; slash = path.lastIndexOf('/', slash - 1)) {
      const read = own.get(path.slice(0, slash))?.read;
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

/** The paths of the called file's own tasks; those of files further down may be named too, and are too many to list. */
function pathsInside({ path, read }: TaskDraft): readonly string[] {
  if (read?.type !== 'workflow' || !read.called) return [];
  return allTasks(read.called.workflow.root.tasks).map((task) => `${path}/${task.path}`);
}
