// Operators: which types they take and what they give.
import type { ASTNode as Node } from './parse.ts';
import { type Context, reportAt, reportRange } from './context.ts';
import { closest } from './suggest.ts';
import { commonType, describeType, isNumber } from './type-relations.ts';
import { bool, dyn, primitive, type Type } from './types.ts';

export type BinaryOperator = '!=' | '==' | 'in' | '+' | '-' | '*' | '/' | '%' | '<' | '<=' | '>' | '>=';

/** The type of `left operator right`. */
export function binaryType(node: Node, operator: BinaryOperator, left: Node, right: Node, context: Context): Type {
  const a = context.operand(left);
  const b = context.operand(right);
  switch (operator) {
    case '==':
    case '!=':
      checkComparable({ node, operator, left, right }, a, b, context);
      return bool;
    case 'in':
      checkMembership({ node, operator, left, right }, a, b, context);
      return bool;
    case '<':
    case '<=':
    case '>':
    case '>=':
      if (!areOrdered(a, b)) mismatch(node, operator, a, b, context);
      return bool;
    default: {
      const type = arithmeticType(operator, a, b);
      if (type === undefined) mismatch(node, operator, a, b, context);
      if (operator === '/' && a.kind === 'int' && b.kind === 'int') hintIntegerDivision(node, left, right, context);
      return type ?? dyn;
    }
  }
}

/** The type of `!x` and `-x`. */
export function unaryType(node: Node, operand: Node, context: Context): Type {
  const type = context.operand(operand);
  if (node.op === '!_') {
    if (!isUnknown(type) && type.kind !== 'bool') {
      reportAt(
        context,
        operand,
        'type-mismatch',
        `What stands after \`!\` must be true or false, this is ${describeType(type)}.`,
      );
    }
    return bool;
  }
  if (isNumber(type)) return primitive(type.kind === 'int' ? 'int' : 'double');
  if (!isUnknown(type)) {
    reportAt(
      context,
      operand,
      'type-mismatch',
      `What stands after \`-\` must be a number, this is ${describeType(type)}.`,
    );
  }
  return dyn;
}

function isUnknown(type: Type): boolean {
  return type.kind === 'dyn' || type.kind === 'never';
}

function arithmeticType(operator: '+' | '-' | '*' | '/' | '%', a: Type, b: Type): Type | undefined {
  if (isUnknown(a) || isUnknown(b)) return dyn;
  if (operator === '%') return a.kind === 'int' && b.kind === 'int' ? primitive('int') : undefined;
  if (isNumber(a) && isNumber(b)) return primitive(a.kind === 'int' && b.kind === 'int' ? 'int' : 'double');
  if (operator === '+') return sumType(a, b);
  if (operator !== '-' || a.kind !== 'timestamp')
    return operator === '-' && areBoth(a, b, 'duration') ? primitive('duration') : undefined;
  if (b.kind === 'timestamp') return primitive('duration');
  return b.kind === 'duration' ? primitive('timestamp') : undefined;
}

function sumType(a: Type, b: Type): Type | undefined {
  if (areBoth(a, b, 'string')) return primitive('string');
  if (areBoth(a, b, 'bytes')) return primitive('bytes');
  if (areBoth(a, b, 'list')) return commonType(a, b);
  if (areBoth(a, b, 'duration')) return primitive('duration');
  const moments = [a.kind, b.kind].sort().join(' ');
  return moments === 'duration timestamp' ? primitive('timestamp') : undefined;
}

function areBoth(a: Type, b: Type, kind: Type['kind']): boolean {
  return a.kind === kind && b.kind === kind;
}

function areOrdered(a: Type, b: Type): boolean {
  if (isUnknown(a) || isUnknown(b) || (isNumber(a) && isNumber(b))) return true;
  return a.kind === b.kind && ['bool', 'string', 'timestamp', 'duration'].includes(a.kind);
}

interface Comparison {
  readonly node: Node;
  readonly operator: BinaryOperator;
  readonly left: Node;
  readonly right: Node;
}

