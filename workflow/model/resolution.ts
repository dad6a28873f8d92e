// What follows from names: needs, choosers, who can be skipped, the type of every output, and what each place may name.
// Everything is computed when first asked for and kept, so the order of the file does not matter.
import { isJsonObject, type JsonSchema } from '../../schemas/index.ts';
import { checkTemplate, optionalSchema, presentSchema } from '../expressions/index.ts';
import { outputOfAgent } from './handoffs.ts';
import type { BodyDraft, ScopeDraft, TaskDraft } from './draft.ts';
import { teamDetails } from './decomposition.ts';
import { type BranchType, fusedOutput, fusionDetails, partialOutput } from './fusion-types.ts';
import type { NameTypes, ParallelTask, ToolTask, ValueType } from './model.ts';
import { fieldsOf, once } from './names.ts';
import { routerOutput } from './read-router.ts';

/** From where a scope's tasks are looked at: a task with its trigger rule, or an output that ends the scope. */
export type View = TaskDraft | EndView;

/** `early-output`: a `terminate` may complete the run before all tasks have ended. */
export type EndView = 'output' | 'partial-output' | 'early-output';

/** The JSON Schema of what the tool of a task gives. */
export type ToolOutput = (task: Pick<ToolTask, 'tool' | 'with'>) => JsonSchema;

export class Resolution {
  private readonly outputs = new Map<string, JsonSchema>();
  private readonly rounds = new WeakMap<BodyDraft, JsonSchema>();
  private readonly names = new WeakMap<ScopeDraft, Map<string, NameTypes>>();
  private readonly needs = new WeakMap<TaskDraft, readonly string[]>();
  private readonly places = new WeakMap<ScopeDraft, ReadonlyMap<string, number>>();
  private readonly skips = new WeakMap<TaskDraft, boolean>();
  private readonly choosers = new WeakMap<ScopeDraft, ReadonlyMap<string, readonly string[]>>();
  private readonly toolOutput: ToolOutput;

  constructor(toolOutput: ToolOutput) {
    this.toolOutput = toolOutput;
  }

  /** Tasks of the same scope that must end first, in file order: listed ones and named ones, choosers left out. */
  needsOf(task: TaskDraft): readonly string[] {
    return computed(this.needs, task, [], () => {
      const choosers = new Set(this.choosersOf(task));
      const wanted = new Set([...task.explicitNeeds.map((use) => use.name), ...task.implied.keys()]);
      const places = this.placesIn(task.scope);
      const found = [...wanted].filter((id) => places.has(id) && id !== task.id && !choosers.has(id));
      return found.sort((a, b) => (places.get(a) ?? 0) - (places.get(b) ?? 0));
    });
  }

  /** For each task of a scope its place in the file. */
  private placesIn(scope: ScopeDraft | undefined): ReadonlyMap<string, number> {
    if (!scope) return new Map();
    return computed(this.places, scope, new Map<string, number>(), () => {
      return new Map([...scope.byId.keys()].map((id, place) => [id, place]));
    });
  }

  /** The conditions and routers of the same scope that may choose a task, in file order. */
  choosersOf(task: TaskDraft): readonly string[] {
    const { scope } = task;
    if (!scope) return [];
    const all = computed(this.choosers, scope, new Map<string, readonly string[]>(), () => choosersIn(scope));
    return all.get(task.id) ?? [];
  }

  /** True if a task may end without having begun, and without anything having failed. */
  canBeSkipped(task: TaskDraft): boolean {
    return computed(this.skips, task, false, () => this.looksSkippable(task));
  }

  /** Gives a task of a cycle its answers in advance: asked through the cycle, ten thousand tasks would ask each other. */
  cutCycleAt(task: TaskDraft): void {
    this.skips.set(task, false);
    this.outputs.set(task.path, {});
  }

  private looksSkippable(task: TaskDraft): boolean {
    const { read } = task;
    if (!read) return false;
    if (read.disabled || (read.when && !(read.when.kind === 'constant' && read.when.value))) return true;
    if (read.type === 'human' && read.onTimeout.kind === 'skip') return true;
    if (this.choosersOf(task).length > 0) return true;
    if (task.isStage) return false;
    const needed = this.needsOf(task).flatMap((id) => task.scope?.byId.get(id) ?? []);
    if (read.triggerRule === 'all_done' || needed.length === 0) return false;
    const skippable = (need: TaskDraft): boolean => this.canBeSkipped(need);
    return read.triggerRule === 'all_success' ? needed.some(skippable) : needed.every(skippable);
  }

