// Infers the type of an expression and says what is wrong with it, all of it at once. The tree is the parser's, the
// types come from JSON Schema, the functions from the one table. Where a type is not known, nothing is reported.
import type { CheckedExpression, ExpressionFinding } from './contract.ts';
import type { Expression } from '../model/model.ts';
import { accessType, indexType } from './check-access.ts';
import { callType, methodType } from './check-calls.ts';
import { binaryType, unaryType } from './check-operators.ts';
import type { Context } from './context.ts';
import { absence, conditionType, createContext, reportAt, whenThere } from './context.ts';
import { closest } from './suggest.ts';
import { isReservedWord, lostKeys } from './ids.ts';
import { type ASTNode, childrenOf, parseExpression } from './parse.ts';
import { commonType, describeType, valueOfType } from './type-relations.ts';
import { bool, dyn, type Field, listOf, never, optionalOf, primitive, type Type, typeOfValue } from './types.ts';

const cache = new WeakMap<Expression, CheckedExpression>();

/** Type and findings of one expression; offsets are those of its source. Never throws. */
export function checkExpression(expression: Expression): CheckedExpression {
  const known = cache.get(expression);
  if (known !== undefined) return known;
  const checked = check(expression);
  cache.set(expression, checked);
  return checked;
}

function check(expression: Expression): CheckedExpression {
  const parsed = parseExpression(expression.source);
  if (!parsed.ok) return { type: valueOfType(dyn), findings: [parsed.finding] };
  const findings: ExpressionFinding[] = [];
  const context = createContext(
    expression.source,
    parsed,
    rootTypes(expression),
    (finding) => findings.push(finding),
    infer,
  );
  context.tested = testedPaths(parsed.ast, context);
  const type = infer(parsed.ast, context);
  findings.sort((a, b) => a.start - b.start);
  return { type: valueOfType(type), findings };
}

/** Like `checkExpression`, for a place that wants true or false. */
export function checkCondition(expression: Expression): CheckedExpression {
  const checked = checkExpression(expression);
  const type = whenThere(typeOfValue(checked.type));
  const { source } = expression;
  const place = { start: source.length - source.trimStart().length, end: source.trimEnd().length };
  if (type.kind === 'bool' || type.kind === 'dyn') return checked;
  if (type.kind === 'optional') {
    const { message, suggestion } = absence(source.trim(), type);
    return withFinding(checked, { code: 'may-be-absent', severity: 'error', message, ...place }, suggestion);
  }
  const message = `A condition must give true or false, this gives ${describeType(type)}.`;
  return withFinding(checked, { code: 'condition-not-bool', severity: 'error', message, ...place });
}

function withFinding(checked: CheckedExpression, finding: ExpressionFinding, suggestion?: string): CheckedExpression {
  const added = suggestion === undefined ? finding : { ...finding, suggestion };
  return { ...checked, findings: [...checked.findings, added] };
}

function rootTypes(expression: Expression): ReadonlyMap<string, Type> {
  return new Map(Object.entries(expression.names()).map(([name, type]) => [name, typeOfValue(type)]));
}

/** The type of a node; what is wrong inside is reported to the context. */
export function infer(node: ASTNode, context: Context): Type {
  const type = inferOp(node, context);
  context.onType?.(node, type);
  return type;
}

function inferOp(node: ASTNode, context: Context): Type {
  switch (node.op) {
    case 'value':
      return literalType(node.args, node, context);
    case 'id':
      return nameType(node, node.args, context);
    case '.':
    case '.?': {
      const type = accessType(node, node.args[0], node.args[1], context);
      return node.op === '.?' ? optionalOf(type, 'it was asked for with `.?`') : type;
    }
    case '[]':
    case '[?]': {
      const type = indexType(node, node.args[0], node.args[1], context);
      return node.op === '[?]' ? optionalOf(type, 'it was asked for with `[?…]`') : type;
    }
    case 'list':
      return listOf(node.args.map((part) => partType(part, context)).reduce(commonType, never));
    case 'map':
      return mapType(node.args, context);
    case 'call':
      return callType(node, node.args[0], node.args[1], context);
    case 'rcall':
      return methodType(node, node.args[0], node.args[1], node.args[2], context);
    case '?:':
      return choiceType(node.args, context);
    case '&&':
    case '||':
      for (const side of node.args) conditionType(side, context, `Both sides of \`${node.op}\` must be true or false`);
      return bool;
    case '!_':
    case '-_':
      return unaryType(node, node.args, context);
    default:
      return binaryType(node, node.op, node.args[0], node.args[1], context);
  }
}

