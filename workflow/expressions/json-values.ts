// The border between JSON and the evaluator: whole numbers become bigint where the schema says `integer`, what may be
// absent becomes an optional, and results go back to JSON or say why they can not.
import { Optional } from '@marcbachmann/cel-js';
import type { Json, JsonObject } from '../../schemas/json.ts';
import { type Type, typeOfValue } from './types.ts';
import type { ValueType } from '../model/model.ts';
import { lostKeys } from './ids.ts';
import { ExpressionError } from './work.ts';

/** Which parts of a value an expression names: field → parts. `all`: the value itself is used. */
export interface UsedParts {
  all: boolean;
  readonly fields: Map<string, UsedParts>;
}

/**
 * A value of JSON as the evaluator wants it. Parts of the model's objects that the expression does not name are left
 * out, for outputs may be large.
 */
export function evaluatorValue(value: unknown, type: ValueType, used: UsedParts): unknown {
  if (type.kind === 'secret') throw new ExpressionError('A secret has no value here: it is put in where it is sent.');
  if (type.kind === 'json') {
    const plain = convert(value, typeOfValue({ kind: 'json', schema: type.schema }));
    if (!type.optional) return plain;
    if (value === undefined) return Optional.none();
    return plain instanceof Optional ? plain : Optional.of(plain);
  }
  const result: Record<string, unknown> = {};
  const fields: Record<string, unknown> = isRecord(value) ? value : {};
  for (const [name, field] of Object.entries(type.fields)) {
    const part = used.fields.get(name);
    if (part === undefined && !used.all) continue;
    const converted = evaluatorValue(fields[name], field, part ?? used);
    if (converted !== undefined) result[name] = converted;
  }
  return result;
}

function convert(value: unknown, type: Type): unknown {
  switch (type.kind) {
    case 'int':
      return typeof value === 'number' && Number.isInteger(value) ? BigInt(value) : value;
    case 'optional':
      return value === undefined || value === null ? Optional.none() : Optional.of(convert(value, type.of));
    case 'dyn':
      return type.like === undefined || value === null ? value : convert(value, type.like());
    case 'list': {
      if (!Array.isArray(value) || isPlain(type)) return value;
      const element = type.element();
      return value.map((part) => convert(part, element));
    }
    case 'map':
    case 'object':
      return isRecord(value) && !isPlain(type) ? convertRecord(value, type) : value;
    default:
      return value;
  }
}

function convertRecord(
  value: Readonly<Record<string, unknown>>,
  type: Extract<Type, { kind: 'map' | 'object' }>,
): unknown {
  const result: Record<string, unknown> = {};
  for (const [name, part] of Object.entries(value)) {
    const partType = type.kind === 'map' ? type.value() : (type.fields.get(name)?.type() ?? type.rest?.());
    define(result, name, partType === undefined ? part : convert(part, partType));
  }
  if (type.kind === 'map') return result;
  for (const [name, field] of type.fields) {
    if (value[name] === undefined && field.type().kind === 'optional') define(result, name, Optional.none());
  }
  return result;
}

/** True if no value of the type changes at the border. A type that refers to itself is not looked through. */
function isPlain(type: Type, depth = 0): boolean {
  const known = plainTypes.get(type);
  if (known !== undefined) return known;
  const plain = depth <= 8 && hasPlainParts(type, depth);
  // Only what was looked at from its top is known for sure.
  if (depth === 0) plainTypes.set(type, plain);
  return plain;
}

const plainTypes = new WeakMap<Type, boolean>();

function hasPlainParts(type: Type, depth: number): boolean {
  switch (type.kind) {
    case 'int':
    case 'optional':
      return false;
    case 'dyn':
      return type.like === undefined || isPlain(type.like(), depth + 1);
    case 'list':
      return isPlain(type.element(), depth + 1);
    case 'map':
      return isPlain(type.value(), depth + 1);
    case 'object':
      return (
        [...type.fields.values()].every((field) => isPlain(field.type(), depth + 1)) &&
        (type.rest === undefined || isPlain(type.rest(), depth + 1))
      );
    default:
      return true;
  }
}

/** Characters of JSON that one result may have. */
const resultLimit = 32 * 1024 * 1024;

/** A value of the evaluator as JSON: timestamps as RFC 3339, durations as text, an optional as its value or null. */
export function jsonOf(value: unknown): Json {
  return toJson(value, { characters: 0 });
}

