// What values are made of: from a template back to the inputs, literals and answers that it names. A type says how large
// a value is only where the engine checks it: of inputs. What tasks give is bounded by where it comes from.
import {
  type Body,
  checkExpression,
  type Expression,
  type JsonSchema,
  presentSchema,
  referencesOf,
  type Scope,
  type Task,
  type Template,
} from '../../../workflow/index.ts';
import { atMost, type Bound, sumOf, timesOf } from './bound.ts';
import {
  greatestSize,
  leastSize,
  openSize,
  type Size,
  sizeOfJson,
  sizeOfSchema,
  sizeOfTokens,
  sizeOfValue,
  sumOfSizes,
} from './sizes.ts';

/** What can be named at a place, from the inside out. */
export interface Level {
  readonly tasks: ReadonlyMap<string, Task>;
  /** Names of a body: the element of a list. */
  readonly locals: ReadonlyMap<string, Size>;
  readonly outer?: Level;
}

export const noNames: Level = { tasks: new Map(), locals: new Map() };

export function levelOf(tasks: readonly Task[], outer: Level): Level {
  return { tasks: new Map(tasks.map((task) => [task.name, task])), locals: new Map(), outer };
}

export class Flow {
  readonly #answerLimit: (task: Extract<Task, { type: 'agent' }>) => Bound;
  /** Where a task stands, told on the way down. */
  readonly #levels = new Map<Task, Level>();
  readonly #outputs = new Map<Task, Size>();

  /** @param answerLimit the most tokens of an agent's answer */
  constructor(answerLimit: (task: Extract<Task, { type: 'agent' }>) => Bound) {
    this.#answerLimit = answerLimit;
  }

  /** Takes note of where tasks stand. */
  enter(scope: Pick<Scope, 'tasks'>, outer: Level): Level {
    const level = levelOf(scope.tasks, outer);
    for (const task of scope.tasks) this.#levels.set(task, level);
    return level;
  }

  sizeOf(template: Template, level: Level): Size {
    switch (template.kind) {
      case 'literal':
        return sizeOfValue(template.value);
      case 'expression':
        return this.#sizeOfExpression(template.expression, level);
      case 'text': {
        const parts = template.parts.map((part) =>
          typeof part === 'string' ? sizeOfValue(part) : this.#sizeOfExpression(part, level),
        );
        const { text } = sumOfSizes(parts);
        return { text, json: timesOf(text, 2) };
      }
      case 'list':
        return sizeOfJson(template.items.map((item) => this.sizeOf(item, level)));
      case 'map':
        return sizeOfJson(
          template.entries.map(([, value]) => this.sizeOf(value, level)),
          template.entries.map(([key]) => key),
        );
    }
  }

  /** How many elements a list has at most; undefined: nobody knows. */
  lengthOf(template: Template): number | undefined {
    if (template.kind === 'literal') return Array.isArray(template.value) ? template.value.length : 0;
    if (template.kind === 'list') return template.items.length;
    if (template.kind !== 'expression') return 0;
    const maxItems = checkedSchema(template.expression)?.['maxItems'];
    return typeof maxItems === 'number' ? maxItems : undefined;
  }

  /** An element of a list. */
  sizeOfElement(template: Template, level: Level): Size {
    if (template.kind === 'literal' && Array.isArray(template.value))
      return greatestSize(template.value.map(sizeOfValue));
    if (template.kind === 'list') return greatestSize(template.items.map((item) => this.sizeOf(item, level)));
    return this.sizeOf(template, level);
  }

  outputOf(body: Body, level: Level): Size {
    if (body.kind === 'task') {
      this.#levels.set(body.task, level);
      return this.outputOfTask(body.task);
    }
    const inner = this.enter(body.scope, level);
    if (body.scope.output) return this.sizeOf(body.scope.output, inner);
    const last = body.scope.tasks.at(-1);
    return last ? this.outputOfTask(last) : sizeOfValue(null);
  }

