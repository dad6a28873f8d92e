// Values against JSON Schemas that users wrote (draft 2020-12). Patterns run on RE2, so that none can hang.
import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { RE2JS } from 're2js';
import { isJsonObject, type Json, type JsonSchema } from '../../schemas/json.ts';

/** What is wrong with one part of a value. `path` reads like `facts[0].claim`; empty for the whole value. */
export interface JsonProblem {
  readonly path: string;
  readonly message: string;
}

const maxProblems = 20;
const maxCached = 200;

let ajv: Ajv2020 | undefined;
const compiled = new Map<string, Compiled>();
/** The same by the object itself: writing a schema as text takes longer than most values take to be checked. */
const compiledObjects = new WeakMap<JsonSchema, Compiled>();

type Compiled =
  | { readonly ok: true; readonly validate: ValidateFunction }
  | { readonly ok: false; readonly message: string };

/** @returns what is wrong with `value`, in the order of the schema; empty if it is valid. A schema that is not valid itself is one problem. */
export function validateJson(schema: JsonSchema, value: Json): readonly JsonProblem[] {
  const found = compile(schema);
  if (!found.ok) return [{ path: '', message: `the schema itself is not valid: ${found.message}` }];
  try {
    if (found.validate(value)) return [];
  } catch (error) {
    if (error instanceof TooMuchWork) return [{ path: '', message: error.message }];
    throw error;
  }
  return distinct((found.validate.errors ?? []).filter((error) => error.keyword !== 'if').map(toProblem)).slice(
    0,
    maxProblems,
  );
}

/** @returns why `schema` is not a valid JSON Schema, or undefined if it is one. */
export function problemOfSchema(schema: JsonSchema): string | undefined {
  const found = compile(schema);
  return found.ok ? undefined : found.message;
}

function compile(schema: JsonSchema): Compiled {
  const known = compiledObjects.get(schema) ?? compileText(schema);
  compiledObjects.set(schema, known);
  return known;
}

function compileText(schema: JsonSchema): Compiled {
  const key = JSON.stringify(schema);
  const known = compiled.get(key);
  if (known) return known;
  const result = compileFresh(schema, key.length);
  // Schemas come and go while someone types: the oldest makes room.
  if (compiled.size >= maxCached) for (const oldest of compiled.keys()) if (compiled.delete(oldest)) break;
  compiled.set(key, result);
  return result;
}

/** Characters of a schema as JSON: the code that checks it is made of it, and making it takes longer than it seems. */
const maxSchemaLength = 200_000;

function compileFresh(schema: JsonSchema, length: number): Compiled {
  if (length > maxSchemaLength) {
    return { ok: false, message: `it has ${length} characters as JSON; at most ${maxSchemaLength} are read` };
  }
  ajv ??= createAjv();
  try {
    const validate = ajv.compile(schema);
    // Ajv would keep every schema it has seen, and refuse a second one with the same $id.
    ajv.removeSchema(schema);
    return { ok: true, validate };
  } catch (error) {
    return { ok: false, message: problemOf(error instanceof Error ? error.message : String(error)) };
  }
}

/** Ajv lists every way in which a schema is not one; the first says enough. */
function problemOf(message: string): string {
  const [, path = '', problem = ''] = /^schema is invalid: data(\S*) (.*?)(?:, data.*)?$/.exec(message) ?? [];
  return problem === '' ? message : `${path === '' ? 'it' : `\`${readablePath(path)}\``} ${problem}`;
}

function createAjv(): Ajv2020 {
  const created = new Ajv2020({
    strict: false,
    allErrors: true,
    logger: false,
    code: { regExp: Object.assign((pattern: string) => linearRegExp(pattern), { code: 'linearRegExp' }) },
  });
  // ajv-formats is CommonJS; its callable default differs between bundlers and Node.
  const add = typeof addFormats === 'function' ? addFormats : (addFormats as { default: typeof addFormats }).default;
  add(created as unknown as Parameters<typeof add>[0]);
  // Ajv compares every element with every other one, which for a list of 40,000 takes minutes.
  created.removeKeyword('uniqueItems');
  created.addKeyword({
    keyword: 'uniqueItems',
    type: 'array',
    schemaType: 'boolean',
    validate: (wanted: boolean, list: readonly Json[]) => !wanted || new Set(list.map(canonical)).size === list.length,
    error: { message: 'must not hold the same element twice' },
  });
  return created;
}

/** One text for each JSON value: the order of fields does not matter. */
function canonical(value: Json): string {
  return JSON.stringify(value, (_, part: Json) =>
    isJsonObject(part) ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1))) : part,
  );
}

/** Steps of a compiled pattern: `a{500}` has 500, and nested repeats multiply. */
const maxPatternSteps = 10_000;
/** Steps times characters: RE2 needs no more, but this many take about a second. */
const maxPatternWork = 40_000_000;

/** A value that can not be checked in reasonable time. */
class TooMuchWork extends Error {}

/** The part of RegExp that Ajv uses, on RE2: time grows with the length of the text, whatever the pattern. */
function linearRegExp(pattern: string): { test(text: string): boolean; toString(): string } {
  const expression = RE2JS.compile(RE2JS.translateRegExp(pattern));
  const steps = expression.programSize();
  if (steps > maxPatternSteps)
    throw new Error(`a pattern has ${steps} steps with its repeats; at most ${maxPatternSteps} are run`);
  // Ajv tells patterns apart by their text.
  const test = (text: string): boolean => {
    if (steps * text.length <= maxPatternWork) return expression.matcher(text).find();
    throw new TooMuchWork(`has a text of ${text.length} characters, too long for the pattern \`${pattern}\``);
  };
  return { test, toString: () => pattern };
}

function toProblem(error: ErrorObject): JsonProblem {
  return { path: readablePath(error.instancePath), message: messageOf(error) };
}

function messageOf(error: ErrorObject): string {
  const params: { readonly [name: string]: unknown } = error.params;
  switch (error.keyword) {
    case 'additionalProperties':
      return `must not have the field \`${String(params['additionalProperty'])}\``;
    case 'required':
      return `must have the field \`${String(params['missingProperty'])}\``;
    case 'enum':
      return `must be one of ${(params['allowedValues'] as readonly unknown[]).map((value) => JSON.stringify(value)).join(', ')}`;
    case 'type':
      return `must be of type ${String(params['type'])}`;
    case 'const':
      return `must be ${JSON.stringify(params['allowedValue'])}`;
    default:
      return error.message ?? `does not meet \`${error.keyword}\``;
  }
}

/** `/facts/0/claim` → `facts[0].claim` (JSON Pointer, RFC 6901). */
function readablePath(pointer: string): string {
  const segments = pointer.split('/').slice(1);
  const readable = segments.map((segment) => {
    const name = segment.replaceAll('~1', '/').replaceAll('~0', '~');
    return /^\d+$/.test(name) ? `[${name}]` : `.${name}`;
  });
  return readable.join('').replace(/^\./, '');
}

function distinct(problems: readonly JsonProblem[]): readonly JsonProblem[] {
  const seen = new Set<string>();
  return problems.filter(({ path, message }) => {
    const key = `${path}\n${message}`;
    return !seen.has(key) && seen.add(key);
  });
}