  /** The JSON Schema of a task's output. */
  outputOf(task: TaskDraft): JsonSchema {
    const known = this.outputs.get(task.path);
    if (known) return known;
    this.outputs.set(task.path, {}); // Only a cycle asks again before the answer is there; cycles are errors.
    const schema = this.computeOutput(task);
    this.outputs.set(task.path, schema);
    return schema;
  }

  private computeOutput(task: TaskDraft): JsonSchema {
    const { read } = task;
    switch (read?.type) {
      case undefined:
        return {};
      case 'agent':
        return read.outputSchema ?? (read.agent ? (outputOfAgent(read.agent) ?? {}) : { type: 'string' });
      case 'tool':
        return read.outputSchema ?? this.toolOutput(read);
      case 'workflow':
        return read.called?.outputType ?? {};
      case 'condition': {
        const ids = [...new Set([...read.cases.flatMap((entry) => entry.to), ...read.otherwise])];
        return { type: ['array', 'null'], items: { type: 'string', ...(ids.length > 0 ? { enum: ids } : {}) } };
      }
      case 'parallel':
        return fusedOutput(read.fusion, this.branchTypes(task));
      case 'router':
        return routerOutput(read);
      case 'for_each': {
        const element = task.body ? this.bodyOutput(task.body) : {};
        return { type: 'array', items: read.onItemError === 'continue' ? optionalSchema(element) : element };
      }
      case 'loop': {
        const given = task.body ? this.roundOutput(task.body) : {};
        return read.while ? optionalSchema(given, 'a loop with `while` may have no round') : given;
      }
      case 'gated':
        return task.body ? this.bodyOutput(task.body) : {};
      case 'pipeline':
        return task.stages ? this.scopeOutput(task.stages) : {};
      case 'reflect':
        return read.draft.outputType;
      case 'supervisor':
        return read.synthesis.outputType;
      case 'planner':
        return read.outputSchema ?? {};
      case 'set':
        return read.values ? checkTemplate(read.values).schema : { type: 'null' };
      case 'human':
        return read.options ? { type: 'string', enum: [...read.options] } : (read.form ?? {});
      case 'wait':
      case 'terminate':
        return { type: 'null' };
    }
  }

  /** The types of what the branches of a `parallel` give. */
  branchTypes({ read, branches = [] }: TaskDraft): readonly BranchType[] {
    if (read?.type !== 'parallel') return [];
    const written = branches.map(({ name, body }) => ({ name, ...presentSchema(this.bodyOutput(body)) }));
    const asked = read.agents.map(({ name, outputType }) => ({ name, schema: outputType }));
    const all: readonly BranchType[] = [...written, ...asked];
    const why = whyBranchIsAbsent(read, all.length);
    return why === undefined ? all : all.map((branch) => ({ absentBecause: why, ...branch }));
  }

  /** The type of what a round of a loop gives. Its body may name that itself, and then finds a value of any type. */
  roundOutput(body: BodyDraft): JsonSchema {
    return computed(this.rounds, body, {}, () => this.bodyOutput(body));
  }

  /** The type of what a body gives; optional if it can be skipped. */
  bodyOutput(body: BodyDraft): JsonSchema {
    if (body.kind === 'task') {
      const { task } = body;
      const absent = this.canBeSkipped(task) || task.onError.kind === 'continue';
      return absent ? optionalSchema(this.outputOf(task)) : this.outputOf(task);
    }
    const output = this.scopeOutput(body.scope);
    return body.when ? optionalSchema(output) : output;
  }

  /** The type of what a scope gives: its `output`, else the output of its last task. */
  scopeOutput(scope: ScopeDraft): JsonSchema {
    if (scope.output) return checkTemplate(scope.output).schema;
    const last = scope.tasks.at(-1);
    if (!last) return {};
    const absent = this.canBeSkipped(last) || last.onError.kind === 'continue';
    return absent ? optionalSchema(this.outputOf(last)) : this.outputOf(last);
  }

  /** What may be named in a scope, seen from one of its tasks or from its output. */
  namesIn(scope: ScopeDraft, view: View): NameTypes {
    const known = computedMap(this.names, scope);
    const key = this.viewKey(view);
    const names = known.get(key) ?? this.buildNames(scope, view);
    known.set(key, names);
    return names;
  }

  /** Views with the same key see the same types. */
  private viewKey(view: View): string {
    if (typeof view === 'string') return view;
    const choosers = this.choosersOf(view);
    return `${view.read?.triggerRule ?? 'all_success'} ${choosers.length > 1 ? choosers.join(' ') : ''}`;
  }

  private buildNames(scope: ScopeDraft, view: View): NameTypes {
    const outer = scope.outer.names();
    const fields: { [name: string]: ValueType } = { ...fieldsOf(outer, 'tasks') };
    for (const task of scope.byId.values()) fields[task.id] = this.taskType(task, view);
    return { ...outer, tasks: { kind: 'object', fields, description: 'The tasks that can be seen from here.' } };
  }

