// What the reading of one file shares: the names declared at the top of the file, and everything found on the way.
import type { JsonSchema } from '../../schemas/index.ts';
import { type FilesInCheck, pathOfReference } from '../files.ts';
import { checkTemplate } from '../expressions/index.ts';
import { libraryAgents } from '../library/agents.ts';
import type { Pair, ScalarNode } from '../syntax/tree.ts';
import type { AgentDraft, ScopeDraft, Surroundings, TaskDraft } from './draft.ts';
import type { Agent, Called, NamedThing, NameUse, Place, Range, Template } from './model.ts';
import type { Resolution } from './resolution.ts';
import { TemplateReader } from './templates.ts';

/**
 * Names and where they are declared: in this file, or in `file`; a name that comes with Segue has no place. Maps are such
 * tables.
 */
export interface Declared {
  has(name: string): boolean;
  get(name: string): { readonly nameRange: Range; readonly file?: string } | undefined;
  keys(): Iterable<string>;
}

/** @returns the table of all names of several tables; the first that has a name declares it. */
export function joined(tables: readonly Declared[]): Declared {
  return {
    has: (name) => tables.some((table) => table.has(name)),
    get: (name) => tables.find((table) => table.has(name))?.get(name),
    keys: () => new Set(tables.flatMap((table) => [...table.keys()])),
  };
}

/** @returns the file that a reference means, as a name; whether it is there others see. @param from the file in which it stands */
export function fileNamed(from: string, reference: string): Declared {
  const file = pathOfReference(from, reference);
  const place = file === undefined ? undefined : { file, nameRange: { start: 0, end: 0 } };
  return { has: () => true, get: () => place, keys: () => [] };
}

const inLibrary: Declared = new Map(libraryAgents.map((name) => [name, undefined]));

/** What a file can reach beyond itself. */
export interface AroundFile {
  /** The other files that it may name. */
  readonly files: FilesInCheck;
  /** Another workflow, by the text of a reference and its place; undefined when it can not be called. */
  call(reference: string, range: Range): Called | undefined;
}

interface Noted extends Pick<NameUse, 'kind' | 'name' | 'range' | 'by'> {
  /** The scalar that is the name; left out where the range has no quotes. */
  readonly letters?: ScalarNode;
  readonly names: () => Declared;
}

/** The place of a scalar's text, without quotes. */
export function lettersIn(scalar: ScalarNode): Range {
  return { start: scalar.toFileOffset(0), end: scalar.toFileOffset(scalar.text.length) };
}

/** A large file has tens of thousands: what can be found again is not kept. */
class Use implements NameUse {
  readonly kind: NamedThing;
  readonly name: string;
  readonly range: Range;
  readonly by: string;
  readonly #file: string;
  readonly #letters: ScalarNode | undefined;
  readonly #names: () => Declared;

  constructor(file: string, { kind, name, range, by, letters, names }: Noted) {
    this.kind = kind;
    this.name = name;
    this.range = range;
    this.by = by;
    this.#file = file;
    this.#letters = letters;
    this.#names = names;
  }

  get letters(): Range {
    return this.#letters ? lettersIn(this.#letters) : this.range;
  }

  get known(): boolean {
    return this.#names().has(this.name);
  }

