// The code of our own functions. Values are those of the evaluator: int is a bigint, double a number. Each checks what
// it is given, for values without a schema are only known here, and charges what it does.
import { RE2JS, RE2JSException } from 're2js';
import { jsonOf } from './json-values.ts';
import { chargeDeep, chargeUse, chargeVisit, ExpressionError, type Work, workLimit } from './work.ts';

/** `values`: the receiver first, then the arguments. */
export type FunctionCode = (values: readonly unknown[], work: Work) => unknown;

export const ownCode = {
  join: (values, work) => {
    const separator = values.length > 1 ? textOf('join', values[1]) : '';
    const texts = listOf('join', values[0]).map((part) => (typeof part === 'string' ? part : jsonText(part, work)));
    const length = texts.reduce((sum, text) => sum + text.length + separator.length, 0);
    chargeLength(work, length);
    return texts.join(separator);
  },
  split: (values, work) => {
    const text = textOf('split', values[0]);
    const parts = text.split(textOf('split', values[1]));
    chargeUse(work, parts);
    if (values.length < 3) return parts;
    const limit = wholeOf('split', values[2]);
    if (limit <= 0 || parts.length <= limit) return limit === 0 ? [] : parts;
    const separator = textOf('split', values[1]);
    return [...parts.slice(0, limit - 1), parts.slice(limit - 1).join(separator)];
  },
  replace: (values, work) => {
    const [text, old, replacement] = [0, 1, 2].map((index) => textOf('replace', values[index]));
    if (text === undefined || !old || replacement === undefined)
      throw new ExpressionError('replace: the text to replace is empty.');
    const parts = text.split(old);
    chargeLength(work, text.length + parts.length * replacement.length);
    return parts.join(replacement);
  },
  trim: (values) => textOf('trim', values[0]).trim(),
  lower: (values) => textOf('lower', values[0]).toLowerCase(),
  upper: (values) => textOf('upper', values[0]).toUpperCase(),
  json: (values, work) => jsonText(values[0], work),
  sum: (values) => listOf('sum', values[0]).reduce<number | bigint>((sum, part) => add(sum, numberOf('sum', part)), 0n),
  min: (values) => extreme('min', values, (a, b) => isLess(a, b)),
  max: (values) => extreme('max', values, (a, b) => isLess(b, a)),
  sort: (values, work) => {
    const list = comparable('sort', listOf('sort', values[0]));
    work.charge(list.length);
    return [...list].sort((a, b) => (isLess(a, b) ? -1 : isLess(b, a) ? 1 : 0));
  },
  flatten: (values, work) => {
    const flat = listOf('flatten', values[0]).flat();
    chargeVisit(work, flat);
    return flat;
  },
  range: (values, work) => {
    const start = values.length > 1 ? wholeOf('range', values[0]) : 0;
    const end = wholeOf('range', values.length > 1 ? values[1] : values[0]);
    const length = Math.max(0, end - start);
    if (length > workLimit) throw new ExpressionError(`range: ${length} numbers are too many (at most ${workLimit}).`);
    work.charge(length / 10);
    return Array.from({ length }, (_, index) => BigInt(start + index));
  },
  matches: (values, work) => {
    const [text, pattern] = [textOf('matches', values[0]), textOf('matches', values[1])];
    work.charge(1 + (text.length * patternSize(pattern)) / stepsOfPatternPerUnit);
    return compilePattern(pattern, work).test(text);
  },
  string: (values, work) => {
    const value = values[0];
    if (typeof value === 'object' && value !== null && !(value instanceof Uint8Array)) {
      const json = jsonOf(value);
      if (typeof json === 'string') return json;
      throw new ExpressionError('string: lists and maps have no plain text; use json(x).');
    }
    if (value instanceof Uint8Array) return new TextDecoder().decode(value);
    return typeof value === 'string' ? value : jsonText(value, work);
  },
} satisfies Readonly<Record<string, FunctionCode>>;

/** Why a pattern can not be used, in words; undefined if it can. */
export function patternProblem(pattern: string): string | undefined {
  try {
    RE2JS.compile(pattern);
    return undefined;
  } catch (error) {
    if (error instanceof RE2JSException) return String(error.message).replace(/^error parsing regexp: /, '');
    throw error;
  }
}

