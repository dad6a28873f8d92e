// Functions, methods and macros.
import {
  type Context,
  conditionType,
  reportAbsent,
  reportAt,
  reportRange,
  whenThere,
  withVariable,
} from './context.ts';
import { patternProblem } from './function-code.ts';
import { functions, hasMacro, listMacros, optionalFunctions } from './functions.ts';
import type { ASTNode } from './parse.ts';
import { optionalSignatures, resultOfCall, type Signature, signatures } from './signatures.ts';
import { closest } from './suggest.ts';
import { describeType } from './type-relations.ts';
import { bool, dyn, listOf, string, type Type } from './types.ts';

/** The type of `name(args)`. */
export function callType(node: ASTNode, name: string, args: readonly ASTNode[], context: Context): Type {
  if (name === 'has') return hasType(node, args, context);
  const place = { start: node.start, end: node.start + name.length };
  return typeOfCall({ node, name, place, receiver: undefined, args }, context);
}

/** The type of `receiver.name(args)`. */
export function methodType(
  node: ASTNode,
  name: string,
  receiver: ASTNode,
  args: readonly ASTNode[],
  context: Context,
): Type {
  const place = methodPlace(node, name, receiver, context);
  if (isOptionalNamespace(receiver, context)) {
    const types = args.map((arg) => context.operand(arg));
    const result = resultOfCall(optionalSignatures.get(name) ?? [], undefined, types);
    if (result === undefined) reportUnknown({ node, name, place, receiver, args }, optionalFunctions.keys(), context);
    return result ?? dyn;
  }
  const macro = listMacros.get(name);
  if (macro?.arities.includes(args.length)) return macroType(name, receiver, args, context);
  return typeOfCall({ node, name, place, receiver, args }, context);
}

export function isOptionalNamespace(node: ASTNode, context: Pick<Context, 'variables' | 'roots'>): boolean {
  return (
    node.op === 'id' && node.args === 'optional' && !context.variables.has('optional') && !context.roots.has('optional')
  );
}

interface Call {
  readonly node: ASTNode;
  readonly name: string;
  /** Where the name stands, in offsets of the tree. */
  readonly place: { readonly start: number; readonly end: number };
  readonly receiver: ASTNode | undefined;
  readonly args: readonly ASTNode[];
}

function typeOfCall(call: Call, context: Context): Type {
  const { name, receiver, args } = call;
  const choices = signatures.get(name);
  const receiverType = receiver && whenThere(context.infer(receiver, context));
  const types = args.map((arg) => context.infer(arg, context)).map(whenThere);
  if (choices === undefined) {
    reportUnknown(call, [...functions.keys(), ...listMacros.keys(), 'has'], context);
    return dyn;
  }
  const result = resultOfCall(choices, receiverType, types);
  if (result === undefined) reportNoFit(call, choices, receiverType, types, context);
  else if (name === 'matches') checkPattern(args[0], context);
  return result ?? resultWhatever(choices);
}

/** What the function gives if all its signatures give the same. */
function resultWhatever(choices: readonly Signature[]): Type {
  const kinds = new Set(choices.map(({ result }) => (result.kind === 'primitive' ? result.name : undefined)));
  const [only] = kinds;
  return kinds.size === 1 && only !== undefined ? { kind: only } : dyn;
}

function checkPattern(pattern: ASTNode | undefined, context: Context): void {
  if (pattern?.op !== 'value' || typeof pattern.args !== 'string') return;
  const problem = patternProblem(pattern.args);
  if (problem !== undefined) reportAt(context, pattern, 'bad-pattern', `The pattern is not valid: ${problem}.`);
}

function reportUnknown(call: Call, known: Iterable<string>, context: Context): void {
  const suggestion = otherLanguages.get(call.name) ?? closest(call.name, known);
  const rest = suggestion === undefined ? '.' : `: did you mean \`${suggestion}\`?`;
  const message =
    call.name === 'now'
      ? 'There is no `now()`: a run must give the same result each time. `run.started_at` is when it began.'
      : `Unknown function \`${call.name}\`${rest}`;
  reportRange(context, call.place.start, call.place.end, 'unknown-function', 'error', message, suggestion);
}

