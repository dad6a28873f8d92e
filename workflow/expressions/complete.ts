// What may be written at the cursor, and what the name under it is. Works on unfinished text.
import type { NameTypes } from '../model/model.ts';
import type { Range } from '../model/model.ts';
import type { ExpressionCompletion, ExpressionHover } from './contract.ts';
import { chainStart, plain, receiverType, type Scope, scopeAt, typeOfText } from './cursor.ts';
import { functions, hasMacro, listMacros, optionalFunctions } from './functions.ts';
import { isAfterDot } from './references.ts';
import { accepts, type Signature, signatures } from './signatures.ts';
import { type Token, tokensOf } from './tokens.ts';
import { describeType } from './type-relations.ts';
import { optionalOf, type Type, typeOfValue } from './types.ts';

/** What may be written at `offset`. Works on unfinished text such as `inputs.` or `xs.map(x, x.`. */
export function completeExpression(source: string, offset: number, names: NameTypes): readonly ExpressionCompletion[] {
  const tokens = tokensOf(source);
  const inside = tokens.find((token) => isTyping(token, offset));
  if (inside?.kind === 'string') return textCompletions(source, tokens, inside, names);
  if (inside !== undefined && inside.kind !== 'name') return [];
  const replace = inside === undefined ? { start: offset, end: offset } : { start: inside.start, end: inside.end };
  const index = tokens.findIndex((token) => token.start >= replace.start);
  const place = index === -1 ? tokens.length : index;
  const scope = scopeAt(source, tokens, offset, names);
  const isCalled = tokens[inside === undefined ? place : place + 1]?.text === '(';
  const write: Write = { replace, isCalled };
  if (!isAfterDot(tokens, place)) return rootCompletions(scope, write);
  const dot = tokens[place - 1]?.text === '?' ? place - 2 : place - 1;
  if (isOptionalNamespace(tokens, dot)) return namespaceCompletions(write);
  const type = receiverType(source, tokens, dot, scope);
  return dot === place - 1 ? memberCompletions(type, write) : fieldCompletions(plain(type), write, true);
}

/** What the name at `offset` is: its type, or a function's signatures and docs. */
export function hoverExpression(source: string, offset: number, names: NameTypes): ExpressionHover | undefined {
  const tokens = tokensOf(source);
  const index = tokens.findIndex((token) => token.kind === 'name' && token.start <= offset && offset <= token.end);
  const token = tokens[index];
  if (token === undefined) return undefined;
  const range = { start: token.start, end: token.end };
  if (tokens[index + 1]?.text === '(') return hoverFunction(token.text, range);
  const scope = scopeAt(source, tokens, token.start, names);
  const start = tokens[chainStart(tokens, index)]?.start ?? token.start;
  const path = source.slice(start, token.end);
  const title = `${path}: ${describeType(typeOfText(path, scope))}`;
  const docs = descriptionOf(tokens, index, source, scope);
  return docs === undefined ? { range, title } : { range, title, docs };
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
  if (before === '[') return fieldCompletions(type, { replace, isCalled: false }, false);
  const values = type.kind === 'string' ? type.schema?.['enum'] : undefined;
  const texts = Array.isArray(values) ? values.filter((value) => typeof value === 'string') : [];
  return texts.map((label) => ({ label, kind: 'value', detail: 'string', insertText: label, replace }));
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
}

function rootCompletions(scope: Scope, write: Write): readonly ExpressionCompletion[] {
  const { replace } = write;
  const items: ExpressionCompletion[] = [];
  for (const [label, type] of scope.variables) {
    items.push({ label, kind: 'variable', detail: describeType(type), insertText: label, replace });
  }
  for (const [label, type] of Object.entries(scope.names)) {
    if (scope.variables.has(label)) continue;
    const docs = 'description' in type && type.description !== undefined ? { docs: type.description } : {};
    items.push({ label, kind: 'name', detail: describeType(typeOfValue(type)), ...docs, insertText: label, replace });
  }
  for (const [name, choices] of signatures) {
    const global = choices.find((choice) => choice.receiver === undefined);
    if (global) items.push(functionItem(name, global, write));
  }
  items.push(macroItem(hasMacro, write));
  for (const label of ['true', 'false', 'null'])
    items.push({ label, kind: 'keyword', detail: label, insertText: label, replace });
  items.push({
    label: 'optional',
    kind: 'keyword',
    detail: 'optional.of(x), optional.none()',
    insertText: 'optional',
    replace,
  });
  return items;
}

