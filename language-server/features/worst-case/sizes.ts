// How many bytes a value can take in a message. What a message holds is counted as JSON text, as the engine counts what
// it sends, so a line break takes two bytes. Invariants:
//   S1. No size is below what is sent; what has no bound says why.
//   S2. No token that a model writes has more than 128 bytes: no vocabulary that is known has longer ones. As JSON text
//       they are at most twice as many, for what is escaped to more than two bytes makes no long tokens.
import { isJsonObject, type Json, type JsonSchema } from '../../../workflow/index.ts';
import { atMost, type Bound, greatestOf, leastOf, openBecause, sumOf, timesOf } from './bound.ts';

/** The bytes of a value in a message. */
export interface Size {
  /** As a text of its own, or a part of one: a text as it is, anything else as JSON. */
  readonly text: Bound;
  /** Inside other JSON. */
  readonly json: Bound;
}

const bytesPerToken = 256;
/** A number, a truth value or null in JSON. */
const scalarBytes = 26;
const escapedUnit = 6;
const twiceEscapedUnit = 8;

/** A value that is known. */
export function sizeOfValue(value: Json): Size {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return { text: atMost(bytes(JSON.stringify(text))), json: atMost(bytes(JSON.stringify(JSON.stringify(value)))) };
}

/** What a model writes in so many tokens. @param isJson whether it is JSON by its schema, and not a text */
export function sizeOfTokens(tokens: Bound, isJson: boolean): Size {
  const text = sumOf([timesOf(tokens, bytesPerToken), atMost(4)]);
  return { text, json: isJson ? text : timesOf(text, 2) };
}

export function openSize(reason: string): Size {
  return { text: openBecause(reason), json: openBecause(reason) };
}

export function sumOfSizes(sizes: readonly Size[]): Size {
  return { text: sumOf(sizes.map(({ text }) => text)), json: sumOf(sizes.map(({ json }) => json)) };
}

export function greatestSize(sizes: readonly Size[]): Size {
  return { text: greatestOf(sizes.map(({ text }) => text)), json: greatestOf(sizes.map(({ json }) => json)) };
}

export function leastSize(one: Size, other: Size): Size {
  return { text: leastOf(one.text, other.text), json: leastOf(one.json, other.json) };
}

/** Values put together as JSON: a list, or an object with these keys. */
export function sizeOfJson(parts: readonly Size[], keys: readonly string[] = []): Size {
  const frame = keys.reduce((sum, key) => sum + bytes(JSON.stringify(JSON.stringify(key))), 0);
  const whole = sumOf([...parts.map(({ json }) => json), atMost(frame + 4 * parts.length + 4)]);
  return { text: whole, json: whole };
}

/**
 * The largest value that meets a schema.
 * @param name what is measured, for the reason why there is no bound
 */
export function sizeOfSchema(schema: JsonSchema, name: string): Size {
  const { enum: listed, const: only, type, anyOf } = schema;
  if (Array.isArray(listed)) return greatestSize(listed.map(sizeOfValue));
  if (only !== undefined) return sizeOfValue(only);
  if (Array.isArray(anyOf)) return greatestSize(anyOf.map((one) => sizeOfSchema(isJsonObject(one) ? one : {}, name)));
  if (Array.isArray(type)) return greatestSize(type.map((one) => sizeOfSchema({ ...schema, type: one }, name)));
  switch (type) {
    case 'integer':
    case 'number':
    case 'boolean':
    case 'null':
      return { text: atMost(scalarBytes), json: atMost(scalarBytes) };
    case 'string':
      return sizeOfText(schema['maxLength'], name);
    case 'array':
      return sizeOfList(schema, name);
    case 'object':
      return sizeOfObject(schema, name);
    default:
      return openSize(`${name} can be anything`);
  }
}

function sizeOfText(maxLength: Json | undefined, name: string): Size {
  if (typeof maxLength !== 'number') return openSize(`${name} has no \`maxLength\``);
  // A character of JSON Schema is one or two units of UTF-16.
  return { text: atMost(2 * escapedUnit * maxLength + 2), json: atMost(2 * twiceEscapedUnit * maxLength + 8) };
}

function sizeOfList({ maxItems, items }: JsonSchema, name: string): Size {
  if (typeof maxItems !== 'number') return openSize(`${name} has no \`maxItems\``);
  const element = sizeOfSchema(isJsonObject(items) ? items : {}, `an element of ${name}`);
  const { json } = sizeOfJson([element]);
  return { text: timesOf(json, maxItems + 1), json: timesOf(json, maxItems + 1) };
}

function sizeOfObject({ properties, additionalProperties }: JsonSchema, name: string): Size {
  if (additionalProperties !== false) return openSize(`${name} may have properties that its schema does not name`);
  const entries = isJsonObject(properties) ? Object.entries(properties) : [];
  const sizes = entries.map(([key, schema]) => sizeOfSchema(isJsonObject(schema) ? schema : {}, `${name}.${key}`));
  return sizeOfJson(
    sizes,
    entries.map(([key]) => key),
  );
}

/** Bytes in UTF-8. */
export function bytes(text: string): number {
  return encoder.encode(text).length;
}

const encoder = new TextEncoder();
