// What stands before the cursor in text that is not finished: the receiver of a `.`, and the names that open macros
// bind there. It finds pieces by their tokens and asks the checker for the types of the pieces.
import type { NameTypes } from '../model/model.ts';
import { infer } from './check.ts';
import { elementOf } from './check-calls.ts';
import { createContext, withVariable } from './context.ts';
import { parseExpression } from './parse.ts';
import { boundName, isAfterDot } from './references.ts';
import type { Token } from './tokens.ts';
import { dyn, type Type, typeOfValue } from './types.ts';

export interface Scope {
  readonly names: NameTypes;
  readonly variables: ReadonlyMap<string, Type>;
}

/** The names that can be said at an offset. */
export function scopeAt(source: string, tokens: readonly Token[], offset: number, names: NameTypes): Scope {
  const open: (readonly [string, Type] | undefined)[] = [];
  const scope = (): Scope => ({ names, variables: new Map(open.filter((bound) => bound !== undefined)) });
  for (const [index, token] of tokens.entries()) {
    if (token.start >= offset) break;
    if (token.text === ')') open.pop();
    if (token.text !== '(') continue;
    const name = boundName(tokens, index);
    const comma = tokens[index + 2];
    const isBound = name !== undefined && comma !== undefined && comma.end <= offset;
    open.push(isBound ? [name, elementOf(plain(receiverType(source, tokens, index - 2, scope()))) ?? dyn] : undefined);
  }
  return scope();
}

/** The type of what stands before the `.` at `dot`. */
export function receiverType(source: string, tokens: readonly Token[], dot: number, scope: Scope): Type {
  const start = tokens[chainStart(tokens, dot - 1)]?.start;
  const end = tokens[dot]?.start;
  return start === undefined || end === undefined ? dyn : typeOfText(source.slice(start, end), scope);
}

/** The type of a piece of source; `dyn` if it does not parse. */
export function typeOfText(text: string, scope: Scope): Type {
  const parsed = parseExpression(text);
  if (!parsed.ok) return dyn;
  const roots = new Map(Object.entries(scope.names).map(([name, type]) => [name, typeOfValue(type)]));
  let context = createContext(text, parsed, roots, () => {}, infer);
  for (const [name, type] of scope.variables) context = withVariable(context, name, type);
  return infer(parsed.ast, context);
}

/** What a value is when it is there. */
export function plain(type: Type): Type {
  return type.kind === 'optional' ? plain(type.of) : type;
}

/** The first token of the chain `a.b(c)[d]` that ends with the token at `end`. */
export function chainStart(tokens: readonly Token[], end: number): number {
  let index = end;
  for (;;) {
    const first = linkStart(tokens, index);
    if (!isAfterDot(tokens, first)) return first;
    index = first - (tokens[first - 1]?.text === '?' ? 3 : 2);
  }
}

/** Where the last link of a chain begins: a name, a literal, or what is in brackets with what it belongs to. */
function linkStart(tokens: readonly Token[], end: number): number {
  const token = tokens[end];
  if (token === undefined || ![')', ']', '}'].includes(token.text)) return Math.max(end, 0);
  const open = openingOf(tokens, end);
  const before = tokens[open - 1];
  if (token.text === ')' && before?.kind === 'name' && before.text !== 'in') return open - 1;
  const isIndex =
    token.text === ']' &&
    before !== undefined &&
    (before.kind === 'name' || before.text === ')' || before.text === ']');
  return isIndex && before.text !== 'in' ? linkStart(tokens, open - 1) : open;
}

function openingOf(tokens: readonly Token[], close: number): number {
  let depth = 0;
  for (let index = close; index >= 0; index--) {
    const text = tokens[index]?.text ?? '';
    if ([')', ']', '}'].includes(text)) depth++;
    if (['(', '[', '{'].includes(text)) depth--;
    if (depth === 0) return index;
  }
  return 0;
}