/** RE2 takes at most one step per character and part of the pattern. */
const stepsOfPatternPerUnit = 5_000;

/** About how many parts a pattern has, repeats written out: `a{500}` has 500. */
function patternSize(pattern: string): number {
  const repeats = [...pattern.matchAll(/\{(?:[0-9]*,)?([0-9]+),?\}/g)].map((match) => Number(match[1]) + 1);
  return pattern.length * repeats.reduce((product, count) => product * count, 1);
}

const unitsPerCompilation = 100;
const patternsKept = 100;
const patterns = new Map<string, RE2JS>();

function compilePattern(pattern: string, work: Work): RE2JS {
  const known = patterns.get(pattern);
  if (known !== undefined) return known;
  work.charge(unitsPerCompilation);
  const problem = patternProblem(pattern);
  if (problem !== undefined) throw new ExpressionError(`matches: the pattern \`${pattern}\` is not valid: ${problem}.`);
  const compiled = RE2JS.compile(pattern);
  if (patterns.size >= patternsKept) patterns.clear();
  patterns.set(pattern, compiled);
  return compiled;
}

const lengthLimit = 16 * 1024 * 1024;

function chargeLength(work: Work, length: number): void {
  if (length > lengthLimit) throw new ExpressionError('The text would be longer than 16 million characters.');
  work.charge(length / 1_000);
}

function jsonText(value: unknown, work: Work): string {
  chargeDeep(work, value);
  return JSON.stringify(jsonOf(value));
}

type Comparable = string | number | bigint | { valueOf(): number };

function extreme(
  name: string,
  values: readonly unknown[],
  isBetter: (a: Comparable, b: Comparable) => boolean,
): Comparable {
  const list = comparable(name, values.length === 1 ? listOf(name, values[0]) : values);
  const [first, ...rest] = list;
  if (first === undefined) throw new ExpressionError(`${name}: the list is empty.`);
  return rest.reduce((best, value) => (isBetter(value, best) ? value : best), first);
}

/** The values, if they are all numbers, all texts or all timestamps. */
function comparable(name: string, values: readonly unknown[]): readonly Comparable[] {
  const kinds = new Set<string>();
  const result: Comparable[] = [];
  for (const value of values) {
    if (typeof value === 'string' || typeof value === 'number' || typeof value === 'bigint') result.push(value);
    else if (isMoment(value)) result.push(value);
    else throw new ExpressionError(`${name}: ${nameOf(value)} can not be ordered.`);
    kinds.add(typeof value === 'bigint' ? 'number' : typeof value);
  }
  if (kinds.size > 1) throw new ExpressionError(`${name}: texts and numbers can not be compared.`);
  return result;
}

function isLess(a: Comparable, b: Comparable): boolean {
  return a < b;
}

/** A timestamp or a duration of the evaluator. */
function isMoment(value: unknown): value is { valueOf(): number } {
  return typeof value === 'object' && value !== null && typeof value.valueOf() === 'number';
}

function add(a: number | bigint, b: number | bigint): number | bigint {
  return typeof a === 'bigint' && typeof b === 'bigint' ? a + b : Number(a) + Number(b);
}

function numberOf(name: string, value: unknown): number | bigint {
  if (typeof value === 'number' || typeof value === 'bigint') return value;
  throw new ExpressionError(`${name}: ${nameOf(value)} is not a number.`);
}

function wholeOf(name: string, value: unknown): number {
  const number = Number(numberOf(name, value));
  if (Number.isSafeInteger(number)) return number;
  throw new ExpressionError(`${name}: ${number} is not a whole number.`);
}

function textOf(name: string, value: unknown): string {
  if (typeof value === 'string') return value;
  throw new ExpressionError(`${name}: ${nameOf(value)} is not a text.`);
}

function listOf(name: string, value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value;
  throw new ExpressionError(`${name}: ${nameOf(value)} is not a list.`);
}

/** What a value is called in a message. */
export function nameOf(value: unknown): string {
  if (value === null || value === undefined) return 'null';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'bigint' || typeof value === 'number') return `the number ${value}`;
  if (typeof value === 'string') return 'a text';
  if (typeof value === 'boolean') return value ? 'true' : 'false';
  return 'a map';
}
