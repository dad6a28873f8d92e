// What each token of an expression is, as colours tell it. It reads tokens, not the tree, so that unfinished text has
// its colours too.
import type { ClassifiedToken, TokenRole } from './contract.ts';
import { hasMacro, listMacros } from './functions.ts';
import { rootNamespaces } from './ids.ts';
import { boundName, isAfterDot } from './references.ts';
import { type Token, tokensOf } from './tokens.ts';
import { constantWords, typeWords } from './words.ts';

const operators = /^(?:[=!<>]=|[-+*/%<>!?:]|&&|\|\|)$/;

/** Every token of a source, in order of appearance, with what it is. Never throws. */
export function classifyTokens(source: string): readonly ClassifiedToken[] {
  const tokens = tokensOf(source);
  const code = tokens.filter((token) => token.kind !== 'comment');
  /** One entry per open parenthesis: the name it binds, if it is a macro's. */
  const open: (string | undefined)[] = [];
  let index = -1;
  return tokens.map((token): ClassifiedToken => {
    const { start, end } = token;
    if (token.kind === 'comment') return { role: 'comment', start, end };
    index += 1;
    if (token.text === '(') open.push(boundName(code, index));
    if (token.text === ')') open.pop();
    return { role: roleOf(code, index, open), start, end };
  });
}

function roleOf(tokens: readonly Token[], index: number, bound: readonly (string | undefined)[]): TokenRole {
  const token = tokens[index];
  switch (token?.kind) {
    case 'string':
    case 'number':
      return token.kind;
    case 'name':
      return roleOfName(tokens, index, token.text, bound);
    default:
      return token && operators.test(token.text) ? 'operator' : 'punctuation';
  }
}

function roleOfName(
  tokens: readonly Token[],
  index: number,
  name: string,
  bound: readonly (string | undefined)[],
): TokenRole {
  const isCalled = tokens[index + 1]?.text === '(';
  if (isAfterDot(tokens, index)) return isCalled ? roleOfCall(listMacros.has(name)) : 'property';
  if (bound.includes(name)) return isBinding(tokens, index) ? 'binding' : 'bound-variable';
  if (isCalled) return roleOfCall(name === hasMacro.name);
  if (name === 'in') return 'keyword';
  if (constantWords.has(name)) return 'constant';
  if (rootNamespaces.has(name)) return 'namespace';
  if (typeWords.has(name)) return 'type';
  return 'variable';
}

function roleOfCall(isMacro: boolean): TokenRole {
  return isMacro ? 'macro' : 'function';
}

function isBinding(tokens: readonly Token[], index: number): boolean {
  return tokens[index - 1]?.text === '(' && boundName(tokens, index - 1) !== undefined;
}
