// The functions that CEL brings, as the language offers them: the library runs them.
import type { FunctionCode } from './function-code.ts';

export interface ExpressionFunction {
  readonly name: string;
  readonly docs: string;
  readonly example: string;
  /** `receiver.name(parameter: type): result`; T stands for any type, the same one everywhere in a signature. */
  readonly overloads: readonly string[];
  /** Takes the receiver first, then the arguments. */
  readonly code?: FunctionCode;
}

const dateParts: readonly (readonly [string, string])[] = [
  ['getFullYear', 'The year'],
  ['getMonth', 'The month, from 0'],
  ['getDate', 'The day of the month, from 1'],
  ['getDayOfMonth', 'The day of the month, from 0'],
  ['getDayOfWeek', 'The day of the week, Sunday is 0'],
  ['getDayOfYear', 'The day of the year, from 0'],
];

const timeParts: readonly (readonly [string, string])[] = [
  ['getHours', 'Hours'],
  ['getMinutes', 'Minutes'],
  ['getSeconds', 'Seconds'],
  ['getMilliseconds', 'Milliseconds'],
];

/** CEL's own functions. */
export const celFunctions: readonly ExpressionFunction[] = [
  {
    name: 'size',
    docs: 'The number of characters, elements or entries.',
    example: 'size([1, 2]) == 2',
    overloads: ['string', 'list<any>', 'map', 'bytes'].flatMap((type) => [
      `size(value: ${type}): int`,
      `${type}.size(): int`,
    ]),
  },
  {
    name: 'contains',
    docs: 'True if the text has the other one in it.',
    example: "'abc'.contains('b')",
    overloads: ['string.contains(text: string): bool'],
  },
  {
    name: 'startsWith',
    docs: 'True if the text begins with the other one.',
    example: "'abc'.startsWith('a')",
    overloads: ['string.startsWith(prefix: string): bool'],
  },
  {
    name: 'endsWith',
    docs: 'True if the text ends with the other one.',
    example: "'abc'.endsWith('c')",
    overloads: ['string.endsWith(suffix: string): bool'],
  },
  {
    name: 'indexOf',
    docs: 'Where the other text stands first, from 0; -1 if it does not.',
    example: "'abc'.indexOf('c') == 2",
    overloads: ['string.indexOf(text: string): int', 'string.indexOf(text: string, from: int): int'],
  },
  {
    name: 'lastIndexOf',
    docs: 'Where the other text stands last, from 0; -1 if it does not.',
    example: "'abca'.lastIndexOf('a') == 3",
    overloads: ['string.lastIndexOf(text: string): int', 'string.lastIndexOf(text: string, from: int): int'],
  },
  {
    name: 'substring',
    docs: 'The part of a text from a start (from 0) up to but not including an end.',
    example: "'abcd'.substring(1, 3) == 'bc'",
    overloads: ['string.substring(start: int): string', 'string.substring(start: int, end: int): string'],
  },
  {
    name: 'lowerAscii',
    docs: 'CEL’s name for `lower`.',
    example: "'Ab'.lowerAscii() == 'ab'",
    overloads: ['string.lowerAscii(): string'],
  },
  {
    name: 'upperAscii',
    docs: 'CEL’s name for `upper`.',
    example: "'Ab'.upperAscii() == 'AB'",
    overloads: ['string.upperAscii(): string'],
  },
  {
    name: 'int',
    docs: 'Makes a whole number; a double loses its fraction.',
    example: "int('5') == 5",
    overloads: ['int(value: int): int', 'int(value: double): int', 'int(value: string): int'],
  },
  {
    name: 'double',
    docs: 'Makes a number with a fraction: `double(7) / 2` is 3.5.',
    example: 'double(7) / 2 == 3.5',
    overloads: ['double(value: double): double', 'double(value: int): double', 'double(value: string): double'],
  },
  {
    name: 'bool',
    docs: 'Reads `true`, `false`, `1` or `0` from a text.',
    example: "bool('true')",
    overloads: ['bool(value: bool): bool', 'bool(value: string): bool'],
  },
  {
    name: 'bytes',
    docs: 'The UTF-8 bytes of a text.',
    example: "bytes('a').base64() == 'YQ=='",
    overloads: ['bytes(value: string): bytes', 'bytes(value: bytes): bytes'],
  },
  {
    name: 'base64',
    docs: 'Bytes as base64 text.',
    example: "bytes('a').base64() == 'YQ=='",
    overloads: ['bytes.base64(): string'],
  },
  {
    name: 'hex',
    docs: 'Bytes as hexadecimal text.',
    example: "bytes('a').hex() == '61'",
    overloads: ['bytes.hex(): string'],
  },
  {
    name: 'dyn',
    docs: 'The same value, of a type that is not checked.',
    example: "dyn(1) != 'a'",
    overloads: ['dyn(value: any): any'],
  },
  {
    name: 'type',
    docs: 'The type of a value: `type(x) == string`.',
    example: "type('a') == string",
    overloads: ['type(value: any): type'],
  },
  {
    name: 'timestamp',
    docs: 'Reads a moment: RFC 3339 text, or seconds since 1970.',
    example: "timestamp('2026-01-31T12:00:00Z').getFullYear() == 2026",
    overloads: ['timestamp(text: string): timestamp', 'timestamp(seconds: int): timestamp'],
  },
  {
    name: 'duration',
    docs: 'Reads a length of time such as `90s` or `1h`.',
    example: "duration('90s').getSeconds() == 90",
    overloads: ['duration(text: string): duration'],
  },
  ...dateParts.map(([name, what]) => ({
    name,
    docs: `${what} of a timestamp, in UTC or in a time zone such as \`Europe/Vienna\`.`,
    example: `timestamp('2026-01-31T12:00:00Z').${name}() >= 0`,
    overloads: [`timestamp.${name}(): int`, `timestamp.${name}(zone: string): int`],
  })),
  ...timeParts.map(([name, what]) => ({
    name,
    docs: `${what} of a timestamp (in UTC or in a time zone), or the whole duration counted in them.`,
    example: `duration('2h').${name}() > 0`,
    overloads: [`timestamp.${name}(): int`, `timestamp.${name}(zone: string): int`, `duration.${name}(): int`],
  })),
  {
    name: 'orValue',
    docs: 'The value, or another one if it is absent. Only the one needed is computed.',
    example: 'optional.none().orValue(1) == 1',
    overloads: ['optional<T>.orValue(otherwise: T): T'],
  },
  {
    name: 'or',
    docs: 'This optional if it has a value, else the other one.',
    example: 'optional.none().or(optional.of(1)).hasValue()',
    overloads: ['optional<T>.or(other: optional<T>): optional<T>'],
  },
  {
    name: 'hasValue',
    docs: 'True if there is a value.',
    example: 'optional.of(1).hasValue()',
    overloads: ['optional<T>.hasValue(): bool'],
  },
  {
    name: 'value',
    docs: 'The value; an error if it is absent. `.orValue(x)` is safer.',
    example: 'optional.of(1).value() == 1',
    overloads: ['optional<T>.value(): T'],
  },
];