/** What other languages call our functions. */
const otherLanguages = new Map([
  ['length', 'size'],
  ['len', 'size'],
  ['count', 'size'],
  ['includes', 'contains'],
  ['some', 'exists'],
  ['any', 'exists'],
  ['every', 'all'],
  ['toLowerCase', 'lower'],
  ['toUpperCase', 'upper'],
  ['toString', 'string'],
  ['str', 'string'],
  ['float', 'double'],
  ['toJSON', 'json'],
  ['default', 'orValue'],
]);

/** Why no signature fits: an absent value, a secret, or wrong types. */
function reportNoFit(
  call: Call,
  choices: readonly Signature[],
  receiver: Type | undefined,
  args: readonly Type[],
  context: Context,
): void {
  const parts: readonly (readonly [ASTNode | undefined, Type | undefined])[] = [
    [call.receiver, receiver],
    ...call.args.map((node, index) => [node, args[index]] as const),
  ];
  const takesOptional = choices.some((choice) => choice.receiver?.kind === 'optional');
  for (const [node, type] of parts) {
    if (node === undefined || type === undefined) continue;
    if (type.kind === 'secret')
      return reportAt(
        context,
        node,
        'secret-use',
        'A secret can not be given to a function: it can only stand alone or inside text.',
      );
    if (type.kind === 'optional' && !takesOptional) return reportAbsent(context, node, type);
  }
  if (takesOptional && receiver && receiver.kind !== 'optional') {
    const message = `\`${context.textOf(call.receiver ?? call.node)}\` is always there, so it needs no \`${call.name}\`.`;
    return reportRange(context, call.place.start, call.place.end, 'not-optional', 'error', message);
  }
  const given = args.map((type) => describeType(type)).join(', ');
  const written =
    receiver === undefined ? `${call.name}(${given})` : `${describeType(receiver)}.${call.name}(${given})`;
  const expected = [...new Set(choices.map((choice) => choice.text))]
    .slice(0, 4)
    .map((text) => `\`${text}\``)
    .join(' or ');
  reportAt(context, call.node, 'wrong-arguments', `\`${written}\` does not fit: ${expected}.`);
}

function methodPlace(node: ASTNode, name: string, receiver: ASTNode, context: Context): Call['place'] {
  const index = context.tokens.findIndex((token) => token.start >= receiver.end && token.text === '.');
  const token = context.tokens[index + 1];
  return token?.text === name ? token : { start: node.start, end: node.end };
}

function hasType(node: ASTNode, args: readonly ASTNode[], context: Context): Type {
  const [field] = args;
  if (args.length === 1 && field?.op === '.') context.infer(field, context);
  else
    reportAt(
      context,
      node,
      'wrong-arguments',
      `\`has\` takes one field, such as \`has(inputs.topic)\`. ${hasMacro.docs}`,
    );
  return bool;
}

function macroType(name: string, receiver: ASTNode, args: readonly ASTNode[], context: Context): Type {
  const source = context.operand(receiver);
  const element = elementOf(source);
  if (element === undefined) {
    const message = `\`${name}\` goes through a list or the keys of a map, this is ${describeType(source)}.`;
    reportAt(context, receiver, 'type-mismatch', message);
  }
  const [variable, ...rest] = args;
  if (variable?.op !== 'id') {
    if (variable)
      reportAt(
        context,
        variable,
        'wrong-arguments',
        `The first argument of \`${name}\` is a new name for the element, such as \`item\`.`,
      );
    return dyn;
  }
  const inner = withVariable(context, variable.args, element ?? dyn);
  inner.onType?.(variable, element ?? dyn);
  const body = rest.at(-1);
  if (body === undefined) return dyn;
  const test = name === 'map' ? (rest.length === 2 ? rest[0] : undefined) : body;
  if (test) conditionType(test, inner, `The condition of \`${name}\` must be true or false`);
  if (name === 'filter') return listOf(element ?? dyn);
  return name === 'map' ? listOf(mappedType(body, inner)) : bool;
}

function mappedType(body: ASTNode, context: Context): Type {
  const type = context.infer(body, context);
  if (type.kind !== 'secret') return type;
  reportAt(context, body, 'secret-use', 'A secret can only stand alone or inside text, not in a list.');
  return dyn;
}

/** What a macro's name stands for; undefined if it can not go through the value. */
export function elementOf(type: Type): Type | undefined {
  switch (type.kind) {
    case 'list':
      return type.element();
    case 'map':
    case 'object':
      return string;
    case 'dyn':
      return type.like === undefined ? dyn : elementOf(type.like());
    case 'never':
      return dyn;
    default:
      return undefined;
  }
}
