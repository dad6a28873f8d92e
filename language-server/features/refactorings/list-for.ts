// A list for a task to go through.
import { allTasks, type JsonSchema } from '../../../workflow/index.ts';
import type { OpenDocument } from '../open-document.ts';
import type { TaskSite } from './task-sites.ts';

/** @returns the one list that a task could mean, as an expression: an input, or the output of what it needs; else `[]` */
export function listFor({ checked: { workflow } }: OpenDocument, { pair }: TaskSite): string {
  const tasks = allTasks(workflow.root.tasks);
  const task = tasks.find(({ nameRange }) => nameRange.start === pair.keyNode.range.start);
  const beside = tasks.filter(({ name, path }) => task?.needs.includes(name) && path === pathBeside(task.path, name));
  const lists = [
    ...workflow.inputs.filter(({ schema }) => isList(schema)).map(({ name }) => `inputs.${name}`),
    ...beside.filter(({ outputType }) => isList(outputType)).map(({ name }) => `tasks.${name}.output`),
  ];
  return lists.length === 1 ? `\${{ ${lists[0]} }}` : '[]';
}

function pathBeside(path: string, name: string): string {
  return `${path.slice(0, path.lastIndexOf('/') + 1)}${name}`;
}

function isList(schema: JsonSchema): boolean {
  return schema['type'] === 'array' && schema['x-segue-optional'] === undefined;
}
