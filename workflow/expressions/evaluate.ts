// Evaluates expressions, templates and conditions over plain JSON. What goes wrong is a value with words for the
// author of the file; nothing throws.
import { EvaluationError, Optional } from '@marcbachmann/cel-js';
import type { Json, JsonObject } from '../../schemas/json.ts';
import type { Condition, Expression, Template } from '../model/model.ts';
import type { Evaluated, EvaluatedCondition, Values } from './contract.ts';
import { nameOf } from './function-code.ts';
import { evaluatorValue, jsonOf, withMaps } from './json-values.ts';
import { type Compiled, compileExpression, type Program } from './program.ts';
import { ExpressionError, Work } from './work.ts';

type Failed = Extract<Evaluated, { ok: false }>;
type Outcome = { readonly ok: true; readonly value: unknown } | Failed;

/** Evaluates one expression over plain JSON. Errors are values. An absent optional gives null. */
export function evaluateExpression(expression: Expression, values: Values): Evaluated {
  const outcome = run(expression, values);
  return outcome.ok ? jsonOutcome(outcome.value) : outcome;
}

/** Evaluates a condition; anything but true or false is an error. */
export function evaluateCondition(condition: Condition, values: Values): EvaluatedCondition {
  if (condition.kind === 'constant') return { ok: true, value: condition.value };
  const outcome = run(condition.expression, values);
  if (!outcome.ok) return outcome;
  if (typeof outcome.value === 'boolean') return { ok: true, value: outcome.value };
  const what = outcome.value instanceof Optional ? 'a value that may be absent' : nameOf(outcome.value);
  const source = condition.expression.source.trim();
  return { ok: false, message: `The condition \`${source}\` must give true or false, but gave ${what}.` };
}

/** Evaluates a whole template: lists and maps with what is in them, text with its expressions joined. */
export function evaluateTemplate(template: Template, values: Values): Evaluated {
  switch (template.kind) {
    case 'literal':
      return { ok: true, value: template.value };
    case 'expression':
      return evaluateExpression(template.expression, values);
    case 'text':
      return evaluateText(template.parts, values);
    case 'list':
      return evaluateList(template.items, values);
    case 'map':
      return evaluateMap(template.entries, values);
  }
}

function evaluateText(parts: readonly (string | Expression)[], values: Values): Evaluated {
  let text = '';
  for (const part of parts) {
    if (typeof part === 'string') {
      text += part;
      continue;
    }
    const outcome = run(part, values);
    if (!outcome.ok) return outcome;
    if (outcome.value instanceof Optional && !outcome.value.hasValue()) {
      const source = part.source.trim();
      return { ok: false, message: `\`${source}\` is absent, so it can not be part of a text: use \`.orValue('')\`.` };
    }
    const json = jsonOutcome(outcome.value);
    if (!json.ok) return json;
    text += typeof json.value === 'string' ? json.value : JSON.stringify(json.value);
  }
  return { ok: true, value: text };
}

function evaluateList(items: readonly Template[], values: Values): Evaluated {
  const list: Json[] = [];
  for (const item of items) {
    const result = evaluateTemplate(item, values);
    if (!result.ok) return result;
    list.push(result.value);
  }
  return { ok: true, value: list };
}

function evaluateMap(entries: readonly (readonly [string, Template])[], values: Values): Evaluated {
  const pairs: (readonly [string, Json])[] = [];
  for (const [name, entry] of entries) {
    const result = evaluateTemplate(entry, values);
    if (!result.ok) return result;
    pairs.push([name, result.value]);
  }
  const map: JsonObject = Object.fromEntries(pairs);
  return { ok: true, value: map };
}

const compiledPrograms = new WeakMap<Expression, Compiled>();

function run(expression: Expression, values: Values): Outcome {
  let program: Program | undefined;
  try {
    const compiled = compiledPrograms.get(expression) ?? compileExpression(expression.source);
    compiledPrograms.set(expression, compiled);
    if (!compiled.ok) return compiled;
    program = compiled.program;
    return { ok: true, value: execute(program, prepare(expression, values, program)) };
  } catch (error) {
    return failure(error, program, expression);
  }
}

