// What comes from strangers, and where it goes. What models and tools say is followed through tasks, shared values and
// called files to the places that act on it: an input of a tool that may be called only once, a path, an address, and
// what an agent is told as its instructions. One pass in the order of dependencies; ways are short, and counted.
//   T1. Trusted are the text of the file, what a run is started with, and what a person says.
//   T2. Numbers, truth values, moments and words from a list can hold no instructions.
//   T3. Two things come between: a `human` task on the way, and a tool that asks a person about this very call.
import { isJsonObject, type ToolSchema } from '../../schemas/index.ts';
import { givesNoText, holdsNoText, type Reference, referencesOf } from '../expressions/index.ts';
import { type Node, valueOf, itemsOf } from '../syntax/tree.ts';
import type { BodyDraft, ExpressionUse, ScopeDraft, TaskDraft } from './draft.ts';
import type { Expression, Range, Template } from './basics.ts';
import type { Built } from './build.ts';
import type { Workflow } from './model.ts';
import { levelsOf } from './names.ts';
import { dependencyOrder } from './order.ts';

/** Where something comes from: a task of the file, or an input of it. */
type Origin = TaskDraft | { readonly input: string };

/** The tasks on the way from an origin, the latest last. */
type Taint = ReadonlyMap<string, { readonly origin: Origin; readonly way: readonly TaskDraft[] }>;

/** A place that acts on what it is given. */
export interface Sink {
  readonly file: string;
  readonly range: Range;
  /** What it is: ``the address of the tool `fetch` ``. */
  readonly what: string;
}

/** Something that comes from a stranger and reaches a place that acts on it. */
export interface Untrusted {
  readonly sink: Sink;
  /** Where it enters the file: the expression that carries it there. */
  readonly range: Range;
  readonly from: TaskDraft;
  readonly way: readonly TaskDraft[];
}

/** What a file does with what it is given, and what it gives. */
export interface Trust {
  readonly found: readonly Untrusted[];
  /** Places that an input reaches. */
  readonly sinksOfInputs: ReadonlyMap<string, Sink>;
  /** Of each output whether a stranger has a say in it, and which inputs go into it. */
  readonly outputs: ReadonlyMap<string, { readonly stranger: boolean; readonly inputs: readonly string[] }>;
}

/** What is known of the files that a file calls. */
export type TrustOf = (workflow: Workflow) => Trust | undefined;

/** What strangers have a say in, by the names of shared values; `*`: in any of them. */
type SharedTaint = ReadonlyMap<string, Taint>;

const nothing: Taint = new Map();
/** Origins of one value, and tasks of one way, that are told apart. */
const most = 8;
/** Steps that the search for people may take in one file; beyond it nothing is claimed. */
const maxSteps = 200_000;

/** Follows what strangers say through a file. */
export function trustIn(built: Built, file: string, trustOf: TrustOf): Trust {
  const first = new Follower(built, file, trustOf, new Map());
  first.follow();
  // Whoever reads a shared value gets what any task has written, be it earlier or later in the file.
  const follower = first.shared.size > 0 ? new Follower(built, file, trustOf, first.shared) : first;
  if (follower !== first) follower.follow();
  return follower.result();
}

class Follower {
  readonly shared = new Map<string, Taint>();
  readonly #built: Built;
  readonly #file: string;
  readonly #trustOf: TrustOf;
  readonly #sharedBefore: SharedTaint;
  readonly #uses: ReadonlyMap<Expression, ExpressionUse>;
  readonly #tools: ReadonlyMap<string, ToolSchema>;
  readonly #callers: ReadonlyMap<string, number>;
  readonly #taints = new Map<TaskDraft, Taint>();
  readonly #owners = new Map<TaskDraft, TaskDraft>();
  /** The task that an element, or what a round gave, belongs to. */
  readonly #givers = new Map<unknown, TaskDraft>();
  readonly #found: Untrusted[] = [];
  readonly #sinksOfInputs = new Map<string, Sink>();
  #steps = 0;

  constructor(built: Built, file: string, trustOf: TrustOf, shared: SharedTaint) {
    this.#built = built;
    this.#file = file;
    this.#trustOf = trustOf;
    this.#sharedBefore = shared;
    this.#uses = new Map(built.expressions.map((use) => [use.expression, use]));
    this.#tools = new Map(built.tools.map((tool) => [tool.name, tool]));
    this.#callers = callersOfTools(built);
  }

  follow(): void {
    this.#scope(this.#built.scope, false, undefined);
    for (const agent of this.#built.workflow.agents) {
      if (!agent.instructions) continue;
      const sink = { file: agent.file, range: agent.nameRange, what: `the instructions of \`${agent.name}\`` };
      for (const expression of expressionsIn(agent.instructions)) this.#inputsInto(expression, sink);
    }
  }

