// What may be written at the cursor. Works on unfinished text.
import type { JsonSchema } from '../../schemas/json.ts';
import type { NameTypes, Range } from '../model/model.ts';
import { isInCallOf } from './call-at.ts';
import type { ExpressionCompletion } from './contract.ts';
import { chainStart, plain, receiverType, type Scope, scopeAt, typeOfText } from './cursor.ts';
import { type Wanted, wantedAt } from './expected.ts';
import { functions, hasMacro, listMacros, type Macro, optionalFunctions } from './functions.ts';
import { isAfterDot } from './references.ts';
import { accepts, resultWithout, type Signature, signatures } from './signatures.ts';
import { type Token, tokensOf } from './tokens.ts';
import { describeType } from './type-relations.ts';
import { bool, dyn, type Field, listOf, optionalOf, primitive, type Type, typeOfValue } from './types.ts';

/**
 * What may be written at `offset`, names in scope first. Works on unfinished text such as `inputs.` or `xs.map(x, x.`.
 * @param wanted the JSON Schema of what the whole expression is to give, if that is known
 */
export function completeExpression(
  source: string,
  offset: number,
  names: NameTypes,
  wanted?: JsonSchema,
): readonly ExpressionCompletion[] {
  const all = tokensOf(source);
  const inside = all.find((token) => isTyping(token, offset));
  const tokens = all.filter(({ kind }) => kind !== 'comment');
  if (inside?.kind === 'string') return textCompletions(source, tokens, inside, names);
  if (inside !== undefined && inside.kind !== 'name') return [];
  const replace = inside === undefined ? { start: offset, end: offset } : { start: inside.start, end: inside.end };
  const index = tokens.findIndex((token) => token.start >= replace.start);
  const place = index === -1 ? tokens.length : index;
  const scope = scopeAt(source, tokens, offset, names);
  const dot = dotBefore(tokens, place);
  const first = dot === undefined ? place : chainStart(tokens, dot - 1);
  const write: Write = {
    replace,
    isCalled: tokens[inside === undefined ? place : place + 1]?.text === '(',
    isTested: isInCallOf(hasMacro.name, tokens, replace.start),
    isWanted: wantedAt({ source, tokens, scope, whole: wanted }, first),
  };
  if (dot === undefined) return rootCompletions(scope, write);
  if (isOptionalNamespace(tokens, dot)) return namespaceCompletions(write);
  const type = receiverType(source, tokens, dot, scope);
  const asksSafely = dot < place - 1;
  return asksSafely
    ? fieldCompletions(plain(type), { ...write, isTested: true }, true)
    : memberCompletions(type, write);
}

/** The `.` of the `.` or `.?` that stands before a token. */
function dotBefore(tokens: readonly Token[], place: number): number | undefined {
  if (!isAfterDot(tokens, place)) return undefined;
  return tokens[place - 1]?.text === '?' ? place - 2 : place - 1;
}