  /** What a task gives, whoever stands in for it. */
  outputOfTask(task: Task): Size {
    const known = this.#outputs.get(task);
    if (known) return known;
    // A task that names itself, by whatever way, is refused by the engine.
    this.#outputs.set(task, openSize(`${task.name} names itself`));
    const level = this.#levels.get(task) ?? noNames;
    const size = greatestSize([this.#ownOutput(task, level), ...this.#standIn(task, level)]);
    this.#outputs.set(task, size);
    return size;
  }

  #standIn({ onError }: Task, level: Level): readonly Size[] {
    if (onError.kind === 'default') return [this.sizeOf(onError.value, level)];
    return onError.kind === 'fallback' ? [this.outputOf(onError.body, level)] : [sizeOfValue(null)];
  }

  #ownOutput(task: Task, level: Level): Size {
    switch (task.type) {
      case 'agent': {
        const schema = task.outputSchema ?? task.agent?.outputSchema;
        const written = sizeOfTokens(this.#answerLimit(task), schema !== undefined);
        return schema ? leastSize(written, sizeOfSchema(schema, `the answer of ${task.name}`)) : written;
      }
      case 'set':
        return task.values ? this.sizeOf(task.values, level) : sizeOfValue(null);
      case 'loop':
      case 'gated':
        return this.outputOf(task.body, level);
      case 'reflect':
        return this.outputOf({ kind: 'task', task: task.draft }, level);
      case 'supervisor':
        return this.outputOf({ kind: 'task', task: task.synthesis }, level);
      case 'pipeline': {
        const inner = this.enter({ tasks: task.stages }, level);
        const last = task.stages.at(-1);
        return last ? this.outputOf({ kind: 'task', task: last }, inner) : sizeOfValue(null);
      }
      case 'for_each': {
        const length = this.lengthOf(task.items);
        if (length === undefined) return openSize(`nobody knows how many elements ${task.name} has`);
        const inner = { ...noNames, locals: this.localsOf(task, level), outer: level };
        const { json } = sizeOfJson([this.outputOf(task.body, inner)]);
        const text = sumOf([timesOf(json, length), atMost(8)]);
        return { text, json: text };
      }
      default:
        return openSize(`what ${task.name} gives has no bound`);
    }
  }

  /** The names that the body of a for_each sees. */
  localsOf(task: Extract<Task, { type: 'for_each' }>, level: Level): ReadonlyMap<string, Size> {
    return new Map([
      [task.as, this.sizeOfElement(task.items, level)],
      [task.indexName, sizeOfValue(Number.MAX_SAFE_INTEGER)],
    ]);
  }

  #sizeOfExpression(expression: Expression, level: Level): Size {
    const schema = checkedSchema(expression);
    const source = expression.source.trim();
    if (schema && isScalar(schema)) return sizeOfSchema({ type: 'number' }, source);
    if (schema) return sizeOfSchema(schema, `\`${source}\``);
    const [path, ...others] = referencesOf(expression.source);
    const isPath = path && others.length === 0 && isWhole(expression.source, path.segments);
    const named = isPath
      ? this.#sizeOfPath(
          path.segments.map(({ name }) => name),
          level,
        )
      : undefined;
    return named ?? openSize(`\`${source}\` has no bound`);
  }

  #sizeOfPath([root = '', name = '', field]: readonly string[], level: Level): Size | undefined {
    if (root === 'tasks') {
      const task = field === 'output' ? taskNamed(name, level) : undefined;
      return task && this.outputOfTask(task);
    }
    for (let at: Level | undefined = level; at; at = at.outer) {
      const local = at.locals.get(root);
      if (local) return local;
    }
    return undefined;
  }
}

function taskNamed(name: string, level: Level): Task | undefined {
  for (let at: Level | undefined = level; at; at = at.outer) {
    const task = at.tasks.get(name);
    if (task) return task;
  }
  return undefined;
}

/**
 * The type of an expression that names inputs alone: only these are checked against their schemas. What is computed has
 * the type of its kind, but not the bounds of what it was computed from.
 */
function checkedSchema(expression: Expression): JsonSchema | undefined {
  const references = referencesOf(expression.source);
  if (references.length === 0 || references.some(({ segments }) => segments[0]?.name !== 'inputs')) return undefined;
  const { type } = checkExpression(expression);
  if (type.kind !== 'json') return undefined;
  const { schema } = presentSchema(type.schema);
  const [path] = references;
  const isPath = path && references.length === 1 && isWhole(expression.source, path.segments);
  return isPath || isScalar(schema) ? schema : undefined;
}

function isScalar({ type }: JsonSchema): boolean {
  return type === 'integer' || type === 'number' || type === 'boolean';
}

/** Whether a source is one path of names, with its dots. */
function isWhole(source: string, segments: readonly { readonly start: number; readonly end: number }[]): boolean {
  let rest = source;
  for (const { start, end } of segments) rest = rest.slice(0, start) + ' '.repeat(end - start) + rest.slice(end);
  return /^[\s.?]*$/.test(rest);
}
