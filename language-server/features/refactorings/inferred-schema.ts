// The JSON Schema that fits values which were seen. Types, fields and which of them were always there; no more is guessed.
import type { Json, JsonSchema } from '../../../workflow/index.ts';

/** @returns a schema that the value meets */
export function inferredSchema(value: Json): JsonSchema {
  if (Array.isArray(value)) {
    const items = value.map((item: Json) => inferredSchema(item));
    const [first, ...more] = items;
    return first ? { type: 'array', items: more.reduce(joinedSchema, first) } : { type: 'array' };
  }
  if (typeof value === 'object' && value !== null) return objectSchema(value);
  if (typeof value === 'number') return { type: Number.isInteger(value) ? 'integer' : 'number' };
  return { type: value === null ? 'null' : typeof value };
}

function objectSchema(value: Exclude<Json, string | number | boolean | null | readonly Json[]>): JsonSchema {
  const entries = Object.entries(value).flatMap(([key, part]) => (part === undefined ? [] : [[key, part] as const]));
  const properties = Object.fromEntries(entries.map(([key, part]) => [key, inferredSchema(part)]));
  return { type: 'object', required: Object.keys(properties), properties };
}

/** What fits both: of two objects the fields of both, of which those of both are required; of two kinds anything. */
function joinedSchema(a: JsonSchema, b: JsonSchema): JsonSchema {
  const [one, other] = [a['type'], b['type']];
  if (isNumeric(one) && isNumeric(other)) return one === other ? a : { type: 'number' };
  if (one !== other) return {};
  if (one === 'array') return joinedLists(a, b);
  if (one !== 'object') return a;
  const [left, right] = [propertiesOf(a), propertiesOf(b)];
  const names = [...new Set([...Object.keys(left), ...Object.keys(right)])];
  const properties = Object.fromEntries(names.map((name) => [name, joinedOrOne(left[name], right[name])] as const));
  return { type: 'object', required: requiredOf(a).filter((name) => requiredOf(b).includes(name)), properties };
}

function joinedLists(a: JsonSchema, b: JsonSchema): JsonSchema {
  const items = joinedOrOne(schemaIn(a, 'items'), schemaIn(b, 'items'));
  return Object.keys(items).length === 0 ? { type: 'array' } : { type: 'array', items };
}

function joinedOrOne(a: JsonSchema | undefined, b: JsonSchema | undefined): JsonSchema {
  return a && b ? joinedSchema(a, b) : (a ?? b ?? {});
}

function isNumeric(type: Json | undefined): boolean {
  return type === 'integer' || type === 'number';
}

function requiredOf(schema: JsonSchema): readonly Json[] {
  const required = schema['required'];
  return Array.isArray(required) ? required : [];
}

function propertiesOf(schema: JsonSchema): { readonly [name: string]: JsonSchema } {
  return (schemaIn(schema, 'properties') ?? {}) as { readonly [name: string]: JsonSchema };
}

function schemaIn(schema: JsonSchema, key: string): JsonSchema | undefined {
  const part = schema[key];
  return typeof part === 'object' && part !== null && !Array.isArray(part) ? part : undefined;
}
