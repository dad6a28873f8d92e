// What extracted tasks name from outside, and what others name of them: the inputs and outputs of the new file.
import {
  checkExpression,
  type Json,
  type JsonSchema,
  type NameUse,
  type Range,
  referencesOf,
  scanText,
  type TextEdit,
} from '../../../workflow/index.ts';
import { boundAround, boundInside } from './bound-names.ts';
import { type Extraction, freeName } from './extraction.ts';
import { type NamedPath, namedPathsIn, rangeOfFirst } from './named-paths.ts';

/** A value that the call gives to the new file. */
export interface GivenInput {
  readonly name: string;
  /** What is given: `tasks.gather.output`. */
  readonly source: string;
  /** Undefined: an input of the file, which goes along as it is written. */
  readonly schema?: JsonSchema;
}

/** A value that the new file gives back. */
export interface GivenOutput {
  readonly name: string;
  /** `tasks.gather.output` */
  readonly source: string;
}

export interface NamesAcross {
  readonly inputs: readonly GivenInput[];
  readonly outputs: readonly GivenOutput[];
  readonly env: readonly string[];
  /** In what goes, and in what stays. */
  readonly edits: readonly TextEdit[];
  /** Why it can not be done. */
  readonly problems: readonly string[];
}

/**
 * @param copies what goes along beside the tasks: agents and tools, which name inputs and variables too
 * @param agentFiles the texts of agents that are found from the new file as well, and see its inputs
 */
export function namesAcross(
  extraction: Extraction,
  copies: readonly Range[],
  agentFiles: readonly string[],
): NamesAcross {
  const across = new Crossing(extraction);
  for (const path of agentFiles.flatMap(pathsInText)) across.goAlongIfDeclared(path);
  for (const path of namedPathsIn(extraction.document)) {
    const { start, end } = path.expression.place.range;
    if (extraction.takes({ start, end })) across.enter(path);
    else if (copies.some((copy) => copy.start <= start && end <= copy.end)) across.goAlong(path.names);
  }
  for (const use of extraction.document.checked.uses) {
    if (use.by === 'expression' && extraction.isOneOfThem(use) && !extraction.takes(use.range)) across.leave(use);
    if (use.kind === 'shared' && extraction.takes(use.range)) across.problems.push(sharedIsOfOneFile);
  }
  return across;
}

function pathsInText(text: string): readonly (readonly string[])[] {
  const sources = scanText(text).parts.flatMap((part) => (part.kind === 'expression' ? [part.source] : []));
  return sources.flatMap(referencesOf).map(({ segments }) => segments.map(({ name }) => name));
}

class Crossing implements NamesAcross {
  readonly env: string[] = [];
  readonly edits: TextEdit[] = [];
  readonly problems: string[] = [];
  readonly #extraction: Extraction;
  readonly #inputs = new Map<string, GivenInput>();
  readonly #outputs = new Map<string, GivenOutput>();
  readonly #around: ReadonlySet<string>;
  readonly #inside: ReadonlySet<string>;

  constructor(extraction: Extraction) {
    this.#extraction = extraction;
    const { document, tasks, scope } = extraction;
    this.#around = boundAround(document.syntax.root, scope.tasks.range);
    this.#inside = new Set(tasks.flatMap(({ pair }) => [...boundInside(pair.value)]));
    // The inputs of the file keep their names, for agents may name them.
    for (const { names } of namedPathsIn(document)) if (names[0] === 'inputs' && names[1]) this.#kept.add(names[1]);
  }

  readonly #kept = new Set<string>();

