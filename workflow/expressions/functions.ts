// Every function that expressions may call: one object each, with its name, docs, signatures and code. The checker,
// the evaluator, completion and the docs read this one table. Those without `code` are CEL's own: the library runs
// them, and a test says that it has each of them with these signatures.
import { celFunctions, type ExpressionFunction } from './cel-functions.ts';
import { ownCode } from './function-code.ts';

export type { ExpressionFunction };

const own: readonly ExpressionFunction[] = [
  {
    name: 'join',
    docs: 'Makes one text of a list. What is not text is written as JSON.',
    example: "['a', 'b'].join(', ') == 'a, b'",
    overloads: ['list<any>.join(): string', 'list<any>.join(separator: string): string'],
    code: ownCode.join,
  },
  {
    name: 'split',
    docs: 'Cuts a text at each separator; with a limit, into at most so many parts.',
    example: "'a,b'.split(',') == ['a', 'b']",
    overloads: [
      'string.split(separator: string): list<string>',
      'string.split(separator: string, limit: int): list<string>',
    ],
    code: ownCode.split,
  },
  {
    name: 'replace',
    docs: 'Replaces every occurrence of a text.',
    example: "'a-b-c'.replace('-', '+') == 'a+b+c'",
    overloads: ['string.replace(old: string, new: string): string'],
    code: ownCode.replace,
  },
  {
    name: 'trim',
    docs: 'Takes white space away from both ends.',
    example: "' a '.trim() == 'a'",
    overloads: ['string.trim(): string'],
    code: ownCode.trim,
  },
  {
    name: 'lower',
    docs: 'Writes a text in lower case.',
    example: "'Ab'.lower() == 'ab'",
    overloads: ['string.lower(): string'],
    code: ownCode.lower,
  },
  {
    name: 'upper',
    docs: 'Writes a text in upper case.',
    example: "'Ab'.upper() == 'AB'",
    overloads: ['string.upper(): string'],
    code: ownCode.upper,
  },
  {
    name: 'json',
    docs: 'Writes a value as JSON text.',
    example: "json({'a': 1}) == '{\"a\":1}'",
    overloads: ['json(value: any): string'],
    code: ownCode.json,
  },
  {
    name: 'sum',
    docs: 'Adds up a list of numbers; 0 for an empty list.',
    example: 'sum([1, 2, 3]) == 6',
    overloads: [
      'sum(list: list<int>): int',
      'sum(list: list<double>): double',
      'list<int>.sum(): int',
      'list<double>.sum(): double',
    ],
    code: ownCode.sum,
  },
  {
    name: 'min',
    docs: 'The smallest of a list, or of two numbers. An empty list has none and is an error.',
    example: 'min([3, 1, 2]) == 1',
    overloads: extremeOverloads('min'),
    code: ownCode.min,
  },
  {
    name: 'max',
    docs: 'The largest of a list, or of two numbers. An empty list has none and is an error.',
    example: 'max(3, 4) == 4',
    overloads: extremeOverloads('max'),
    code: ownCode.max,
  },
  {
    name: 'sort',
    docs: 'Sorts numbers or texts upwards. Texts are compared by their UTF-16 units.',
    example: 'sort([3, 1, 2]) == [1, 2, 3]',
    overloads: ['int', 'double', 'string', 'timestamp'].flatMap((type) => [
      `sort(list: list<${type}>): list<${type}>`,
      `list<${type}>.sort(): list<${type}>`,
    ]),
    code: ownCode.sort,
  },
  {
    name: 'flatten',
    docs: 'Takes the lists inside a list apart, one level.',
    example: 'flatten([[1], [2, 3]]) == [1, 2, 3]',
    overloads: ['flatten(list: list<list<T>>): list<T>', 'list<list<T>>.flatten(): list<T>'],
    code: ownCode.flatten,
  },
  {
    name: 'range',
    docs: 'The whole numbers from 0, or from a start, up to but not including the end.',
    example: 'range(3) == [0, 1, 2]',
    overloads: ['range(end: int): list<int>', 'range(start: int, end: int): list<int>'],
    code: ownCode.range,
  },
  {
    name: 'matches',
    docs: 'True if the pattern (RE2 syntax, no look-around or back references) is found anywhere in the text.',
    example: "'order 42'.matches('[0-9]+') == true",
    overloads: ['string.matches(pattern: string): bool'],
    code: ownCode.matches,
  },
  {
    name: 'string',
    docs: 'Writes a number, bool, timestamp or duration as text.',
    example: "string(1.5) == '1.5'",
    overloads: ['string', 'int', 'double', 'bool', 'bytes', 'timestamp', 'duration'].map(
      (type) => `string(value: ${type}): string`,
    ),
    code: ownCode.string,
  },
];

