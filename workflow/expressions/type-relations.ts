// How types relate: the common type of two, what a type is called, and the way back to JSON Schema.
import type { JsonSchema } from '../../schemas/json.ts';
import type { ValueType } from '../model/model.ts';
import { dyn, type Field, isPrimitive, type Type, typeOfSchema } from './types.ts';

/** The type of a value that is one or the other. */
export function commonType(a: Type, b: Type): Type {
  if (a === b || b.kind === 'never') return a;
  if (a.kind === 'never') return b;
  if (a.kind === 'optional' && b.kind === 'optional') return { ...a, of: commonType(a.of, b.of) };
  if (a.kind === 'null' && b.kind !== 'null') return orNull(b);
  if (b.kind === 'null' && a.kind !== 'null') return orNull(a);
  if (isNumber(a) && isNumber(b)) return { kind: a.kind === 'int' && b.kind === 'int' ? 'int' : 'double' };
  if (isPrimitive(a) && isPrimitive(b) && a.kind === b.kind) return { kind: a.kind };
  if (a.kind === 'list' && b.kind === 'list') {
    return { kind: 'list', element: () => commonType(a.element(), b.element()) };
  }
  const sameSchema = 'schema' in a && 'schema' in b && a.schema !== undefined && a.schema === b.schema;
  return sameSchema ? a : dyn;
}

/** The schema of a value that meets one of these: as much as is known of it. */
export function commonSchema(schemas: readonly JsonSchema[]): JsonSchema {
  const distinct = [...new Map(schemas.map((schema) => [JSON.stringify(schema), schema])).values()];
  const [only] = distinct;
  if (!only || distinct.length === 1) return only ?? {};
  const words = distinct.map((schema) => schema['enum']);
  if (words.every((each) => Array.isArray(each))) return { enum: [...new Set(words.flat())] };
  const type = distinct.map(typeOfSchema).reduce(commonType);
  if (type.kind !== 'dyn') return schemaOfType(type);
  return distinct.some((schema) => Object.keys(schema).length === 0) ? {} : { anyOf: distinct };
}

/** What kind of value meets a schema; null apart, for what may be absent. */
export function kindOfSchema(schema: JsonSchema): 'list' | 'object' | 'plain' | 'unknown' {
  const type = typeOfSchema(schema);
  switch (type.kind === 'optional' ? type.of.kind : type.kind) {
    case 'list':
      return 'list';
    case 'object':
    case 'map':
      return 'object';
    case 'dyn':
    case 'never':
    case 'optional':
      return 'unknown';
    default:
      return 'plain';
  }
}

export function isNumber(type: Type): boolean {
  return type.kind === 'int' || type.kind === 'double';
}

/** The same type or null: unknown enough to be compared with null. */
function orNull(type: Type): Type {
  if (type.kind === 'dyn' || type.kind === 'optional' || type.kind === 'secret') return type;
  return { kind: 'dyn', like: () => type, schema: { anyOf: [schemaOfType(type), { type: 'null' }] } };
}

/** A type as people read it: `list<string>`, `object {claim, source}`, `optional<int>`. */
export function describeType(type: Type, depth = 0): string {
  switch (type.kind) {
    case 'dyn':
      return type.like ? `${describeType(type.like(), depth)} or null` : 'any';
    case 'never':
      return 'nothing';
    case 'list': {
      const element = depth > 3 ? dyn : type.element();
      return element.kind === 'never' || isUnknown(element) ? 'list' : `list<${describeType(element, depth + 1)}>`;
    }
    case 'map': {
      const value = depth > 3 ? dyn : type.value();
      return isUnknown(value) ? 'map' : `map<string, ${describeType(value, depth + 1)}>`;
    }
    case 'object':
      return depth > 0 ? 'object' : describeObject([...type.fields.keys()]);
    case 'optional':
      return `optional<${describeType(type.of, depth + 1)}>`;
    default:
      return describeEnum('schema' in type ? type.schema : undefined) ?? type.kind;
  }
}

/** What meets a schema, as people read it. */
export function describeSchema(schema: JsonSchema): string {
  return describeType(typeOfSchema(schema));
}

function isUnknown(type: Type): boolean {
  return type.kind === 'dyn' && type.like === undefined;
}

function describeObject(names: readonly string[]): string {
  if (names.length === 0) return 'object';
  const shown = names.slice(0, 6).join(', ');
  return `object {${shown}${names.length > 6 ? ', …' : ''}}`;
}

function describeEnum(schema: JsonSchema | undefined): string | undefined {
  const values = schema?.['enum'];
  if (!Array.isArray(values) || values.length === 0 || values.length > 6) return undefined;
  return values.map((value) => JSON.stringify(value)).join(' | ');
}

/** A JSON Schema of the values of a type, as they look in JSON. A type that refers to itself keeps the schema it came from. */
export function schemaOfType(type: Type, depth = 0): JsonSchema {
  if ('schema' in type && type.schema !== undefined) return type.schema;
  if (depth > 20) return {};
  switch (type.kind) {
    case 'bool':
      return { type: 'boolean' };
    case 'int':
      return { type: 'integer' };
    case 'double':
      return { type: 'number' };
    case 'string':
      return { type: 'string' };
    case 'null':
      return { type: 'null' };
    case 'timestamp':
      return { type: 'string', format: 'date-time' };
    case 'duration':
      return { type: 'string', description: 'A duration such as 90s or 2m.' };
    case 'list': {
      const element = schemaOfType(type.element(), depth + 1);
      return Object.keys(element).length === 0 ? { type: 'array' } : { type: 'array', items: element };
    }
    case 'map':
      return { type: 'object', additionalProperties: schemaOfType(type.value(), depth + 1) };
    case 'object':
      return schemaOfObject(type.fields, type.rest !== undefined, depth);
    case 'optional':
      return nullable(schemaOfType(type.of, depth + 1));
    case 'dyn':
      return type.like ? nullable(schemaOfType(type.like(), depth + 1)) : {};
    default:
      return {};
  }
}

function schemaOfObject(fields: ReadonlyMap<string, Field>, open: boolean, depth: number): JsonSchema {
  const properties: JsonSchema = {};
  for (const [name, field] of fields) {
    const schema = schemaOfType(field.type(), depth + 1);
    properties[name] = field.description === undefined ? schema : { ...schema, description: field.description };
  }
  const required = [...fields].filter(([, field]) => field.required).map(([name]) => name);
  return { type: 'object', properties, required, ...(open ? { additionalProperties: true } : {}) };
}

function nullable(schema: JsonSchema): JsonSchema {
  if (Object.keys(schema).length === 0) return {};
  return { anyOf: [schema, { type: 'null' }] };
}

/** A checked type in the model's words. */
export function valueOfType(type: Type): ValueType {
  if (type.kind === 'secret') return { kind: 'secret' };
  if (type.kind === 'object' && type.origin !== undefined) return type.origin;
  if (type.kind !== 'optional') return { kind: 'json', schema: schemaOfType(type) };
  const because = type.because === undefined ? {} : { absentBecause: type.because };
  return { kind: 'json', schema: schemaOfType(type.of), optional: true, ...because };
}

/** The JSON Schema of a value of this type; an optional gives its schema or null. */
export function resultSchema(type: ValueType): JsonSchema {
  if (type.kind === 'secret') return { type: 'string' };
  if (type.kind === 'json') return type.optional ? nullable(type.schema) : type.schema;
  const properties: JsonSchema = {};
  for (const [name, field] of Object.entries(type.fields)) properties[name] = resultSchema(field);
  return { type: 'object', properties, required: Object.keys(type.fields) };
}