  private taskType(task: TaskDraft, view: View): ValueType {
    const type = once((): ValueType => ({ kind: 'object', fields: this.taskFields(task, view) }));
    return {
      kind: 'object',
      get fields() {
        const built = type();
        return built.kind === 'object' ? built.fields : {};
      },
      ...(task.read?.description === undefined ? {} : { description: task.read.description }),
    };
  }

  private taskFields(task: TaskDraft, view: View): { readonly [name: string]: ValueType } {
    const absentBecause = this.whyAbsent(task, view);
    const output: ValueType = {
      kind: 'json',
      schema: this.outputOf(task),
      description: 'What the task gave.',
      ...(absentBecause === undefined ? {} : { optional: true, absentBecause }),
    };
    return {
      output,
      ...commonFields,
      ...(task.read?.type === 'for_each' ? listFields(this.outputOf(task), absentBecause) : {}),
      ...(task.read?.type === 'parallel' ? branchFields(this.branchTypes(task), absentBecause) : {}),
      ...detailFields(task, this.branchTypes(task), absentBecause),
      ...this.historyField(task, absentBecause),
    };
  }

  private historyField({ read, body }: TaskDraft, absentBecause: string | undefined): NameTypes {
    const rounds = read?.type === 'loop' && (body ? this.roundOutput(body) : {});
    const items =
      rounds || (read?.type === 'reflect' && versionSchema(read.draft.outputType, read.critique.outputType));
    if (!items) return {};
    return {
      history: {
        kind: 'json',
        schema: { type: 'array', items },
        description: 'What the finished rounds gave, from the first to the last.',
        ...(absentBecause === undefined ? {} : { optional: true, absentBecause }),
      },
    };
  }

  /** Why the output of `task` may be absent where `view` reads it; undefined if it can not be. */
  private whyAbsent(task: TaskDraft, view: View): string | undefined {
    if (task.onError.kind === 'continue') return 'its `on_error` is `continue`';
    if (view === 'partial-output') return 'the run may end as partially completed';
    if (view === 'early-output') return 'a `terminate` task may end the run before it';
    const skippable = this.canBeSkipped(task) ? 'its task can be skipped' : undefined;
    if (view === 'output') return skippable;
    const choosers = this.choosersOf(view);
    if (choosers.length > 1 && choosers.includes(task.id)) return skippable;
    switch (view.read?.triggerRule) {
      case 'one_success':
      case 'all_done':
        return `\`trigger_rule: ${view.read.triggerRule}\` also starts without it`;
      case 'none_failed':
        return skippable;
      default:
        return undefined;
    }
  }
}

/** Why any branch may give nothing although its task completes. */
function whyBranchIsAbsent(
  { fusion: { quorum }, onItemError }: Pick<ParallelTask, 'fusion' | 'onItemError'>,
  count: number,
): string | undefined {
  if (quorum !== undefined && quorum < count) return 'its branch is cut when others are enough';
  return onItemError === 'continue' ? 'its branch may have failed' : undefined;
}

function choosersIn(scope: ScopeDraft): ReadonlyMap<string, readonly string[]> {
  const choosers = new Map<string, string[]>();
  for (const task of scope.tasks) {
    for (const choice of task.choices) {
      const known = choosers.get(choice.name) ?? [];
      if (!known.includes(task.id)) choosers.set(choice.name, [...known, task.id]);
    }
  }
  return choosers;
}

/** What every task has beside its output. */
const commonFields: { readonly [name: string]: ValueType } = {
  status: {
    kind: 'json',
    schema: { type: 'string', enum: ['completed', 'failed', 'skipped', 'cancelled'] },
    description: 'How the task ended.',
  },
  reason: {
    kind: 'json',
    schema: { type: 'string' },
    optional: true,
    absentBecause: 'most tasks end without a reason worth a word',
    description: 'Why it ended so: `when_false`, `not_chosen`, `upstream_failed`, `recovered`, `exhausted`, …',
  },
  error: {
    kind: 'json',
    schema: errorSchema(),
    optional: true,
    absentBecause: 'a task that did not fail has no error',
    description: 'What went wrong.',
  },
  cost: {
    kind: 'json',
    schema: { type: 'number' },
    optional: true,
    absentBecause: 'the price of a model may be unknown',
    description: 'What its calls cost, in US dollars.',
  },
  tokens: { kind: 'json', schema: { type: 'integer' }, description: 'Tokens of its calls, in and out.' },
  attempts: { kind: 'json', schema: { type: 'integer' }, description: 'Attempts of its last call.' },
};

