/** Values that are written as words. */
export const constantWords: ReadonlySet<string> = new Set(['true', 'false', 'null']);

/** The names of types in CEL (cel-spec, "Values"): they stand alone as types, and before a parenthesis as conversions. */
export const typeWords: ReadonlySet<string> = new Set([
  'bool',
  'bytes',
  'double',
  'int',
  'uint',
  'list',
  'map',
  'null_type',
  'string',
  'type',
  'dyn',
]);