/** Inside quotes: the fields of `a['…']`, and the texts that what stands before `==` or `!=` can be. */
function textCompletions(
  source: string,
  tokens: readonly Token[],
  inside: Token,
  names: NameTypes,
): readonly ExpressionCompletion[] {
  const index = tokens.indexOf(inside);
  const before = tokens[index - 1]?.text ?? '';
  if (!['[', '==', '!='].includes(before) || !/^['"]/.test(inside.text)) return [];
  const start = tokens[chainStart(tokens, index - 2)]?.start;
  const end = tokens[index - 2]?.end;
  if (start === undefined || end === undefined) return [];
  const replace = { start: inside.start + 1, end: inside.terminated ? inside.end - 1 : inside.end };
  const type = plain(typeOfText(source.slice(start, end), scopeAt(source, tokens, inside.start, names)));
  const write: Write = { replace, isCalled: false, isTested: true, isWanted: undefined };
  if (before === '[') return fieldCompletions(type, write, false);
  const values = type.kind === 'string' ? type.schema?.['enum'] : undefined;
  const texts = Array.isArray(values) ? values.filter((value) => typeof value === 'string') : [];
  return texts.map((label) => ({ label, kind: 'value', detail: 'string', insertText: label, replace, fits: true }));
}

/** True if the cursor is in the token or at the end of a word. */
function isTyping(token: Token, offset: number): boolean {
  if (token.kind === 'name' || token.kind === 'number')
    return token.start <= offset && offset <= token.end && token.start < offset;
  const reachesCursor = token.kind === 'comment' || !token.terminated ? offset <= token.end : offset < token.end;
  return (token.kind === 'string' || token.kind === 'comment') && token.start < offset && reachesCursor;
}

interface Write {
  readonly replace: Range;
  /** A `(` follows: only the name is written. */
  readonly isCalled: boolean;
  /** That a field may be missing has been thought of. */
  readonly isTested: boolean;
  readonly isWanted: Wanted;
}

/** In the order in which they are wanted; what only this place sees comes before. */
const seenEverywhere = ['inputs', 'tasks', 'shared', 'run', 'env', 'config'];

function rootCompletions(scope: Scope, write: Write): readonly ExpressionCompletion[] {
  const variables = [...scope.variables].map(([label, type]) => valueItem('variable', label, type, write));
  const names = Object.entries(scope.names)
    .filter(([label]) => !scope.variables.has(label))
    .sort(([a], [b]) => seenEverywhere.indexOf(a) - seenEverywhere.indexOf(b))
    .map(([label, value]) => {
      const docs = 'description' in value ? value.description : undefined;
      return valueItem('name', label, typeOfValue(value), write, docs);
    });
  const called = [...signatures].flatMap(([name, choices]) => {
    const global = choices.filter((choice) => choice.receiver === undefined);
    return global.length > 0 ? [functionItem(name, global, write)] : [];
  });
  const constants = (['true', 'false'] as const).map((label) => keywordItem(label, label, bool, write));
  return [
    ...variables,
    ...names,
    ...called,
    macroItem(hasMacro, write),
    ...constants,
    keywordItem('null', 'null', primitive('null'), write),
    keywordItem('optional', 'optional.of(x), optional.none()', dyn, write),
  ];
}

function memberCompletions(type: Type, write: Write): readonly ExpressionCompletion[] {
  const items = [...fieldCompletions(plain(type), write, type.kind === 'optional')];
  if (type.kind === 'secret' || (type.kind === 'dyn' && type.like === undefined)) return items;
  const known = type.kind === 'dyn' && type.like ? type.like() : type;
  if (known.kind === 'list') {
    for (const macro of listMacros.values()) items.push(macroItem(macro, write));
  }
  for (const [name, choices] of signatures) {
    const fitting = choices.filter((choice) => choice.receiver !== undefined && accepts(choice.receiver, known));
    if (fitting.length > 0) items.push(functionItem(name, fitting, write));
  }
  return items;
}

/** @param isOptional the value that has the fields may be absent, or was asked with `.?` */
function fieldCompletions(type: Type, write: Write, isOptional: boolean): readonly ExpressionCompletion[] {
  if (type.kind === 'dyn' && type.like) return fieldCompletions(type.like(), write, isOptional);
  if (type.kind !== 'object') return [];
  return [...type.fields].map(([label, field]) => fieldItem(label, field, write, isOptional));
}

/** A field that may be missing is asked for with `.?`: then its absence is no failure. */
function fieldItem(label: string, field: Field, write: Write, isOptional: boolean): ExpressionCompletion {
  const inner = field.type();
  const asksSafely = !field.required && !isOptional && !write.isTested && inner.kind !== 'optional';
  const type = isOptional || asksSafely ? optionalOf(inner) : inner;
  const item = valueItem('field', label, type, write, field.description);
  return asksSafely ? { ...item, insertText: `?${label}` } : item;
}

function valueItem(
  kind: ExpressionCompletion['kind'],
  label: string,
  type: Type,
  { replace, isWanted }: Write,
  docs?: string,
): ExpressionCompletion {
  const fits = isWanted?.(type) ?? false;
  const detail = describeType(type);
  return { label, kind, detail, ...(docs === undefined ? {} : { docs }), insertText: label, replace, fits };
}

function keywordItem(label: string, detail: string, type: Type, write: Write): ExpressionCompletion {
  return { ...valueItem('keyword', label, type, write), detail };
}

/** @param choices the signatures that fit, at least one */
function functionItem(
  label: string,
  choices: readonly Signature[],
  { replace, isCalled, isWanted }: Write,
): ExpressionCompletion {
  const entry = functions.get(label);
  const docs = entry && `${entry.docs}\n\n\`${entry.example}\``;
  const takesNothing = choices.every(({ parameters }) => parameters.length === 0);
  const insertText = isCalled ? label : takesNothing ? `${label}()` : `${label}($0)`;
  const detail = choices[0]?.text ?? label;
  const fits = choices.some((choice) => isWanted?.(resultWithout(choice)) ?? false);
  return { label, kind: 'function', detail, ...(docs ? { docs } : {}), insertText, replace, fits };
}

function macroItem(macro: Macro, { replace, isCalled, isWanted }: Write): ExpressionCompletion {
  const detail = macro.signatures[0] ?? macro.name;
  const insertText = isCalled ? macro.name : macro.insertText;
  const docs = `${macro.docs}\n\n\`${macro.example}\``;
  const gives = detail.endsWith(': bool') ? bool : listOf(dyn);
  return { label: macro.name, kind: 'macro', detail, docs, insertText, replace, fits: isWanted?.(gives) ?? false };
}

function isOptionalNamespace(tokens: readonly Token[], dot: number): boolean {
  return tokens[dot - 1]?.text === 'optional' && !isAfterDot(tokens, dot - 1);
}

function namespaceCompletions({ replace }: Write): readonly ExpressionCompletion[] {
  return [...optionalFunctions.values()].map((entry) => {
    const detail = `optional.${entry.overloads[0] ?? entry.name}`;
    const insertText = entry.name === 'none' ? 'none()' : 'of($0)';
    return { label: entry.name, kind: 'function', detail, docs: entry.docs, insertText, replace, fits: false };
  });
}