function extremeOverloads(name: string): readonly string[] {
  const kinds = ['int', 'double', 'string', 'timestamp'];
  return [
    ...kinds.map((kind) => `${name}(list: list<${kind}>): ${kind}`),
    ...kinds.map((kind) => `list<${kind}>.${name}(): ${kind}`),
    `${name}(a: int, b: int): int`,
    `${name}(a: double, b: double): double`,
  ];
}

/** All functions by name. */
export const functions: ReadonlyMap<string, ExpressionFunction> = new Map(
  [...own, ...celFunctions].map((entry) => [entry.name, entry]),
);

/** Functions of the namespace `optional`. */
export const optionalFunctions: ReadonlyMap<string, ExpressionFunction> = new Map(
  [
    {
      name: 'of',
      docs: 'An optional that has this value.',
      example: 'optional.of(1).hasValue()',
      overloads: ['of(value: T): optional<T>'],
    },
    {
      name: 'none',
      docs: 'An optional without a value.',
      example: '!optional.none().hasValue()',
      overloads: ['none(): optional<T>'],
    },
  ].map((entry) => [entry.name, entry]),
);

export interface Macro {
  readonly name: string;
  readonly docs: string;
  readonly example: string;
  readonly signatures: readonly string[];
  /** What completion writes; `$0` is where the cursor goes. */
  readonly insertText: string;
  /** Numbers of arguments it takes. */
  readonly arities: readonly number[];
}

/** Macros over a list (or over the keys of a map): the first argument names the element. */
export const listMacros: ReadonlyMap<string, Macro> = new Map(
  [
    {
      name: 'map',
      docs: 'Makes a list of what an expression gives for each element; with three arguments, only for those that pass.',
      example: '[1, 2].map(n, n * 2) == [2, 4]',
      signatures: ['list<T>.map(name, expression): list', 'list<T>.map(name, condition, expression): list'],
      insertText: 'map(item, $0)',
      arities: [2, 3],
    },
    {
      name: 'filter',
      docs: 'Keeps the elements for which the condition is true.',
      example: '[1, 2, 3].filter(n, n > 1) == [2, 3]',
      signatures: ['list<T>.filter(name, condition): list<T>'],
      insertText: 'filter(item, $0)',
      arities: [2],
    },
    {
      name: 'all',
      docs: 'True if the condition is true for every element.',
      example: '[1, 2].all(n, n > 0)',
      signatures: ['list<T>.all(name, condition): bool'],
      insertText: 'all(item, $0)',
      arities: [2],
    },
    {
      name: 'exists',
      docs: 'True if the condition is true for some element.',
      example: '[1, 2].exists(n, n == 2)',
      signatures: ['list<T>.exists(name, condition): bool'],
      insertText: 'exists(item, $0)',
      arities: [2],
    },
    {
      name: 'exists_one',
      docs: 'True if the condition is true for exactly one element.',
      example: '[1, 2].exists_one(n, n == 2)',
      signatures: ['list<T>.exists_one(name, condition): bool'],
      insertText: 'exists_one(item, $0)',
      arities: [2],
    },
  ].map((macro) => [macro.name, macro]),
);

export const hasMacro: Macro = {
  name: 'has',
  docs: 'True if the field is there.',
  example: "has({'a': 1}.a)",
  signatures: ['has(value.field): bool'],
  insertText: 'has($0)',
  arities: [1],
};