function toJson(value: unknown, done: { characters: number }): Json {
  done.characters += typeof value === 'string' ? value.length + 2 : 2;
  if (done.characters > resultLimit)
    throw new ExpressionError('The result is too large (more than 32 million characters).');
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return value;
    case 'number':
      if (Number.isFinite(value)) return value;
      throw new ExpressionError(
        `The result has a number that JSON does not know: ${value}. Was something divided by zero?`,
      );
    case 'bigint':
      return wholeNumber(value);
    case 'object':
      return value === null ? null : objectToJson(value, done);
    default:
      throw new ExpressionError(
        `The result can not be ${typeof value === 'undefined' ? 'an absent value' : 'a function'}.`,
      );
  }
}

function objectToJson(value: object, done: { characters: number }): Json {
  if (Array.isArray(value)) return value.map((part) => toJson(part, done));
  if (value instanceof Map) return recordToJson([...value.entries()], done);
  if (value instanceof Optional) return value.hasValue() ? toJson(value.value(), done) : null;
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype === Object.prototype || prototype === null) return recordToJson(Object.entries(value), done);
  if ('toISOString' in value) return timestampText(value);
  if (isDuration(value)) return durationText(value);
  if (value instanceof Uint8Array)
    throw new ExpressionError('The result can not be bytes: use `.base64()`, `.hex()` or `string(x)`.');
  throw new ExpressionError('The result can not be a type: compare it, or use `string`.');
}

function recordToJson(entries: readonly (readonly [string, unknown])[], done: { characters: number }): Json {
  const result: JsonObject = {};
  for (const [name, part] of entries) {
    done.characters += name.length;
    if (part !== undefined) define(result, name, toJson(part, done));
  }
  return result;
}

function wholeNumber(value: bigint): number {
  const number = Number(value);
  if (Number.isSafeInteger(number)) return number;
  throw new ExpressionError(`The whole number ${value} is too large to be exact in JSON; use string(x).`);
}

function timestampText(value: object & { readonly toISOString: unknown }): string {
  const text: unknown = typeof value.toISOString === 'function' ? value.toISOString() : undefined;
  if (typeof text === 'string') return text.replace('.000Z', 'Z');
  throw new ExpressionError('The result has a timestamp that is out of range.');
}

interface DurationValue {
  readonly seconds: bigint;
  readonly nanos: number;
}

function isDuration(value: object): value is DurationValue {
  return 'seconds' in value && typeof value.seconds === 'bigint' && 'nanos' in value && typeof value.nanos === 'number';
}

const durationUnits: readonly (readonly [string, bigint])[] = [
  ['h', 3_600_000n],
  ['m', 60_000n],
  ['s', 1_000n],
  ['ms', 1n],
];

/** In the grammar of durations in a file: one whole number with the largest unit that keeps it whole. */
function durationText(duration: DurationValue): string {
  if (duration.nanos % 1_000_000 !== 0)
    throw new ExpressionError('The result has a duration finer than a millisecond.');
  const milliseconds = duration.seconds * 1_000n + BigInt(duration.nanos / 1_000_000);
  if (milliseconds < 0n) throw new ExpressionError('The result has a negative duration; use `.getSeconds()`.');
  if (milliseconds === 0n) return '0s';
  const [unit, size] = durationUnits.find(([, length]) => milliseconds % length === 0n) ?? ['ms', 1n];
  return `${milliseconds / size}${unit}`;
}

/**
 * The same value with a Map for each object that has a key which the library takes for a part of the language. Slow,
 * so it is only asked for when the library has stumbled.
 */
export function withMaps(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withMaps);
  if (value instanceof Optional) return value.hasValue() ? Optional.of(withMaps(value.value())) : value;
  if (!isRecord(value) || Object.getPrototypeOf(value) !== Object.prototype) return value;
  const entries = Object.entries(value).map(([name, part]) => [name, withMaps(part)] as const);
  if (entries.some(([name]) => lostKeys.has(name))) return new Map(entries);
  return Object.fromEntries(entries);
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Sets a key whatever its name: `__proto__` too is only a name here. */
function define(target: Record<string, unknown>, name: string, value: unknown): void {
  if (name !== '__proto__') target[name] = value;
  else Object.defineProperty(target, name, { value, enumerable: true, configurable: true, writable: true });
}
