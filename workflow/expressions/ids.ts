// Which names a workflow may give to things, so that expressions can say them.

const idPattern = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** Ids that would be a literal, an operator, or a trap of the language that runs us. */
const excludedIds = new Set(['in', 'true', 'false', 'null', 'constructor', 'prototype']);

/** Words that CEL keeps for itself: cel-spec, doc/langdef.md, "Identifiers", RESERVED. */
const reservedWords = [
  'as',
  'break',
  'const',
  'continue',
  'else',
  'for',
  'function',
  'if',
  'import',
  'let',
  'loop',
  'package',
  'namespace',
  'return',
  'var',
  'void',
  'while',
];

/** Names that CEL binds to its types and namespaces. */
const typeNames = [
  'bool',
  'bytes',
  'double',
  'dyn',
  'int',
  'list',
  'map',
  'null_type',
  'string',
  'type',
  'uint',
  'optional',
  'optional_type',
  'cel',
  'google',
];

/** Roots of expressions under which names stand. */
export const rootNamespaces: ReadonlySet<string> = new Set([
  'inputs',
  'env',
  'config',
  'run',
  'tasks',
  'shared',
  'secrets',
]);

/** Names at the root of every expression. */
const rootNames = [...rootNamespaces, 'item', 'index', 'output', 'critique', 'round', 'error', 'gate'];

const freelyGiven = new Set(['item', 'index']);
const reserved = new Set([...reservedWords, ...typeNames, ...rootNames.filter((name) => !freelyGiven.has(name))]);

/** True for an id that keys of `tasks`, `inputs`, `shared` … may have. */
export function isValidId(id: string): boolean {
  return idPattern.test(id) && !excludedIds.has(id) && !id.startsWith('__');
}

/** True for what `as` may not be although it is a valid id: CEL's reserved words and type names, and root names. */
export function isReservedName(name: string): boolean {
  return reserved.has(name);
}

/** True for a word after which the parser stops: it can not be a variable. */
export function isReservedWord(name: string): boolean {
  return reservedWords.includes(name);
}

/** Keys that the evaluator would drop from a map that an expression writes. */
export const lostKeys: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype']);
