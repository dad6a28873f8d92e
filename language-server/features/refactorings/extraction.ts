// Tasks that are to leave their file: what goes, what stays with the call that takes their place, and what the two then
// say to each other.
import {
  type MapNode,
  type NameUse,
  type Pair,
  type Range,
  type Task,
  allTasks,
  valueOf,
} from '../../../workflow/index.ts';
import type { OpenDocument } from '../open-document.ts';
import { isWithin, type ScopeSite, type TaskSite } from './task-sites.ts';

/** Keys that say when and how a task runs among others: they stay with the call if one task is all that goes. */
const keysOfTheCall = ['needs', 'when', 'trigger_rule', 'priority', 'critical', 'disabled'];

export class Extraction {
  readonly document: OpenDocument;
  /** One at least, next to each other in their scope. */
  readonly tasks: readonly [TaskSite, ...TaskSite[]];
  /** The id of the task that calls the new file. */
  readonly callId: string;
  /** What stays with the call. */
  readonly staying: readonly Pair[];

  constructor(document: OpenDocument, tasks: readonly [TaskSite, ...TaskSite[]]) {
    this.document = document;
    this.tasks = tasks;
    this.callId = callIdFor(tasks);
    const [{ pair }] = tasks;
    this.staying = tasks.length === 1 && pair.value.kind === 'map' ? pair.value.pairs.filter(isOfTheCall) : [];
  }

  get text(): string {
    return this.document.text;
  }

  get scope(): ScopeSite {
    return this.tasks[0].scope;
  }

  get isOneTask(): boolean {
    return this.tasks.length === 1;
  }

  /** Whether a place goes to the new file. */
  takes(range: Range): boolean {
    return this.holds(range) && !this.staying.some((pair) => isWithin(range, pair.range));
  }

  /** Whether a place is in one of the tasks. */
  holds(range: Range): boolean {
    return this.tasks.some(({ pair }) => isWithin(range, pair.range));
  }

  /** Whether a name means one of the tasks. */
  isOneOfThem({ kind, declared, declaredIn }: NameUse): boolean {
    return (
      kind === 'task' &&
      declaredIn === undefined &&
      this.tasks.some(({ pair }) => pair.keyNode.range.start === declared?.start)
    );
  }

  /** The tasks of the scope as the model has them, those that go and those that stay. */
  models(): { readonly going: readonly Task[]; readonly staying: readonly Task[] } {
    const places = new Set(this.scope.tasks.pairs.map(({ keyNode }) => keyNode.range.start));
    const going = new Set(this.tasks.map(({ pair }) => pair.keyNode.range.start));
    const outermost = new Map<number, Task>();
    for (const task of allTasks(this.document.checked.workflow.root.tasks)) {
      const { start } = task.nameRange;
      if (places.has(start) && !outermost.has(start)) outermost.set(start, task);
    }
    const all = [...outermost.values()];
    return {
      going: all.filter(({ nameRange }) => going.has(nameRange.start)),
      staying: all.filter(({ nameRange }) => !going.has(nameRange.start)),
    };
  }
}

function isOfTheCall({ key }: Pair): boolean {
  return keysOfTheCall.includes(key);
}

function callIdFor(tasks: readonly [TaskSite, ...TaskSite[]]): string {
  const [first] = tasks;
  const last = tasks.at(-1) ?? first;
  if (tasks.length === 1) return first.id;
  const id = `${first.id}_${tasks.length === 2 ? 'and' : 'to'}_${last.id}`;
  return freeName(id, (name) => valueOf(first.scope.tasks, name) !== undefined);
}

/** @returns the name, or with a number behind it the first that is not taken */
export function freeName(name: string, isTaken: (name: string) => boolean): string {
  if (!isTaken(name)) return name;
  for (let count = 2; ; count += 1) if (!isTaken(`${name}_${count}`)) return `${name}_${count}`;
}

/** A section of the file, if it is a map. */
export function sectionOf(document: OpenDocument, name: string): MapNode | undefined {
  const section = valueOf(document.syntax.root, name);
  return section?.kind === 'map' ? section : undefined;
}
