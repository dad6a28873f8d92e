// What a condition comes to before any run, where its types leave no choice: sure things only. A type allows a few values
// (an enumeration, true and false), a span of numbers, or anything; operators are tried on all that is possible. Where
// an expression would fail, nothing is claimed of it: then it comes to nothing at all.
import type { JsonSchema } from '../../schemas/json.ts';
import type { Condition, Expression } from '../model/model.ts';
import { type ASTNode, parseExpression } from './parse.ts';
import { type Type, typeOfValue } from './types.ts';

type Scalar = string | number | boolean | null;

/** All values that are possible. */
type Possible =
  | { readonly kind: 'any' }
  | { readonly kind: 'some'; readonly values: readonly Scalar[] }
  /** Numbers, both ends included. */
  | { readonly kind: 'span'; readonly least: number; readonly most: number };

const any: Possible = { kind: 'any' };
const eitherWay: Possible = { kind: 'some', values: [true, false] };
/** More values than an enumeration is expected to have. */
const maxValues = 64;

const known = new WeakMap<Expression, { readonly value: boolean | undefined }>();

/** @returns what a condition gives whenever it is asked; undefined: that is open */
export function foregone(condition: Condition): boolean | undefined {
  if (condition.kind === 'constant') return condition.value;
  const found = known.get(condition.expression) ?? { value: resultOf(condition.expression) };
  known.set(condition.expression, found);
  return found.value;
}

function resultOf(expression: Expression): boolean | undefined {
  const parsed = parseExpression(expression.source);
  const possible = parsed.ok ? valuesOf(parsed.ast, expression) : any;
  const only = possible.kind === 'some' && possible.values.length === 1 ? possible.values[0] : undefined;
  return typeof only === 'boolean' ? only : undefined;
}

/** What a node may come to. Inside of macros nobody looks: their names mean something else for each element. */
function valuesOf(node: ASTNode, expression: Expression): Possible {
  const inside = (part: ASTNode): Possible => valuesOf(part, expression);
  switch (node.op) {
    case 'value':
      return literal(node.args);
    case 'id':
    case '.': {
      const type = typeOfPath(node, expression);
      return type ? valuesOfType(type) : any;
    }
    case '!_':
      return some(booleansIn(inside(node.args)).map((value) => !value));
    case '-_':
      return negated(inside(node.args));
    case '&&':
      return both(node.args.map(inside), false);
    case '||':
      return both(node.args.map(inside), true);
    case '?:':
      return chosenBy(booleansIn(inside(node.args[0])), inside(node.args[1]), inside(node.args[2]));
    case 'call':
      return node.args[0] === 'size' && node.args[1][0] ? sizeOf(node.args[1][0], expression) : any;
    case 'rcall':
      return methodValues(node.args[0], node.args[1], node.args[2], expression);
    case '==':
    case '!=':
    case '<':
    case '<=':
    case '>':
    case '>=':
      return compared(node.op, inside(node.args[0]), inside(node.args[1]));
    case 'in':
      return among(inside(node.args[0]), node.args[1], expression);
    default:
      return any;
  }
}

function literal(value: unknown): Possible {
  if (typeof value === 'bigint') return some([Number(value)]);
  const isScalar = value === null || ['string', 'number', 'boolean'].includes(typeof value);
  return isScalar ? some([value as Scalar]) : any;
}

function some(values: readonly Scalar[]): Possible {
  const distinct = [...new Set(values)];
  return distinct.length === 0 || distinct.length > maxValues ? any : { kind: 'some', values: distinct };
}

/** The type of `a.b.c`; undefined for anything else. */
function typeOfPath(node: ASTNode, expression: Expression): Type | undefined {
  if (node.op === 'id') {
    const names = expression.names();
    const named = Object.hasOwn(names, node.args) ? names[node.args] : undefined;
    return named && typeOfValue(named);
  }
  if (node.op !== '.') return undefined;
  const holder = typeOfPath(node.args[0], expression);
  return holder?.kind === 'object' ? holder.fields.get(node.args[1])?.type() : undefined;
}

/** What may be absent is asked for what it is when it is there: where it is not, the expression fails. */
function valuesOfType(type: Type): Possible {
  if (type.kind === 'optional') return valuesOfType(type.of);
  if (type.kind !== 'bool' && type.kind !== 'int' && type.kind !== 'double' && type.kind !== 'string') return any;
  const schema = type.schema ?? {};
  const listed = 'const' in schema ? [schema['const'] ?? null] : schema['enum'];
  if (Array.isArray(listed)) return some(listed.every(isScalarJson) ? listed : []);
  if (type.kind === 'bool') return eitherWay;
  return type.kind === 'string' ? any : spanOf(schema, 'minimum', 'maximum');
}

