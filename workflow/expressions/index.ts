// The front door of expressions: `${{ … }}` in CEL. Find, check, evaluate, complete. Nothing here reads the world.
import type { JsonSchema } from '../../schemas/json.ts';
import type { Condition, Expression, NameTypes, Template, ValueType } from '../model/model.ts';
import type {
  CheckedExpression,
  CheckedTemplate,
  Evaluated,
  EvaluatedCondition,
  ExpressionCompletion,
  ExpressionHover,
  FunctionDocs,
  Reference,
  ScannedText,
  Values,
} from './contract.ts';

export type * from './contract.ts';

function notYet(): never {
  throw new Error('this part of the expressions is still being written');
}

/** Finds `${{ … }}` in the text of a scalar (as YAML gives it). */
export function scanText(_text: string): ScannedText {
  return notYet();
}

/** Type and findings of one expression; offsets are those of its source. Never throws. */
export function checkExpression(_expression: Expression): CheckedExpression {
  return notYet();
}

/** The JSON Schema of a value of this type; an optional gives its schema or null. */
export function resultSchema(_type: ValueType): JsonSchema {
  return notYet();
}

/** Schema of a template's value, and all findings at their places in the file. */
export function checkTemplate(_template: Template): CheckedTemplate {
  return notYet();
}

/** Evaluates one expression over plain JSON. Errors are values. */
export function evaluateExpression(_expression: Expression, _values: Values): Evaluated {
  return notYet();
}

/** Evaluates a whole template: lists and maps with what is in them, text with its expressions joined. */
export function evaluateTemplate(_template: Template, _values: Values): Evaluated {
  return notYet();
}

/** Evaluates a condition; anything but true or false is an error. */
export function evaluateCondition(_condition: Condition, _values: Values): EvaluatedCondition {
  return notYet();
}

/** Every path of names that the source uses, in order of appearance; names bound by macros are left out. Works on broken text. */
export function referencesOf(_source: string): readonly Reference[] {
  return notYet();
}

/** What may be written at `offset`. Works on unfinished text. */
export function completeExpression(_source: string, _offset: number, _names: NameTypes): readonly ExpressionCompletion[] {
  return notYet();
}

/** What the name at `offset` is. */
export function hoverExpression(_source: string, _offset: number, _names: NameTypes): ExpressionHover | undefined {
  return notYet();
}

/** Every function and macro that expressions may call, for docs. */
export function functionDocs(): readonly FunctionDocs[] {
  return notYet();
}

/** The names X of `${{ secrets.X }}` in a text, without repeats. */
export function secretNamesIn(_text: string): readonly string[] {
  return notYet();
}

/** True for what `as` may not be: reserved words of CEL, names of types, root names. */
export function isReservedName(_name: string): boolean {
  return notYet();
}

/** True if the id is well formed: letters, digits, `_`, and none of the words that LANGUAGE ids exclude. */
export function isValidId(_id: string): boolean {
  return notYet();
}

/** The candidate that was probably meant, or undefined if none is close. */
export function closest(_name: string, _candidates: Iterable<string>): string | undefined {
  return notYet();
}

/** The same schema, for values that may be absent (null in JSON): elements of a list with `on_item_error: continue`. */
export function optionalSchema(_schema: JsonSchema): JsonSchema {
  return notYet();
}
