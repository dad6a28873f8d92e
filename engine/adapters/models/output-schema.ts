// Structured output wants an object at the top, and the strict kind of it wants every object closed. A workflow's
// schema need not be like that; this is where the difference is bridged.
import { isJsonObject, type Json, type JsonObject, type JsonSchema } from '../../../run/index.ts';

/** A schema as it is sent, and the way back. */
export interface SentSchema {
  readonly schema: JsonSchema;
  /** True when the provider can be told to keep to the schema to the letter. */
  readonly strict: boolean;
  /** Turns the text of an answer into JSON text that is meant to meet the workflow's own schema. */
  readonly unwrap: (text: string) => string;
}

/** Makes a schema fit to be sent. Values that are no objects travel as `{"value": …}`. */
export function sentSchema(schema: JsonSchema): SentSchema {
  const isObject = schema['type'] === 'object';
  const whole = isObject ? schema : wrap(schema);
  const closed = close(whole);
  const unwrap = isObject ? (text: string) => text : unwrapValue;
  return isJsonObject(closed) ? { schema: closed, strict: true, unwrap } : { schema: whole, strict: false, unwrap };
}

function wrap(schema: JsonSchema): JsonSchema {
  const { $defs, ...value } = schema;
  return {
    type: 'object',
    properties: { value },
    required: ['value'],
    additionalProperties: false,
    ...($defs !== undefined && { $defs }),
  };
}

/** What does not look wrapped stays as it is: the schema's check will say what is wrong with it. */
function unwrapValue(text: string): string {
  try {
    const parsed: Json = JSON.parse(text);
    const value = isJsonObject(parsed) ? parsed['value'] : undefined;
    return value === undefined ? text : JSON.stringify(value);
  } catch (error) {
    if (error instanceof SyntaxError) return text;
    throw error;
  }
}

/** Keywords that strict structured output knows with every provider. */
const strictKeywords = [
  'type',
  'properties',
  'required',
  'additionalProperties',
  'items',
  'enum',
  'const',
  'anyOf',
  '$ref',
  '$defs',
  'title',
  'description',
];

/** What says nothing of which values are valid. It is left out. */
const remarks = ['examples'];

/**
 * Closes every object of a schema in which all properties are required: what meets the closed schema meets the open one.
 * @returns undefined when a strict schema can not say what this one says
 */
function close(schema: Json | undefined): Json | undefined {
  if (!isJsonObject(schema)) return undefined;
  const said = Object.entries(schema).filter(([key]) => !remarks.includes(key));
  if (said.some(([key]) => !strictKeywords.includes(key))) return undefined;
  const closed: JsonObject = Object.fromEntries(said);
  for (const key of ['properties', '$defs']) {
    if (schema[key] === undefined) continue;
    const named = closeAll(schema[key]);
    if (!named) return undefined;
    closed[key] = named;
  }
  if (schema['items'] !== undefined && (closed['items'] = close(schema['items'])) === undefined) return undefined;
  if (Array.isArray(schema['anyOf'])) {
    const variants = schema['anyOf'].map(close);
    if (!variants.every((variant) => variant !== undefined)) return undefined;
    closed['anyOf'] = variants;
  }
  return schema['type'] === 'object' ? closeObject(closed) : closed;
}

function closeAll(named: Json): JsonObject | undefined {
  if (!isJsonObject(named)) return undefined;
  const closed: JsonObject = {};
  for (const [name, schema] of Object.entries(named)) {
    const inner = close(schema);
    if (inner === undefined) return undefined;
    closed[name] = inner;
  }
  return closed;
}

function closeObject(schema: JsonObject): JsonObject | undefined {
  const names = isJsonObject(schema['properties']) ? Object.keys(schema['properties']) : [];
  const required = Array.isArray(schema['required']) ? schema['required'] : [];
  const more = schema['additionalProperties'];
  // An object without named properties is a map, which a closed object could not be.
  if (names.length === 0 || names.some((name) => !required.includes(name))) return undefined;
  return more === undefined || more === false ? { ...schema, additionalProperties: false } : undefined;
}