function execute(program: Program, prepared: Readonly<Record<string, unknown>>): unknown {
  const once = (given: Readonly<Record<string, unknown>>): unknown => {
    const work = new Work();
    const value = program.run(given, work);
    work.check();
    return value;
  };
  try {
    return once(prepared);
  } catch (error) {
    // An object with a key such as `constructor` is no object to the library: once more with maps in its place.
    if (!(error instanceof EvaluationError) || error.code !== 'unsupported_type') throw error;
    return once(Object.fromEntries(Object.entries(prepared).map(([root, value]) => [root, withMaps(value)])));
  }
}

function prepare(expression: Expression, values: Values, program: Program): Readonly<Record<string, unknown>> {
  const names = expression.names();
  const prepared: Record<string, unknown> = {};
  for (const [root, used] of program.used) {
    const value = Object.hasOwn(values, root) ? values[root] : undefined;
    const type = Object.hasOwn(names, root) ? names[root] : undefined;
    const converted = type === undefined ? value : evaluatorValue(value, type, used);
    if (converted !== undefined) prepared[root] = converted;
  }
  return prepared;
}

function jsonOutcome(value: unknown): Evaluated {
  try {
    return { ok: true, value: jsonOf(value) };
  } catch (error) {
    if (error instanceof ExpressionError) return { ok: false, message: error.message };
    throw error;
  }
}

function failure(error: unknown, program: Program | undefined, expression: Expression): Failed {
  if (error instanceof ExpressionError) return { ok: false, message: error.message };
  if (error instanceof EvaluationError) {
    const range = error.range && program?.rangeInSource(error.range.start, error.range.end);
    const source = range ? expression.source.slice(range.start, range.end) : expression.source.trim();
    const message = unsetVariable(error, source) ?? `${explain(error)} (in \`${source}\`)`;
    return range ? { ok: false, message, range } : { ok: false, message };
  }
  // What the library lets through, such as the RangeError of an unknown time zone: one expression fails, not the run.
  if (error instanceof Error) return { ok: false, message: `The expression failed: ${error.message}` };
  throw error;
}

/** A variable that the file lists and the surroundings do not have: the one name that a check can not know. */
function unsetVariable(error: EvaluationError, source: string): string | undefined {
  const name = error.code === 'no_such_key' ? /^env\.(\w+)$/.exec(source)?.[1] : undefined;
  return name && `The environment variable \`${name}\` is not set. Set it, or ask with \`has(env.${name})\`.`;
}

/** The library's error in our words; its own summary where it is plain enough. */
function explain(error: EvaluationError): string {
  const quoted = /^[^:]*: (.*)$/.exec(error.summary)?.[1] ?? /'(.*)'$/.exec(error.summary)?.[1] ?? '';
  switch (error.code) {
    case 'no_such_key':
      return `There is no \`${quoted}\` here`;
    case 'unknown_variable':
      return `\`${quoted}\` has no value here`;
    case 'index_out_of_bounds':
      return 'The list has no element at this index';
    case 'division_by_zero':
    case 'modulo_by_zero':
      return 'A number was divided by zero';
    case 'optional_value_missing':
      return 'The value is absent';
    case 'optional_expected':
      return 'The value is always there and needs no `orValue`';
    case 'no_matching_overload':
      return `No function takes these values: \`${plainTypes(quoted)}\``;
    case 'no_such_overload':
      return `These values do not fit together: ${plainTypes(quoted)}`;
    default:
      return plainTypes(error.summary);
  }
}

function plainTypes(text: string): string {
  return text
    .replaceAll(/dyn<([^<>]*)>/g, '$1')
    .replaceAll(/\b__(use|visit|deep)\b/g, 'value')
    .replaceAll('google.protobuf.', '');
}