  get declared(): Range | undefined {
    const found = this.#found();
    return (found?.file ?? this.#file) === this.#file ? found?.nameRange : undefined;
  }

  get declaredIn(): string | undefined {
    const file = this.#found()?.file;
    return file === this.#file ? undefined : file;
  }

  get declaredAt(): Place | undefined {
    const found = this.#found();
    return found && { file: found.file ?? this.#file, range: found.nameRange };
  }

  candidates(): readonly string[] {
    return [...this.#names().keys()];
  }

  #found(): ReturnType<Declared['get']> {
    return this.#names().get(this.name);
  }
}

export class ReadingContext {
  readonly file: string;
  readonly resolution: Resolution;
  readonly around: AroundFile;
  readonly templates: TemplateReader;
  /** In the order of reading. */
  readonly uses: NameUse[] = [];
  /** Names of which nothing is wrong if they are not known: only those that are known stand here. */
  readonly mentions: NameUse[] = [];
  readonly scopes: ScopeDraft[] = [];
  readonly tasks: TaskDraft[] = [];
  readonly taskSurroundings = new WeakMap<TaskDraft, Surroundings>();
  /** The agents that stand in the file itself. */
  agentDrafts: readonly AgentDraft[] = [];
  /** The agent that this file means by a name, from this file or from one of its own. */
  draftNamed: (name: string) => AgentDraft | undefined = () => undefined;
  /** Agents in files of their own. */
  agentsElsewhere: Declared = new Map();
  draftElsewhere: (name: string) => AgentDraft | undefined = () => undefined;
  /** Puts an agent together. */
  makeAgent: (draft: AgentDraft) => Agent | undefined = () => undefined;
  readonly #made = new Map<AgentDraft, Agent | undefined>();
  sharedNames: Declared = new Map();
  private readonly declared = new Map<NamedThing, Declared>();

  constructor(file: string, resolution: Resolution, around: AroundFile) {
    this.file = file;
    this.around = around;
    this.resolution = resolution;
    this.templates = new TemplateReader(file);
  }

  /** The agents of the file, then those in files of their own that tasks or these agents name. */
  get agents(): readonly Agent[] {
    const own = this.agentDrafts.flatMap((draft) => this.agentOf(draft) ?? []);
    // Each may name others, which are then among them.
    for (const agent of this.#made.values()) {
      for (const link of [...(agent?.subAgents ?? []), ...(agent?.handoffs ?? [])]) link.agent();
    }
    return [...new Set([...own, ...[...this.#made.values()].filter((agent) => agent !== undefined)])];
  }

  /** The agent that a task means. */
  agentNamed(name: string): Agent | undefined {
    const draft = this.draftNamed(name);
    return draft && this.agentOf(draft);
  }

  /** The agent that a draft stands for. */
  agentOf(draft: AgentDraft): Agent | undefined {
    if (!this.#made.has(draft)) this.#made.set(draft, this.makeAgent(draft));
    return this.#made.get(draft);
  }

  /** The names that an agent may extend: its own means one that stands elsewhere, if there is such a one. */
  basesOf(agent: string, base: string): Declared {
    return agent === base && this.agentsElsewhere.has(base)
      ? this.agentsElsewhere
      : joined([this.namesOf('agent'), inLibrary]);
  }

  /** The agent that another one extends, as far as it is known. */
  baseNamed(agent: string, base: string): AgentDraft | undefined {
    return agent === base && this.agentsElsewhere.has(base) ? this.draftElsewhere(base) : this.draftNamed(base);
  }

  declare(kind: NamedThing, names: Declared): void {
    this.declared.set(kind, names);
  }

  namesOf(kind: NamedThing): Declared {
    return this.declared.get(kind) ?? new Map();
  }

  /** Where a name is declared; undefined if it is not, or comes with Segue. */
  placeOf(kind: NamedThing, name: string): Place | undefined {
    const found = this.namesOf(kind).get(name);
    return found && { file: found.file ?? this.file, range: found.nameRange };
  }

  /** Notes that a name is used. `names` is asked when somebody wants to know, for later lines may declare it. */
  use(kind: NamedThing, name: ScalarNode, by: string, names: () => Declared): NameUse {
    return this.#noted(this.uses, { kind, name: name.text, range: name.range, letters: name, by, names });
  }

  /** Notes that a key of a map is a name declared elsewhere. */
  useKey(kind: NamedThing, pair: Pair, by: string, names: () => Declared): NameUse {
    return this.use(kind, pair.keyNode, by, names);
  }

  note(kind: NamedThing, name: string, range: Range, by: string, names: () => Declared): NameUse {
    return this.#noted(this.uses, { kind, name, range, by, names });
  }

  /** Notes that a name which is known stands somewhere: for those who look for it; the rules do not look there. */
  mention(kind: NamedThing, name: string, range: Range, by: string, at: Place): void {
    const names = (): Declared => new Map([[name, { nameRange: at.range, file: at.file }]]);
    this.#noted(this.mentions, { kind, name, range, by, names });
  }

  #noted(noted: NameUse[], use: Noted): NameUse {
    const one = new Use(this.file, use);
    noted.push(one);
    return one;
  }

  /** The type of the elements of a list. */
  elementType(items: Template): JsonSchema {
    const element = checkTemplate(items).schema['items'];
    return typeof element === 'object' && element !== null && !Array.isArray(element) ? element : {};
  }
}
