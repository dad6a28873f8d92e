// The types that expressions are checked with, made from JSON Schema. They are wider than what CEL's own checker knows:
// fields keep their descriptions, an unknown shape stays usable (`dyn`), and a value that may be absent says why.
// Inner types are functions, so that a schema may refer to itself.
import type { Json, JsonSchema } from '../../schemas/json.ts';
import type { ValueType } from '../model/model.ts';

export type PrimitiveKind = 'null' | 'bool' | 'int' | 'double' | 'string' | 'bytes' | 'timestamp' | 'duration' | 'type';

export interface Field {
  readonly type: () => Type;
  /** False: the schema lets it be missing. */
  readonly required: boolean;
  readonly description?: string | undefined;
}

export interface PrimitiveType {
  readonly kind: PrimitiveKind;
  readonly schema?: JsonSchema | undefined;
}

export interface DynType {
  readonly kind: 'dyn';
  readonly schema?: JsonSchema | undefined;
  /** What it is when it is not null. */
  readonly like?: (() => Type) | undefined;
}

export interface ListType {
  readonly kind: 'list';
  readonly element: () => Type;
  readonly schema?: JsonSchema | undefined;
}

export interface MapType {
  readonly kind: 'map';
  readonly value: () => Type;
  readonly schema?: JsonSchema | undefined;
}

export interface ObjectType {
  readonly kind: 'object';
  readonly fields: ReadonlyMap<string, Field>;
  /** The type of fields not named; undefined: there are none. */
  readonly rest?: (() => Type) | undefined;
  readonly schema?: JsonSchema | undefined;
  /** The model's type it was made from. */
  readonly origin?: ValueType;
}

export interface OptionalType {
  readonly kind: 'optional';
  readonly of: Type;
  readonly because?: string | undefined;
}

/** `never` is the element of `[]`; `secret` can only stand alone. */
export type Type =
  | PrimitiveType
  | DynType
  | ListType
  | MapType
  | ObjectType
  | OptionalType
  | { readonly kind: 'secret' }
  | { readonly kind: 'never' };

export const dyn: DynType = { kind: 'dyn' };
export const never: Type = { kind: 'never' };
export const bool: PrimitiveType = { kind: 'bool' };
export const string: PrimitiveType = { kind: 'string' };

export function primitive(kind: PrimitiveKind): PrimitiveType {
  return { kind };
}

export function listOf(element: Type): ListType {
  return { kind: 'list', element: () => element };
}

export function optionalOf(of: Type, because?: string): Type {
  return of.kind === 'optional' ? of : { kind: 'optional', of, because };
}

/** The keyword that marks a schema whose value may be absent (null in JSON), such as an item that failed; true, or why. */
const optionalKeyword = 'x-segue-optional';

/**
 * The same schema, for values that may be absent (null in JSON): elements of a list with `on_item_error: continue`.
 * @param because why, as the end of a sentence
 */
export function optionalSchema(schema: JsonSchema, because?: string): JsonSchema {
  return { ...schema, [optionalKeyword]: because ?? true };
}

/** @returns the schema of the value itself, and why it may be absent; undefined: it is always there */
export function presentSchema(schema: JsonSchema): { readonly schema: JsonSchema; readonly absentBecause?: string } {
  const { [optionalKeyword]: why, ...present } = schema;
  if (why !== true && typeof why !== 'string') return { schema };
  return { schema: present, absentBecause: why === true ? unsaid : why };
}

const unsaid = 'its part of the work may have failed';

const knownObjects = new WeakMap<ValueType, Type>();

/** The type of a name as the model gives it. */
export function typeOfValue(value: ValueType): Type {
  if (value.kind === 'secret') return { kind: 'secret' };
  if (value.kind === 'json') {
    const type = typeOfSchema(value.schema);
    return value.optional ? optionalOf(type, value.absentBecause) : type;
  }
  // Places that see the same share their types: a thousand tasks are looked at once, not once per expression.
  const type = knownObjects.get(value) ?? objectType(value);
  knownObjects.set(value, type);
  return type;
}

function objectType(value: Extract<ValueType, { kind: 'object' }>): Type {
  const fields = new Map<string, Field>();
  for (const [name, field] of Object.entries(value.fields)) {
    const description = 'description' in field ? field.description : undefined;
    fields.set(name, { type: once(() => typeOfValue(field)), required: true, description });
  }
  return { kind: 'object', fields, origin: value };
}

const known = new WeakMap<JsonSchema, Type>();

/** The type of the values a JSON Schema allows. What it can not say simply is `dyn`. */
export function typeOfSchema(schema: JsonSchema): Type {
  const type = known.get(schema) ?? typeInside(schema, schema, 0);
  known.set(schema, type);
  return type;
}

/** `root` is where references begin; `hops` counts those followed without looking into a value. */
function typeInside(schema: JsonSchema, root: JsonSchema, hops: number): Type {
  const { [optionalKeyword]: why, ...rest } = schema;
  if (why === true || typeof why === 'string') {
    const because = why === true ? unsaid : why;
    return optionalOf(typeInside(rest, root, hops), because);
  }
  if (typeof schema['$ref'] === 'string') {
    const target = resolveRef(root, schema['$ref']);
    return target === undefined || hops > 20 ? dyn : typeInside(target, root, hops + 1);
  }
  const choices = schema['anyOf'] ?? schema['oneOf'];
  if (Array.isArray(choices)) return typeOfChoices(schema, choices, root, hops);
  if (Array.isArray(schema['allOf'])) return typeOfAll(schema, schema['allOf'], root, hops);
  return typeOfNamed(schema, root, schema['type'] ?? impliedType(schema));
}