function memberCompletions(type: Type, write: Write): readonly ExpressionCompletion[] {
  const items = [...fieldCompletions(plain(type), write, type.kind === 'optional')];
  if (type.kind === 'secret' || (type.kind === 'dyn' && type.like === undefined)) return items;
  const known = type.kind === 'dyn' && type.like ? type.like() : type;
  if (known.kind === 'list') {
    for (const macro of listMacros.values()) items.push(macroItem(macro, write));
  }
  for (const [name, choices] of signatures) {
    const fitting = choices.find((choice) => choice.receiver !== undefined && accepts(choice.receiver, known));
    if (fitting) items.push(functionItem(name, fitting, write));
  }
  return items;
}

function fieldCompletions(type: Type, write: Write, isOptional: boolean): readonly ExpressionCompletion[] {
  if (type.kind === 'dyn' && type.like) return fieldCompletions(type.like(), write, isOptional);
  if (type.kind !== 'object') return [];
  return [...type.fields].map(([label, field]) => {
    const fieldType = isOptional ? optionalOf(field.type()) : field.type();
    const docs = field.description === undefined ? {} : { docs: field.description };
    return {
      label,
      kind: 'field',
      detail: describeType(fieldType, 0),
      ...docs,
      insertText: label,
      replace: write.replace,
    };
  });
}

function functionItem(label: string, signature: Signature, write: Write): ExpressionCompletion {
  const entry = functions.get(label);
  const docs = entry && `${entry.docs}\n\n\`${entry.example}\``;
  const call = signature.parameters.length === 0 ? `${label}()` : `${label}($0)`;
  const insertText = write.isCalled ? label : call;
  return {
    label,
    kind: 'function',
    detail: signature.text,
    ...(docs ? { docs } : {}),
    insertText,
    replace: write.replace,
  };
}

function macroItem(macro: typeof hasMacro, write: Write): ExpressionCompletion {
  const detail = macro.signatures[0] ?? macro.name;
  const insertText = write.isCalled ? macro.name : macro.insertText;
  return {
    label: macro.name,
    kind: 'macro',
    detail,
    docs: `${macro.docs}\n\n\`${macro.example}\``,
    insertText,
    replace: write.replace,
  };
}

function isOptionalNamespace(tokens: readonly Token[], dot: number): boolean {
  return tokens[dot - 1]?.text === 'optional' && !isAfterDot(tokens, dot - 1);
}

function namespaceCompletions(write: Write): readonly ExpressionCompletion[] {
  return [...optionalFunctions.values()].map((entry) => {
    const detail = `optional.${entry.overloads[0] ?? entry.name}`;
    const insertText = entry.name === 'none' ? 'none()' : 'of($0)';
    return { label: entry.name, kind: 'function', detail, docs: entry.docs, insertText, replace: write.replace };
  });
}

function hoverFunction(name: string, range: Range): ExpressionHover | undefined {
  const macro = name === 'has' ? hasMacro : listMacros.get(name);
  if (macro) return { range, title: macro.signatures.join('\n'), docs: `${macro.docs}\n\n\`${macro.example}\`` };
  const entry = functions.get(name);
  return entry && { range, title: entry.overloads.join('\n'), docs: `${entry.docs}\n\n\`${entry.example}\`` };
}

function descriptionOf(tokens: readonly Token[], index: number, source: string, scope: Scope): string | undefined {
  const name = tokens[index]?.text ?? '';
  if (!isAfterDot(tokens, index)) {
    const type = scope.names[name];
    return type && 'description' in type ? type.description : undefined;
  }
  const dot = tokens[index - 1]?.text === '?' ? index - 2 : index - 1;
  const holder = plain(receiverType(source, tokens, dot, scope));
  const inner = holder.kind === 'dyn' && holder.like ? holder.like() : holder;
  return inner.kind === 'object' ? inner.fields.get(name)?.description : undefined;
}