  result(): Trust {
    const outputs = this.#built.workflow.outputs.map(({ name, value }) => {
      const origins = [...this.#template(value).values()].map(({ origin }) => origin);
      const inputs = origins.flatMap((origin) => ('input' in origin ? [origin.input] : []));
      return [name, { stranger: origins.some((origin) => !('input' in origin)), inputs }] as const;
    });
    return { found: this.#found, sinksOfInputs: this.#sinksOfInputs, outputs: new Map(outputs) };
  }

  #scope(scope: ScopeDraft, repeated: boolean, owner: TaskDraft | undefined): void {
    for (const task of dependencyOrder(scope).order) this.#task(task, repeated, owner);
  }

  #task(task: TaskDraft, repeated: boolean, owner: TaskDraft | undefined): void {
    const { read, stages, body, branches = [], onError } = task;
    if (owner) this.#owners.set(task, owner);
    const again = repeated || task.gate !== undefined || read?.type === 'for_each' || read?.type === 'loop';
    const seen = body && namesInBody(body, this.#built);
    if (seen && read?.type === 'for_each') this.#givers.set(seen[read.as], task);
    if (seen && read?.type === 'loop') this.#givers.set(seen['output'], task);
    // What a round gives the next one is what the whole loop may give; its element is what its list holds.
    if (read?.type === 'loop' && body) this.#taints.set(task, speaks(body) ? own(task) : nothing);
    if (read?.type === 'for_each') this.#taints.set(task, this.#template(read.items));
    if (stages) this.#scope(stages, again, task);
    if (body) this.#body(body, again, task);
    for (const branch of branches) this.#body(branch.body, again, task);
    if (onError.kind === 'fallback') this.#body(onError.body, again, task);
    this.#sinks(task, again);
    const given = limited(new Map([...this.#given(task), ...this.#insteadOf(task)]), task);
    this.#taints.set(task, given);
    this.#writes(task);
  }

  #body(body: BodyDraft, repeated: boolean, owner: TaskDraft): void {
    if (body.kind === 'graph') this.#scope(body.scope, repeated, owner);
    else this.#task(body.task, repeated, owner);
  }

  /** What a task puts into shared values; agents that have the tool may put anything into any of them. */
  #writes(task: TaskDraft): void {
    const { read } = task;
    if (read?.type === 'set') for (const [name, value] of read.shared) this.#write(name, task, this.#template(value));
    if (read?.type === 'tool' && read.tool === 'set_shared' && read.with) {
      const name = read.with.kind === 'map' ? read.with.entries.find(([key]) => key === 'name')?.[1] : undefined;
      const isPlain = name?.kind === 'literal' && typeof name.value === 'string';
      this.#write(isPlain ? (String(name.value).split('.', 1)[0] ?? '*') : '*', task, this.#template(read.with));
    }
    if (read?.type === 'agent' && read.agent?.tools.includes('set_shared')) this.#write('*', task, own(task));
  }

  #write(name: string, task: TaskDraft, taint: Taint): void {
    if (taint.size > 0) this.shared.set(name, limited(new Map([...(this.shared.get(name) ?? []), ...taint]), task));
  }

  /** What a task gives, by what it does. */
  #given(task: TaskDraft): Taint {
    const { read, stages, body, branches = [] } = task;
    switch (read?.type) {
      case 'agent':
      case 'router':
      case 'reflect':
      case 'supervisor':
      case 'planner':
        return own(task);
      case 'tool':
        return read.tool === 'calculator' ? nothing : own(task);
      case 'workflow':
        return this.#called(task);
      case 'parallel':
        if (read.agents.length > 0 || read.fusion.agent) return own(task);
        return new Map(branches.flatMap((branch) => [...this.#bodyGives(branch.body)]));
      case 'pipeline': {
        const last = stages?.tasks.at(-1);
        return (last && this.#taints.get(last)) ?? nothing;
      }
      case 'for_each':
      case 'loop':
      case 'gated':
        return body ? this.#bodyGives(body) : nothing;
      case 'set':
        return read.values ? this.#template(read.values) : nothing;
      default:
        return nothing;
    }
  }

  /** What takes the place of a failed task's output. */
  #insteadOf({ onError }: TaskDraft): Taint {
    if (onError.kind === 'default') return this.#template(onError.value);
    return onError.kind === 'fallback' ? this.#bodyGives(onError.body) : nothing;
  }

  #bodyGives(body: BodyDraft): Taint {
    if (body.kind === 'task') return this.#taints.get(body.task) ?? nothing;
    if (body.scope.output) return this.#template(body.scope.output);
    const last = body.scope.tasks.at(-1);
    return (last && this.#taints.get(last)) ?? nothing;
  }

  /** A called file gives what strangers say in it, and what it was given. */
  #called(task: TaskDraft): Taint {
    const { read } = task;
    const trust = read?.type === 'workflow' && read.called ? this.#trustOf(read.called.workflow) : undefined;
    if (read?.type !== 'workflow' || !trust) return nothing;
    const outputs = [...trust.outputs.values()];
    if (outputs.some(({ stranger }) => stranger)) return own(task);
    const inputs = new Set(outputs.flatMap((output) => output.inputs));
    return new Map(read.with.filter(([name]) => inputs.has(name)).flatMap(([, value]) => [...this.#template(value)]));
  }

  #template(template: Template): Taint {
    const found = expressionsIn(template).flatMap((expression) => [...this.#expression(expression)]);
    return found.length === 0 ? nothing : new Map(found);
  }

  #expression(expression: Expression): Taint {
    if (givesNoText(expression)) return nothing;
    const found = referencesOf(expression.source).flatMap((reference) => [...this.#reference(reference, expression)]);
    return found.length === 0 ? nothing : new Map(found);
  }

  #reference({ segments }: Reference, expression: Expression): Taint {
    const [root, field] = segments;
    if (!root || holdsNoText(expression, segments)) return nothing;
    if (root.name === 'inputs') {
      const names = field ? [field.name] : this.#built.workflow.inputs.map(({ name }) => name);
      return new Map(names.map((name) => [`inputs.${name}`, { origin: { input: name }, way: [] }]));
    }
    if (root.name === 'shared') {
      const named = field ? this.#sharedBefore.get(field.name) : undefined;
      return named ?? this.#sharedBefore.get('*') ?? nothing;
    }
    const use = this.#uses.get(expression);
    if (root.name === 'tasks' && field && use) {
      const level = levelsOf(use.surroundings).find(({ scope }) => scope.byId.has(field.name));
      const task = level?.scope.byId.get(field.name);
      return (task && this.#taints.get(task)) ?? nothing;
    }
    const names = expression.names();
    const giver = Object.hasOwn(names, root.name) ? this.#givers.get(names[root.name]) : undefined;
    return (giver && this.#taints.get(giver)) ?? nothing;
  }

  /** The places of a task that act on what they are given. */
  #sinks(task: TaskDraft, repeated: boolean): void {
    const { read, node } = task;
    if (read?.type === 'tool' && read.with) this.#intoTool(task, read.tool, read.with, repeated);
    if (read?.type === 'agent' || read?.type === 'reflect') this.#intoInstructions(task, read.messages, node);
    const trust = read?.type === 'workflow' && read.called ? this.#trustOf(read.called.workflow) : undefined;
    if (read?.type !== 'workflow' || !trust) return;
    for (const [name, value] of read.with) {
      const sink = trust.sinksOfInputs.get(name);
      if (sink) this.#into(task, value, sink);
    }
  }

  #intoTool(task: TaskDraft, name: string, given: Template, repeated: boolean): void {
    const tool = this.#tools.get(name);
    if (!tool || tool.answeredBy === 'engine') return;
    // Asked once, a person may have allowed all calls of a run: only the one call of a tool is surely asked about.
    if (tool.asks === 'first' && !repeated && this.#callers.get(name) === 1) return;
    const fields = given.kind === 'map' ? given.entries : [['', given] as const];
    for (const [field, value] of fields) {
      const what = actsOn(tool, field);
      if (what !== undefined) this.#into(task, value, { file: this.#file, range: value.place.range, what });
    }
  }

  #intoInstructions(task: TaskDraft, messages: Template | undefined, node: Node): void {
    const written = itemsOf(valueOf(valueOf(node, 'with'), 'messages'));
    if (messages?.kind !== 'list') return;
    messages.items.forEach((message, place) => {
      const role = valueOf(written[place], 'role');
      const content = message.kind === 'map' ? message.entries.find(([key]) => key === 'content')?.[1] : undefined;
      if (role?.kind !== 'scalar' || role.text !== 'system' || !content) return;
      this.#into(task, content, {
        file: this.#file,
        range: content.place.range,
        what: 'what an agent is told as `system`',
      });
    });
  }

  #into(task: TaskDraft, value: Template, sink: Sink): void {
    for (const expression of expressionsIn(value)) {
      this.#inputsInto(expression, sink);
      for (const { origin, way } of this.#expression(expression).values()) {
        if ('input' in origin || this.#isReviewed(origin, task)) continue;
        const { range } = expression.place;
        this.#found.push({ sink, range, from: origin, way: way.filter((step) => step !== task) });
        break;
      }
    }
  }

  #inputsInto(expression: Expression, sink: Sink): void {
    for (const { origin } of this.#expression(expression).values()) {
      if ('input' in origin && !this.#sinksOfInputs.has(origin.input)) this.#sinksOfInputs.set(origin.input, sink);
    }
  }

  /** Whether a person is asked after one task has ended and before another one begins. */
  #isReviewed(from: TaskDraft, to: TaskDraft): boolean {
    const before = this.#before(to);
    const people = [...before].filter(({ read }) => read?.type === 'human');
    return (
      this.#steps > maxSteps ||
      people.some((human) => {
        const seen = this.#before(human);
        return this.#around(from).some((task) => seen.has(task));
      })
    );
  }

  /** Everything that has ended before a task begins, as far as its own scope and those around it tell. */
  #before(task: TaskDraft): ReadonlySet<TaskDraft> {
    const before = new Set<TaskDraft>();
    const open = this.#around(task);
    for (const next of open) {
      this.#steps += 1;
      if (this.#steps > maxSteps) break;
      for (const id of [...this.#built.resolution.needsOf(next), ...this.#built.resolution.choosersOf(next)]) {
        const need = next.scope?.byId.get(id);
        if (!need || before.has(need)) continue;
        before.add(need);
        open.push(need);
      }
    }
    return before;
  }

  /** A task, and those in which it stands. */
  #around(task: TaskDraft): TaskDraft[] {
    const around = [task];
    for (let owner = this.#owners.get(task); owner; owner = this.#owners.get(owner)) around.push(owner);
    return around;
  }
}

function own(task: TaskDraft): Taint {
  return new Map([[task.path, { origin: task, way: [] }]]);
}

/** What a task hands on has come through it. */
function limited(taint: Taint, task: TaskDraft): Taint {
  if (taint.size === 0) return nothing;
  const entries = [...taint].slice(0, most).map(([key, { origin, way }]) => {
    const isOwn = origin === task || way.length >= most;
    return [key, { origin, way: isOwn ? way : [...way, task] }] as const;
  });
  return new Map(entries);
}

/** Whether a model or a tool says something inside. */
function speaks(body: BodyDraft): boolean {
  const open = body.kind === 'graph' ? [...body.scope.tasks] : [body.task];
  for (const { read, body: inner, stages, branches = [] } of open) {
    if (read && !['set', 'human', 'wait', 'terminate', 'condition', ...composites].includes(read.type)) return true;
    const bodies = [...(inner ? [inner] : []), ...branches.map((branch) => branch.body)];
    for (const each of bodies) open.push(...(each.kind === 'graph' ? each.scope.tasks : [each.task]));
    open.push(...(stages?.tasks ?? []));
  }
  return false;
}

const composites = ['for_each', 'loop', 'pipeline', 'parallel', 'gated'];

function namesInBody(body: BodyDraft, { context }: Built) {
  return body.kind === 'graph' ? body.scope.outer.names() : context.taskSurroundings.get(body.task)?.names();
}

/** How many places of a file may call each tool. */
function callersOfTools({ workflow, tasks }: Built): ReadonlyMap<string, number> {
  const callers = new Map<string, number>();
  const names = [
    ...workflow.agents.flatMap((agent) => agent.tools),
    ...tasks.flatMap(({ read }) =>
      read?.type === 'tool' ? [read.tool] : read?.type === 'planner' ? read.mayUse.tools : [],
    ),
  ];
  for (const name of names) callers.set(name, (callers.get(name) ?? 0) + 1);
  return callers;
}

function expressionsIn(template: Template): readonly Expression[] {
  switch (template.kind) {
    case 'literal':
      return [];
    case 'expression':
      return [template.expression];
    case 'text':
      return template.parts.filter((part) => typeof part !== 'string');
    case 'list':
      return template.items.flatMap(expressionsIn);
    case 'map':
      return template.entries.flatMap(([, entry]) => expressionsIn(entry));
  }
}

const addresses = /^(?:url|uri|href|endpoint|link|webhook)$|_(?:url|uri)$/i;
const paths = /^(?:path|file|filename|folder|directory|dir)$|_(?:path|file)$/i;

/** What a tool does with a field of its input that a stranger should not decide; undefined: nothing. */
function actsOn(tool: ToolSchema, field: string): string | undefined {
  const { properties } = tool.input;
  const schema = isJsonObject(properties) ? properties[field] : undefined;
  const format = isJsonObject(schema) ? schema['format'] : undefined;
  if (addresses.test(field) || format === 'uri' || format === 'iri') return `the address of the tool \`${tool.name}\``;
  if (paths.test(field)) return `the path of the tool \`${tool.name}\``;
  return tool.effect === 'once' ? `the tool \`${tool.name}\`, which is called only \`once\`` : undefined;
}