function typeOfNamed(schema: JsonSchema, root: JsonSchema, type: Json | undefined): Type {
  if (Array.isArray(type)) {
    const others = type.filter((name) => name !== 'null');
    if (others.length === 1 && type.length === 2) {
      return { kind: 'dyn', schema, like: () => typeOfNamed({ ...schema, type: others[0] ?? null }, root, others[0]) };
    }
    const numeric = others.length === type.length && others.every((name) => name === 'integer' || name === 'number');
    return numeric ? { kind: 'double', schema } : { kind: 'dyn', schema };
  }
  switch (type) {
    case 'string':
      return { kind: 'string', schema };
    case 'integer':
      return { kind: 'int', schema };
    case 'number':
      return { kind: 'double', schema };
    case 'boolean':
      return { kind: 'bool', schema };
    case 'null':
      return { kind: 'null', schema };
    case 'array':
      return { kind: 'list', schema, element: once(() => typeOfPart(schema['items'], root)) };
    case 'object':
      return typeOfObject(schema, root);
    default:
      return { kind: 'dyn', schema };
  }
}

function typeOfObject(schema: JsonSchema, root: JsonSchema): Type {
  const properties = asSchema(schema['properties']);
  const additional = schema['additionalProperties'];
  if (properties === undefined && additional !== false) {
    return { kind: 'map', schema, value: once(() => typeOfPart(additional, root)) };
  }
  const required = Array.isArray(schema['required']) ? schema['required'] : [];
  const fields = new Map<string, Field>();
  for (const [name, part] of Object.entries(properties ?? {})) {
    const description = asSchema(part)?.['description'];
    fields.set(name, {
      type: once(() => typeOfPart(part, root)),
      required: required.includes(name),
      description: typeof description === 'string' ? description : undefined,
    });
  }
  const open = additional === true || asSchema(additional) !== undefined;
  return { kind: 'object', schema, fields, rest: open ? once(() => typeOfPart(additional, root)) : undefined };
}

function typeOfPart(part: Json | undefined, root: JsonSchema): Type {
  const schema = asSchema(part);
  if (schema === undefined) return dyn;
  // Keeps its definitions, so that the part still means the same when it stands alone.
  const definitions = root['$defs'];
  const whole = definitions === undefined || '$defs' in schema ? schema : { ...schema, $defs: definitions };
  return typeInside(whole, root, 0);
}

function typeOfChoices(schema: JsonSchema, choices: readonly Json[], root: JsonSchema, hops: number): Type {
  const types = choices.map((choice) => {
    const part = asSchema(choice);
    return part === undefined || hops > 20 ? dyn : typeInside(part, root, hops + 1);
  });
  const others = types.filter((type) => type.kind !== 'null');
  const only = others[0];
  if (only === undefined) return { kind: 'dyn', schema };
  if (others.length === 1) return types.length === 1 ? only : { kind: 'dyn', schema, like: () => only };
  const alike = others.length === types.length && others.every((type) => type.kind === only.kind);
  return alike && isPrimitive(only) ? { kind: only.kind, schema } : { kind: 'dyn', schema };
}

function typeOfAll(schema: JsonSchema, parts: readonly Json[], root: JsonSchema, hops: number): Type {
  const only = parts.length === 1 ? asSchema(parts[0]) : undefined;
  return only === undefined || hops > 20 ? { kind: 'dyn', schema } : typeInside(only, root, hops + 1);
}

/** The type that a schema without `type` still gives away. */
function impliedType(schema: JsonSchema): Json | undefined {
  if (schema['properties'] !== undefined) return 'object';
  if (schema['items'] !== undefined) return 'array';
  const values = 'const' in schema ? [schema['const'] ?? null] : schema['enum'];
  if (!Array.isArray(values) || values.length === 0) return undefined;
  const types = new Set(values.map(jsonTypeOf));
  if (types.has('integer') && types.has('number')) types.delete('integer');
  return types.size === 1 ? [...types][0] : undefined;
}

function jsonTypeOf(value: Json): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'number';
  return typeof value;
}

function resolveRef(root: JsonSchema, ref: string): JsonSchema | undefined {
  if (!ref.startsWith('#')) return undefined;
  let part: Json | undefined = root;
  for (const step of ref.split('/').slice(1)) {
    const name = decodeURIComponent(step).replaceAll('~1', '/').replaceAll('~0', '~');
    part = asSchema(part)?.[name];
  }
  return asSchema(part);
}

function asSchema(value: Json | undefined): JsonSchema | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined;
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}

export function isPrimitive(type: Type): type is PrimitiveType {
  return primitiveKinds.has(type.kind);
}

const primitiveKinds: ReadonlySet<string> = new Set<PrimitiveKind>([
  'null',
  'bool',
  'int',
  'double',
  'string',
  'bytes',
  'timestamp',
  'duration',
  'type',
]);