function checkComparable(comparison: Comparison, a: Type, b: Type, context: Context): void {
  if (!mayBeEqual(a, b)) {
    const message = `${capital(describeKind(a))} and ${describeKind(b)} are never equal.`;
    reportAt(context, comparison.node, 'type-mismatch', message);
    return;
  }
  checkEnumeration(comparison.right, a, context);
  checkEnumeration(comparison.left, b, context);
}

function mayBeEqual(a: Type, b: Type): boolean {
  if (isUnknown(a) || isUnknown(b) || a.kind === 'null' || b.kind === 'null') return true;
  if (isNumber(a) && isNumber(b)) return true;
  return shapeOf(a) === shapeOf(b);
}

function shapeOf(type: Type): string {
  return type.kind === 'object' ? 'map' : type.kind;
}

/** A literal compared with something that can only be one of a few texts. */
function checkEnumeration(literal: Node, type: Type, context: Context): void {
  const values = type.kind === 'string' ? type.schema?.['enum'] : undefined;
  if (!Array.isArray(values) || literal.op !== 'value' || typeof literal.args !== 'string') return;
  if (values.includes(literal.args)) return;
  const texts = values.filter((value) => typeof value === 'string');
  const meant = closest(literal.args, texts);
  const listed = texts.map((text) => `\`${text}\``).join(', ');
  const message = `It is never \`${literal.args}\`: it can be ${listed}.`;
  const suggestion = meant === undefined ? undefined : `'${meant.replaceAll(/['\\]/g, '\\$&')}'`;
  reportRange(context, literal.start, literal.end, 'never-equal', 'warning', message, suggestion);
}

function checkMembership(comparison: Comparison, a: Type, b: Type, context: Context): void {
  if (isUnknown(b)) return;
  if (b.kind === 'list') {
    const element = b.element();
    if (mayBeEqual(a, element.kind === 'optional' ? element.of : element)) return;
    reportAt(
      context,
      comparison.node,
      'type-mismatch',
      `${capital(describeKind(a))} is never in a ${describeType(b)}.`,
    );
    return;
  }
  if (b.kind === 'map' || b.kind === 'object') {
    if (isUnknown(a) || a.kind === 'string') return;
    reportAt(context, comparison.left, 'type-mismatch', `The keys of a map are text, this is ${describeType(a)}.`);
    return;
  }
  const help = b.kind === 'string' ? ': use `text.contains(part)` for text.' : '.';
  reportAt(
    context,
    comparison.right,
    'type-mismatch',
    `\`in\` looks into a list or a map, this is ${describeType(b)}${help}`,
  );
}

function mismatch(node: Node, operator: string, a: Type, b: Type, context: Context): void {
  let help = '';
  const isText = a.kind === 'string' || b.kind === 'string';
  if (operator === '+' && isText) help = ' Turn the other side into text with `string(x)` or `json(x)`.';
  else if (isText && (isNumber(a) || isNumber(b))) help = ' `int(x)` and `double(x)` read a number from text.';
  else if (operator === '%') help = ' `int(x)` makes a whole number.';
  reportAt(
    context,
    node,
    'type-mismatch',
    `\`${operator}\` does not take ${describeKind(a)} and ${describeKind(b)}.${help}`,
  );
}

function describeKind(type: Type): string {
  const text = describeType(type);
  return /^[aeio]/.test(text) ? `an ${text}` : `a ${text}`;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function hintIntegerDivision(node: Node, left: Node, right: Node, context: Context): void {
  const suggestion = `double(${context.textOf(left)}) / ${context.textOf(right)}`;
  const message = `Both are whole numbers, so the fraction is cut off (7 / 2 is 3). For the exact quotient: \`${suggestion}\`.`;
  reportRange(
    context,
    node.start,
    node.end,
    'integer-division',
    'hint',
    message,
    isSimple(right) ? suggestion : undefined,
  );
}

/** A right side that means the same when its text is written again without parentheses. */
function isSimple(node: Node): boolean {
  return ['value', 'id', '.', '[]', 'call', 'rcall'].includes(node.op);
}
