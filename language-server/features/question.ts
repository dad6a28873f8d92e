// What is asked of completion: a place, and what stands around it.
import {
  builtinTools,
  describeKey,
  type FileKind,
  itemsOf,
  type Node,
  nodeAt,
  pairsOf,
  type Path,
  type Task,
  toolsDeclaredIn,
  valueOf,
} from '../../workflow/index.ts';
import type { CursorPlace } from './cursor-place.ts';
import type { OpenDocument } from './open-document.ts';

export interface Question {
  readonly document: OpenDocument;
  readonly place: CursorPlace;
  readonly offset: number;
  /** The tree around the place, without what is being written. */
  readonly root: Node | undefined;
  readonly file: FileKind;
}

/** @returns the names declared in a section of the file: agents, toolsets, shared … */
export function namesIn({ root }: Question, section: string): readonly string[] {
  return pairsOf(valueOf(root, section)).map((pair) => pair.key);
}

/** @returns what the agents of the file are good at, each once */
export function capabilitiesIn(question: Question): readonly string[] {
  const lists = namesIn(question, 'agents').map((agent) => ['agents', agent, 'capabilities']);
  return [...new Set(lists.flatMap((list) => elementsOf(question, list)))];
}

type KnownTool = (typeof builtinTools)[number];

/** @returns the tools that may be named at the place: those of the file, and those that come with Segue. */
export function toolsAt({ root, place: { path } }: Question): readonly KnownTool[] {
  if (path.includes('builtin')) return builtinTools;
  const listed = itemsOf(valueOf(valueOf(root, 'tools'), 'builtin'));
  const names = listed.flatMap((item) => (item.kind === 'scalar' && item.text !== '' ? [item.text] : []));
  const builtin = builtinTools.filter(({ name }) => names.length === 0 || names.includes(name));
  return [...toolsDeclaredIn(root), ...builtin];
}

/** A task that may be named, as far as its first lines tell. */
export interface SiblingTask {
  readonly id: string;
  readonly type: string | undefined;
  readonly description: string | undefined;
}

/** @returns the tasks beside the one that the place is in. */
export function siblingTasks({ document, root, place: { path } }: Question): readonly SiblingTask[] {
  const scope = path.lastIndexOf('tasks', path.length - 2);
  if (scope < 0) return [];
  const own = path[scope + 1];
  // The tree around the place has only the ids of other tasks; what they are the last check knows.
  const names = document.latestChecked()?.checked.workflow.root.tasks ?? [];
  const known = new Map((scope === 0 ? names : []).map((task) => [task.name, task]));
  return pairsOf(nodeAt(root, path.slice(0, scope + 1)))
    .filter((pair) => pair.key !== own)
    .map(({ key: id }) => ({ id, type: typeOfWork(known.get(id)), description: known.get(id)?.description }));
}

/** A task with a gate is called by what it tries. */
function typeOfWork(task: Task | undefined): string | undefined {
  if (task?.type !== 'gated') return task?.type;
  return task.body.kind === 'task' ? task.body.task.type : 'graph';
}

/** @returns what a list at a path already has. */
export function elementsOf({ root }: Question, list: Path): readonly string[] {
  return itemsOf(nodeAt(root, list)).flatMap((item) => (item.kind === 'scalar' ? [item.text] : []));
}

/** @returns the way from a JSON Schema that a person writes to the place in it; undefined outside of one */
export function pathInSchema({ root, file }: Question, path: Path): Path | undefined {
  for (let length = 1; length <= path.length; length += 1) {
    const info = describeKey(root, path.slice(0, length), file);
    if (!info) return undefined;
    if (info.kind === 'json-schema') return path.slice(length);
  }
  return undefined;
}
