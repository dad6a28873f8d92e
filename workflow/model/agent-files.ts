// Agents that stand in files of their own. They are looked up by name: in `agents/` beside the workflow (for an agent
// file, beside itself), then in `.segue/agents/` of its folder and of those above, then among those that come with Segue.
// What is not known yet is wanted.
import { type FileProblem, type FilesInCheck, pathOfReference } from '../files.ts';
import { isLibraryFile, libraryFile, libraryText } from '../library/agents.ts';
import { parseDocument, type SyntaxDocument } from '../syntax/document.ts';
import type { Pair, ScalarNode } from '../syntax/tree.ts';
import { readAgentDraft } from './agents.ts';
import type { AgentDraft, Surroundings } from './draft.ts';
import { type Declared, ReadingContext } from './reading-context.ts';

/** An agent that was read from a file of its own. */
export interface AgentFile {
  readonly document: SyntaxDocument;
  readonly context: ReadingContext;
  readonly draft: AgentDraft;
}

/** The nearest file with the name of an agent, which can not be used. */
export interface UnusableAgent {
  readonly path: string;
  readonly problem: FileProblem;
}

/** What the search for an agent has come to. `wanted`: a file that may hold it is not known yet. */
export type SoughtAgent = AgentFile | UnusableAgent | 'wanted' | undefined;

const agentName = /^[A-Za-z_][\w-]*$/;

export class AgentFiles {
  readonly #files: FilesInCheck;
  readonly #base: Surroundings;
  /** The context of the workflow: its tools and toolsets are those of the agents too. */
  readonly #around: ReadingContext;
  readonly #read = new Map<string, AgentFile>();

  /** @param around of the workflow that names them @param base what the instructions of agents see */
  constructor(around: ReadingContext, base: Surroundings) {
    this.#files = around.around.files;
    this.#around = around;
    this.#base = base;
  }

  /** Every file that was read, in the order of reading. */
  get all(): readonly AgentFile[] {
    return [...this.#read.values()];
  }

  /** @param from the file that names the agent */
  find(name: string, from: string): SoughtAgent {
    if (!agentName.test(name)) return undefined;
    for (const path of this.#files.hasSource ? placesOf(name, from) : []) {
      const known = this.#read.get(path);
      if (known) return known;
      const file = this.#files.find(path);
      if (!file) return 'wanted';
      if ('text' in file) return this.read(name, parseDocument(path, file.text));
      // A further one is not what was meant: nobody would see which of the two was taken.
      if (file.problem !== 'missing') return { path, problem: file.problem };
    }
    return this.#inLibrary(name);
  }

  /** A run that has begun keeps the text that it began with. */
  #inLibrary(name: string): AgentFile | undefined {
    const path = libraryFile(name);
    const text = libraryText(name) === undefined ? undefined : (this.#files.known(path) ?? libraryText(name));
    return this.#read.get(path) ?? (text === undefined ? undefined : this.read(name, parseDocument(path, text)));
  }

  /** Reads the agent in a document. */
  read(name: string, document: SyntaxDocument): AgentFile {
    const { file } = document;
    const context = new ReadingContext(file, this.#around.resolution, this.#around.around);
    for (const kind of ['tool', 'toolset'] as const) context.declare(kind, this.#around.namesOf(kind));
    context.declare('agent', this.declaredFrom(file));
    const draft = readAgentDraft(context, pairOf(name, document), this.#base);
    context.agentDrafts = [draft];
    context.draftNamed = (other) => this.draft(other, file);
    context.makeAgent = (made) => this.#around.agentOf(made);
    const read = { document, context, draft };
    this.#read.set(file, read);
    return read;
  }

  /** The names that a file may use, as far as they are known: what is still wanted counts as there. */
  declaredFrom(from: string): Declared {
    return {
      has: (name: string) => this.find(name, from) !== undefined,
      get: (name: string) => {
        const found = this.draft(name, from);
        return found && !isLibraryFile(found.file) ? { file: found.file, nameRange: { start: 0, end: 0 } } : undefined;
      },
      // A file does not extend itself, and those that come with Segue lack a model.
      keys: () => this.all.flatMap(({ draft: { file, name } }) => (file === from || isLibraryFile(file) ? [] : [name])),
    };
  }

  /** The agent that a file means by a name, if it is known. */
  draft(name: string, from: string): AgentDraft | undefined {
    const found = this.find(name, from);
    return typeof found === 'object' && 'draft' in found ? found.draft : undefined;
  }
}

/** The root of the file as if it were the value of a key in `agents`. */
function pairOf(name: string, { root, text }: SyntaxDocument): Pair {
  const range = { start: 0, end: text.length };
  const empty: ScalarNode = {
    kind: 'scalar',
    value: null,
    text: '',
    style: 'plain',
    range: { start: 0, end: 0 },
    toFileOffset: () => 0,
  };
  return { key: name, keyNode: { ...empty, value: name, text: name }, value: root ?? empty, range };
}

/** Where an agent may stand, the first place first. */
function placesOf(name: string, from: string): readonly string[] {
  const file = `${name}.agent.yaml`;
  const places = [pathOfReference(from, isAgentFile(from) ? file : `agents/${file}`)];
  for (let up = ''; ; up += '../') {
    const path = pathOfReference(from, `${up}.segue/agents/${file}`);
    if (path === undefined) break;
    places.push(path);
  }
  return places.filter((path) => path !== undefined && path !== from) as string[];
}

/** `agents/writer.agent.yaml` */
export function isAgentFile(path: string): boolean {
  return path.endsWith('.agent.yaml');
}

/** `agents/writer.agent.yaml` → `writer` */
export function nameOfAgentFile(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1).replace(/\.agent\.yaml$/, '');
}