function isScalarJson(value: unknown): value is Scalar {
  return value === null || typeof value !== 'object';
}

function spanOf(schema: JsonSchema, least: string, most: string, otherwise = Number.NEGATIVE_INFINITY): Possible {
  const [low, high] = [schema[least], schema[most]];
  return {
    kind: 'span',
    least: typeof low === 'number' ? low : otherwise,
    most: typeof high === 'number' ? high : Number.POSITIVE_INFINITY,
  };
}

function sizeOf(node: ASTNode, expression: Expression): Possible {
  const type = typeOfPath(node, expression);
  const there = type?.kind === 'optional' ? type.of : type;
  if (there?.kind === 'string') return spanOf(there.schema ?? {}, 'minLength', 'maxLength', 0);
  return there?.kind === 'list' ? spanOf(there.schema ?? {}, 'minItems', 'maxItems', 0) : any;
}

function methodValues(name: string, receiver: ASTNode, args: readonly ASTNode[], expression: Expression): Possible {
  if (name === 'size' && args.length === 0) return sizeOf(receiver, expression);
  const [otherwise] = args;
  if (name !== 'orValue' || !otherwise) return any;
  return joined(valuesOf(receiver, expression), valuesOf(otherwise, expression));
}

function joined(a: Possible, b: Possible): Possible {
  if (a.kind === 'some' && b.kind === 'some') return some([...a.values, ...b.values]);
  const [first, second] = [asSpan(a), asSpan(b)];
  if (!first || !second) return any;
  return { kind: 'span', least: Math.min(first.least, second.least), most: Math.max(first.most, second.most) };
}

function asSpan(possible: Possible): Extract<Possible, { kind: 'span' }> | undefined {
  if (possible.kind !== 'some') return possible.kind === 'span' ? possible : undefined;
  const numbers = possible.values.filter((value) => typeof value === 'number');
  if (numbers.length !== possible.values.length) return undefined;
  return { kind: 'span', least: Math.min(...numbers), most: Math.max(...numbers) };
}

function negated(possible: Possible): Possible {
  const span = asSpan(possible);
  return span ? { kind: 'span', least: -span.most, most: -span.least } : any;
}

function booleansIn(possible: Possible): readonly boolean[] {
  const values = possible.kind === 'some' ? possible.values.filter((value) => typeof value === 'boolean') : [];
  return values.length > 0 ? values : [true, false];
}

/** `&&` and `||`: `deciding` is the value of a side that decides alone. */
function both(sides: readonly Possible[], deciding: boolean): Possible {
  const known = sides.map(booleansIn);
  if (known.some((values) => values.every((value) => value === deciding))) return some([deciding]);
  return known.every((values) => values.every((value) => value !== deciding)) ? some([!deciding]) : eitherWay;
}

function chosenBy(tests: readonly boolean[], yes: Possible, no: Possible): Possible {
  if (tests.length === 1) return tests[0] ? yes : no;
  return joined(yes, no);
}

type Comparison = '==' | '!=' | '<' | '<=' | '>' | '>=';

function compared(operator: Comparison, a: Possible, b: Possible): Possible {
  if (a.kind === 'some' && b.kind === 'some' && (operator === '==' || operator === '!=')) {
    return some(a.values.flatMap((left) => b.values.map((right) => (left === right) === (operator === '=='))));
  }
  // Only numbers are put in order here; of texts nothing is claimed.
  const [left, right] = [asSpan(a), asSpan(b)];
  return left && right ? comparedSpans(operator, left, right) : eitherWay;
}

type Span = Extract<Possible, { kind: 'span' }>;

function comparedSpans(operator: Comparison, a: Span, b: Span): Possible {
  switch (operator) {
    case '<':
      return decided(a.most < b.least, a.least >= b.most);
    case '<=':
      return decided(a.most <= b.least, a.least > b.most);
    case '>':
      return comparedSpans('<', b, a);
    case '>=':
      return comparedSpans('<=', b, a);
    case '==':
      return decided(false, a.most < b.least || b.most < a.least);
    case '!=':
      return decided(a.most < b.least || b.most < a.least, false);
  }
}

function decided(always: boolean, never: boolean): Possible {
  if (always) return some([true]);
  return never ? some([false]) : eitherWay;
}

/** `x in ['a', 'b']`, where the list is written out. */
function among(element: Possible, list: ASTNode, expression: Expression): Possible {
  if (list.op !== 'list' || element.kind !== 'some') return eitherWay;
  const items = list.args.map((item) => valuesOf(item, expression));
  const values = items.flatMap((item) => (item.kind === 'some' && item.values.length === 1 ? item.values : []));
  if (values.length < items.length) return eitherWay;
  return some(element.values.map((value) => values.includes(value)));
}