/** What patterns say beside their output. */
function detailFields(
  { gate, read, onError }: TaskDraft,
  branches: readonly BranchType[],
  whyAbsent: string | undefined,
): NameTypes {
  const properties = {
    ...(read?.type === 'reflect' && reflectDetails),
    ...(read?.type === 'parallel' && fusionDetails(read.fusion, branches)),
    ...(read?.type === 'supervisor' && teamDetails),
    ...(read?.type === 'planner' && plannerDetails),
    ...(gate && { gate: gateSchema }),
  };
  if (Object.keys(properties).length === 0) return {};
  const isMadeGood = onError.kind === 'default' || onError.kind === 'fallback';
  const absentBecause = whyAbsent ?? (isMadeGood ? 'a task that was recovered may have none' : undefined);
  return {
    details: {
      kind: 'json',
      schema: { type: 'object', required: Object.keys(properties), properties },
      description: 'What there is to say beside the output.',
      ...(absentBecause === undefined ? {} : { optional: true, absentBecause }),
    },
  };
}

/** What a `reflect` came to: which version is the best, and its score. */
const reflectDetails: { readonly [name: string]: JsonSchema } = {
  best: { type: 'integer', description: 'Which version it is, from 1.' },
  score: { type: 'number', description: 'What the critic gave it.' },
  rounds: { type: 'integer', description: 'How many versions there are.' },
};

/** One version of a `reflect`, with what was said of it. */
function versionSchema(output: JsonSchema, critique: JsonSchema): JsonSchema {
  return {
    type: 'object',
    required: ['output', 'critique'],
    properties: { output, critique },
    additionalProperties: false,
  };
}

/** What a planner came to. */
const plannerDetails: { readonly [name: string]: JsonSchema } = {
  plans: { type: 'integer', description: 'How many plans there were that could be run.' },
  replans: { type: 'integer', description: 'How often another one was made.' },
};

/** What a gate came to. */
const gateSchema: JsonSchema = {
  type: 'object',
  required: ['tries'],
  properties: { tries: { type: 'integer' }, score: { type: 'number' }, feedback: { type: 'string' } },
  additionalProperties: false,
};

/** What a `for_each` has beside the others. */
function listFields(output: JsonSchema, absentBecause: string | undefined): { readonly [name: string]: ValueType } {
  const element = isJsonObject(output['items']) ? output['items'] : {};
  return {
    errors: errorsField({ index: { type: 'integer' } }, 'The elements that failed.', absentBecause),
    partial: partialField(
      { type: 'array', items: optionalSchema(element) },
      'What the finished elements gave, absent at the others.',
    ),
  };
}

/** What a `parallel` has beside the others. */
function branchFields(
  branches: readonly BranchType[],
  absentBecause: string | undefined,
): { readonly [name: string]: ValueType } {
  const place: JsonSchema = { index: { type: 'integer' }, branch: { type: 'string' } };
  return {
    errors: errorsField(place, 'The branches that failed.', absentBecause),
    partial: partialField(partialOutput(branches), 'What the finished branches gave, by their names.'),
  };
}

function errorsField(place: JsonSchema, description: string, absentBecause: string | undefined): ValueType {
  const properties = { ...place, error: errorSchema() };
  const items: JsonSchema = {
    type: 'object',
    properties,
    required: Object.keys(properties),
    additionalProperties: false,
  };
  return {
    kind: 'json',
    schema: { type: 'array', items },
    description,
    ...(absentBecause === undefined ? {} : { optional: true, absentBecause }),
  };
}

function partialField(schema: JsonSchema, description: string): ValueType {
  const absentBecause = 'a task that did not begin has none';
  return { kind: 'json', schema, optional: true, absentBecause, description };
}

/** A failure as expressions see it. */
export function errorSchema(): JsonSchema {
  return {
    type: 'object',
    properties: { code: { type: 'string' }, message: { type: 'string' }, retryable: { type: 'boolean' } },
    required: ['code', 'message', 'retryable'],
    additionalProperties: false,
  };
}

/** Computes a value once per key; while it is being computed, `meanwhile` is the answer (cycles are errors elsewhere). */
function computed<K extends object, V>(known: WeakMap<K, V>, key: K, meanwhile: V, compute: () => V): V {
  const found = known.get(key);
  if (found !== undefined) return found;
  known.set(key, meanwhile);
  const value = compute();
  known.set(key, value);
  return value;
}

function computedMap<K extends object>(known: WeakMap<K, Map<string, NameTypes>>, key: K): Map<string, NameTypes> {
  const map = known.get(key) ?? new Map<string, NameTypes>();
  known.set(key, map);
  return map;
}
