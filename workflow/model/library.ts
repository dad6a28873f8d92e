// The workflows of one check: the file that is checked, and those that it calls. Each is read once, however many tasks
// call it, so a called file is the same value everywhere.
import type { ToolSchema } from '../../schemas/index.ts';
import { checkTemplate } from '../expressions/index.ts';
import { type FileProblem, type FilesInCheck, pathOfReference } from '../files.ts';
import { parseDocument, type SyntaxDocument } from '../syntax/document.ts';
import { valueOf } from '../syntax/tree.ts';
import { finished, type Steps } from '../steps.ts';
import { type Built, buildSteps } from './build.ts';
import type { Called, JsonSchema, Range, Workflow } from './model.ts';
import type { AroundFile } from './reading-context.ts';

/** A place where a file names another one. */
export interface FileReference {
  /** As written. */
  readonly name: string;
  readonly range: Range;
  /** Where it leads; undefined: out of the folder that paths begin in. */
  readonly path: string | undefined;
}

/** One workflow that was read, with the places where it calls others. */
export interface LibraryEntry {
  readonly document: SyntaxDocument;
  readonly built: Built;
  readonly calls: readonly FileReference[];
}

/** What a reference leads to, as far as it can be told. */
export type Finding = 'unknown' | 'no-name' | 'no-workflow' | FileProblem | LibraryEntry;

export class Library implements AroundFile {
  readonly files: FilesInCheck;
  readonly #tools: readonly ToolSchema[];
  readonly #entries = new Map<string, LibraryEntry>();
  /** The files that are being read: one calls the next. */
  readonly #open: { readonly file: string; readonly calls: FileReference[] }[] = [];

  /** @param tools every tool that the engine has */
  constructor(files: FilesInCheck, tools: readonly ToolSchema[]) {
    this.files = files;
    this.#tools = tools;
  }

  /** The files that were read, called ones before those that call them. */
  get entries(): readonly LibraryEntry[] {
    return [...this.#entries.values()];
  }

  /** Reads a workflow, and those that it calls. */
  read(document: SyntaxDocument): LibraryEntry {
    return finished(this.readSteps(document));
  }

  /** The same, a step at a time; what is called is read within a step. */
  *readSteps(document: SyntaxDocument): Steps<LibraryEntry> {
    const calls: FileReference[] = [];
    this.#open.push({ file: document.file, calls });
    const built = yield* buildSteps(document, this.#tools, this);
    this.#open.pop();
    const entry = { document, built, calls };
    this.#entries.set(document.file, entry);
    return entry;
  }

  /** Follows a reference of the file that is being read. @returns undefined when the file can not be called */
  call(name: string, range: Range): Called | undefined {
    const at = this.#open.at(-1);
    if (!at) return undefined;
    const reference = { name, range, path: pathOfReference(at.file, name) };
    at.calls.push(reference);
    const isCircular = this.#open.some(({ file }) => file === reference.path);
    const found = isCircular ? undefined : this.find(reference);
    return found && typeof found === 'object' ? calledFile(found) : undefined;
  }

  /** What a reference leads to. */
  find({ name, path }: FileReference): Finding {
    if (!isWorkflowName(name)) return 'no-name';
    if (path === undefined) return 'outside';
    const known = this.#entries.get(path);
    if (known) return known;
    const file = this.files.find(path);
    if (!file) return 'unknown';
    if ('problem' in file) return file.problem;
    const document = parseDocument(path, file.text);
    return valueOf(document.root, 'segue') || valueOf(document.root, 'tasks') ? this.read(document) : 'no-workflow';
  }
}

/** Nothing else is ever read: its text would go into the record of every run. */
function isWorkflowName(name: string): boolean {
  return /^(?![/\\])[^:\\]+\.segue\.(?:ya?ml|json)$/.test(name);
}

/** The files that a file calls, as far as they could be read. */
function calledBy(library: Library, { calls }: LibraryEntry): readonly LibraryEntry[] {
  return calls.flatMap((reference) => {
    const found = library.find(reference);
    return typeof found === 'object' ? [found] : [];
  });
}

/** @returns the files on a way from `start` to the file `end`, both included; undefined when no call leads there */
export function wayBack(library: Library, start: LibraryEntry, end: string): readonly string[] | undefined {
  const ways = new Map([[start, [start.document.file]]]);
  for (const [at, way] of ways) {
    if (at.document.file === end) return way;
    for (const next of calledBy(library, at)) if (!ways.has(next)) ways.set(next, [...way, next.document.file]);
  }
  return undefined;
}

interface Counted {
  /** All tasks of a file, those of each call included. */
  readonly tasks: number;
  /** How many files call each other in a row, this one included. */
  readonly depth: number;
}

const counts = new WeakMap<LibraryEntry, Counted>();

/** Counts what a call of a file brings with it. Where files call each other in a circle, the circle is left out. */
export function countedTasks(library: Library, entry: LibraryEntry): Counted {
  const known = counts.get(entry);
  if (known) return known;
  counts.set(entry, { tasks: 0, depth: 0 });
  const inner = calledBy(library, entry).map((called) => countedTasks(library, called));
  const tasks = inner.reduce((sum, one) => sum + one.tasks, entry.built.tasks.length);
  const counted = { tasks, depth: 1 + Math.max(0, ...inner.map((one) => one.depth)) };
  counts.set(entry, counted);
  return counted;
}

const knownCalls = new WeakMap<LibraryEntry, Called>();

function calledFile(entry: LibraryEntry): Called {
  const known = knownCalls.get(entry);
  if (known) return known;
  const { workflow } = entry.built;
  const called = { workflow, text: entry.document.text, outputType: typeOfOutputs(workflow) };
  knownCalls.set(entry, called);
  return called;
}

function typeOfOutputs({ outputs }: Workflow): JsonSchema {
  const properties = Object.fromEntries(outputs.map(({ name, value }) => [name, checkTemplate(value).schema]));
  return { type: 'object', properties, required: Object.keys(properties), additionalProperties: false };
}
