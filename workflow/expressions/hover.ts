// What the name at a place of an expression is; elsewhere, the type of the part that is computed there.
import type { NameTypes, Range } from '../model/model.ts';
import { macroAt, signaturesAt } from './call-at.ts';
import { infer } from './check.ts';
import { createContext } from './context.ts';
import type { ExpressionHover } from './contract.ts';
import { chainStart, plain, receiverType, type Scope, scopeAt, typeOfText } from './cursor.ts';
import { functions, optionalFunctions } from './functions.ts';
import { type ASTNode, parseExpression } from './parse.ts';
import { boundName, isAfterDot } from './references.ts';
import { type Token, tokensOf } from './tokens.ts';
import { describeType } from './type-relations.ts';
import { type Type, typeOfValue } from './types.ts';

/** What the name at `offset` is: its type, or a function's signatures and docs; of an operator what it gives. */
export function hoverExpression(source: string, offset: number, names: NameTypes): ExpressionHover | undefined {
  const tokens = tokensOf(source).filter(({ kind }) => kind !== 'comment');
  const index = tokens.findIndex((token) => token.kind === 'name' && token.start <= offset && offset <= token.end);
  const token = tokens[index];
  if (token === undefined) return hoverPart(source, tokens, offset, names);
  const range = { start: token.start, end: token.end };
  const isBinding = boundName(tokens, index - 1) !== undefined;
  const scope = scopeAt(source, tokens, (isBinding && tokens[index + 1]?.end) || token.start, names);
  if (tokens[index + 1]?.text === '(') return hoverFunction({ source, tokens, scope }, index, range);
  const start = tokens[chainStart(tokens, index)]?.start ?? token.start;
  const path = source.slice(start, token.end);
  const title = `${path}: ${describeType(typeOfText(path, scope))}`;
  const docs = descriptionOf(tokens, index, source, scope);
  return docs === undefined ? { range, title } : { range, title, docs };
}

/** Longer parts are not shown again: where they stand they can be read. */
const longestPart = 60;

/** The type of the smallest part that an operator or a bracket belongs to. */
function hoverPart(
  source: string,
  tokens: readonly Token[],
  offset: number,
  names: NameTypes,
): ExpressionHover | undefined {
  const token = tokens.find(({ start, end, kind }) => kind === 'symbol' && start <= offset && offset < end);
  const parsed = parseExpression(source);
  if (!token || !parsed.ok || [',', '.', ':'].includes(token.text)) return undefined;
  let found: { readonly start: number; readonly end: number; readonly type: Type } | undefined;
  const take = (node: ASTNode, type: Type): void => {
    const [start, end] = [parsed.toSource(node.start), parsed.toSource(node.end)];
    if (start > offset || end < token.end || node.op === 'value' || node.op === 'id') return;
    if (!found || end - start < found.end - found.start) found = { start, end, type };
  };
  const roots = new Map(Object.entries(names).map(([name, type]) => [name, typeOfValue(type)]));
  infer(
    parsed.ast,
    createContext(source, parsed, roots, () => {}, infer, take),
  );
  if (!found) return undefined;
  const range = { start: balancedStart(tokens, found), end: found.end };
  const text = source.slice(range.start, range.end);
  const shown = text.length > longestPart || text.includes('\n') ? '…' : text;
  return { range, title: `${shown}: ${describeType(found.type)}` };
}

/** The tree leaves parentheses out: a part that begins within one begins where that opens. */
function balancedStart(tokens: readonly Token[], part: Range): number {
  const inside = tokens.filter(({ start, end }) => part.start <= start && end <= part.end);
  let [depth, lowest] = [0, 0];
  for (const { text } of inside) {
    if (text === '(') depth += 1;
    if (text === ')') depth -= 1;
    lowest = Math.min(lowest, depth);
  }
  const opening = tokens.filter(({ text, end }) => text === '(' && end <= part.start).at(lowest);
  return lowest < 0 && opening ? opening.start : part.start;
}

interface Text {
  readonly source: string;
  readonly tokens: readonly Token[];
  readonly scope: Scope;
}

function hoverFunction(text: Text, index: number, range: Range): ExpressionHover | undefined {
  const name = text.tokens[index]?.text ?? '';
  const macro = macroAt(text.tokens, index);
  const entry = macro ?? functions.get(name) ?? optionalFunctions.get(name);
  if (!entry) return undefined;
  const fitting = signaturesAt(text, index).map((signature) => signature.text);
  const all = 'signatures' in entry ? entry.signatures : entry.overloads;
  const title = (macro || fitting.length === 0 ? all : fitting).join('\n');
  return { range, title, docs: `${entry.docs}\n\n\`${entry.example}\`` };
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