  get inputs(): readonly GivenInput[] {
    return [...this.#inputs.values()];
  }

  get outputs(): readonly GivenOutput[] {
    return [...this.#outputs.values()];
  }

  /** A path in one of the tasks. */
  enter(path: NamedPath): void {
    const [root = '', name] = path.names;
    if (root === 'tasks') return this.#enterTask(path);
    if (root === 'shared') return void this.problems.push(sharedIsOfOneFile);
    if (this.#around.has(root)) {
      if (this.#inside.has(root)) this.problems.push(`\`${root}\` means something else inside of them: rename one.`);
      return this.#give(path, 1, root);
    }
    if ((root === 'inputs' || root === 'env') && name === undefined)
      return void this.problems.push(`They name \`${root}\` as a whole.`);
    this.goAlong(path.names);
  }

  /** A path that stays as it is: inputs and variables have the same names in the new file. */
  goAlong([root, name]: readonly string[]): void {
    if (name === undefined) return;
    if (root === 'inputs') this.#inputs.set(`inputs.${name}`, { name, source: `inputs.${name}` });
    if (root === 'env' && !this.env.includes(name)) this.env.push(name);
  }

  /** What files of agents name that this file does not have concerns other workflows. */
  goAlongIfDeclared([root, name]: readonly string[]): void {
    const { inputs, env } = this.#extraction.document.checked.workflow;
    const isDeclared = root === 'inputs' ? inputs.some((input) => input.name === name) : env.includes(name ?? '');
    if (root !== undefined && name !== undefined && isDeclared) this.goAlong([root, name]);
  }

  #enterTask(path: NamedPath): void {
    const [, id, field] = path.names;
    const use = this.#extraction.document.checked.uses.find(
      ({ kind, range }) => kind === 'task' && range.start === path.ranges[1]?.start,
    );
    if (use?.declared && this.#extraction.takes(use.declared)) return;
    if (id === undefined || field === undefined)
      return void this.problems.push('They name another task without saying what of it.');
    this.#give(path, 3, field === 'output' ? id : `${id}_${field}`);
  }

  /** Makes the first names of a path an input. */
  #give(path: NamedPath, count: number, name: string): void {
    const source = path.names.slice(0, count).join('.');
    const range = rangeOfFirst(this.#extraction.document, path, count);
    if (!range) return void this.problems.push(`\`${source}\` is written with brackets: write it with dots.`);
    const input = this.#inputs.get(source) ?? this.#newInput(path, source, name);
    if (!input) return;
    this.#inputs.set(source, input);
    this.edits.push({ range, newText: `inputs.${input.name}` });
  }

  #newInput({ expression }: NamedPath, source: string, wish: string): GivenInput | undefined {
    const { type } = checkExpression({ ...expression, source });
    if (type.kind !== 'json' || type.optional || saysOptional(type.schema)) {
      this.problems.push(`\`${source}\` may be absent or is no plain value, and an input is neither.`);
      return undefined;
    }
    const taken = new Set([...this.inputs.map((input) => input.name), ...this.#kept]);
    return { name: freeName(wish, (name) => taken.has(name)), source, schema: type.schema };
  }

  /** A place outside that names one of the tasks. */
  leave(use: NameUse): void {
    const { document, callId } = this.#extraction;
    const path = namedPathsIn(document).find(({ ranges }) => ranges[1]?.start === use.range.start);
    const [, id = '', field] = path?.names ?? [];
    if (!path || field === undefined || !leavingFields.has(field))
      return void this.problems.push(`Others ask \`${id}\` for more than its output.`);
    const source = `tasks.${id}.${field}`;
    const range = rangeOfFirst(document, path, 3);
    if (!range) return void this.problems.push(`\`${source}\` is written with brackets: write it with dots.`);
    const { type } = checkExpression({ ...path.expression, source });
    if (type.kind !== 'json' || type.optional)
      return void this.problems.push(`\`${source}\` may be absent, and an output of a file is not.`);
    const name = field === 'output' ? id : `${id}_${field}`;
    this.#outputs.set(source, { name, source });
    this.edits.push({ range, newText: `tasks.${callId}.output.${name}` });
  }
}

const sharedIsOfOneFile = 'They use shared values, and those are of one file.';

/** What a file that is called can say of one of its tasks. */
const leavingFields: ReadonlySet<string> = new Set(['output', 'history', 'details']);

/** A schema that says of some part that it may be absent says it in a word of ours, which is not for files. */
function saysOptional(value: Json): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return Object.entries(value).some(([key, part]) => key === 'x-segue-optional' || saysOptional(part ?? null));
}