function literalType(value: unknown, node: ASTNode, context: Context): Type {
  if (value === null) return primitive('null');
  if (value instanceof Uint8Array) return primitive('bytes');
  switch (typeof value) {
    case 'string':
      return primitive('string');
    case 'boolean':
      return bool;
    case 'number':
      return primitive('double');
    case 'bigint':
      return primitive('int');
    default:
      reportAt(context, node, 'type-mismatch', 'Unsigned numbers are not used here: leave the `u` away.');
      return primitive('int');
  }
}

const typeNames = new Set(['bool', 'bytes', 'double', 'int', 'list', 'map', 'null_type', 'string', 'type']);

/** Where names of the language are known, for a better word than "unknown". */
const seenIn = new Map([
  ['secrets', 'Secrets can only be used in `api_key` of `.segue/config.yaml`'],
  ['item', '`item` is known inside `for_each`'],
  ['index', '`index` is known inside `for_each`'],
  ['output', '`output` is known inside `loop`: it is what the round before gave'],
  ['round', '`round` is known inside `loop`'],
  ['error', '`error` is known inside the fallback of `on_error`'],
  ['tasks', 'Tasks can not be used here: only `inputs`, `env`, `config` and `run`'],
]);

function nameType(node: ASTNode, name: string, context: Context): Type {
  const type = context.variables.get(name) ?? context.roots.get(name);
  if (type !== undefined) return type;
  if (typeNames.has(name)) return primitive('type');
  const visible = [...context.variables.keys(), ...context.roots.keys()];
  const suggestion = closest(name, visible);
  const known = seenIn.get(name);
  const listed =
    visible.length === 0
      ? 'Nothing can be named here.'
      : `Known here: ${visible.map((word) => `\`${word}\``).join(', ')}.`;
  let message = `Unknown name \`${name}\`. ${listed}`;
  if (suggestion !== undefined) message = `Unknown name \`${name}\`: did you mean \`${suggestion}\`?`;
  if (known !== undefined) message = `${known}.`;
  if (isReservedWord(name)) message = `\`${name}\` is a reserved word.`;
  reportAt(context, node, 'unknown-name', message, known === undefined ? suggestion : undefined);
  return dyn;
}

/** A part of a list or map: anything but a secret; what may be absent becomes null. */
function partType(node: ASTNode, context: Context): Type {
  const type = infer(node, context);
  if (type.kind !== 'secret') return type;
  reportAt(context, node, 'secret-use', 'A secret can only stand alone or inside text, not in a list or map.');
  return dyn;
}

function mapType(entries: readonly (readonly [ASTNode, ASTNode])[], context: Context): Type {
  const fields = new Map<string, Field>();
  let value: Type = never;
  for (const [key, part] of entries) {
    const keyType = infer(key, context);
    const type = partType(part, context);
    value = commonType(value, type);
    if (key.op === 'value' && typeof key.args === 'string' && lostKeys.has(key.args)) {
      reportAt(context, key, 'type-mismatch', `A map that an expression writes can not have the key \`${key.args}\`.`);
    }
    if (key.op === 'value' && typeof key.args === 'string') fields.set(key.args, { type: () => type, required: true });
    else if (keyType.kind !== 'string' && keyType.kind !== 'dyn') {
      reportAt(context, key, 'type-mismatch', `The keys of a map are text, this is ${describeType(keyType)}.`);
    }
  }
  const isObject = fields.size === entries.length && entries.length > 0;
  return isObject ? { kind: 'object', fields } : { kind: 'map', value: () => (value.kind === 'never' ? dyn : value) };
}

function choiceType([test, yes, no]: readonly [ASTNode, ASTNode, ASTNode], context: Context): Type {
  conditionType(test, context, 'What stands before `?` must be true or false');
  return commonType(partType(yes, context), partType(no, context));
}

/** The texts of paths that the expression tests with `has(…)`: their absence has been thought of. */
function testedPaths(root: ASTNode, context: Context): ReadonlySet<string> {
  const paths = new Set<string>();
  const visit = (node: ASTNode): void => {
    if (node.op === 'call' && node.args[0] === 'has' && node.args[1][0]) paths.add(context.textOf(node.args[1][0]));
    childrenOf(node).forEach(visit);
  };
  visit(root);
  return paths;
}
