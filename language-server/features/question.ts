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

/** @returns the ids of the tasks beside the one that the place is in. */
export function siblingTasks({ root, place: { path } }: Question): readonly string[] {
  const scope = path.lastIndexOf('tasks', path.length - 2);
  if (scope < 0) return [];
  const own = path[scope + 1];
  return pairsOf(nodeAt(root, path.slice(0, scope + 1)))
    .map((pair) => pair.key)
    .filter((id) => id !== own);
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
