// Expression source → syntax tree (of cel-js), or the one finding that says why not. Two things come before the parser:
// a size that can not be exceeded (P1), and line breaks inside quoted strings, which stand for themselves (P2): YAML
// turns `'\n'` in a double-quoted scalar into a real line break, and the meaning must not depend on the YAML style.
import { type ASTNode, Environment, ParseError } from '@marcbachmann/cel-js';
import type { ExpressionFinding } from './contract.ts';
import { type Token, tokensOf } from './tokens.ts';

export type { ASTNode };

export type Parsed =
  | { readonly ok: true; readonly ast: ASTNode; readonly text: string; readonly toSource: (offset: number) => number }
  | { readonly ok: false; readonly finding: ExpressionFinding };

/** Characters, nodes and levels of one expression (P1). No expression that a person writes comes near them. */
export const limits = { sourceLength: 10_000, nodes: 5_000, depth: 200, signsInARow: 20 };

const grammar = new Environment({
  unlistedVariablesAreDyn: true,
  enableOptionalTypes: true,
  homogeneousAggregateLiterals: false,
  limits: { maxAstNodes: limits.nodes, maxDepth: limits.depth },
});

/** Parses an expression. Offsets in the tree are those of `text`; `toSource` leads back to the source. Never throws. */
export function parseExpression(source: string): Parsed {
  const tokens = tokensOf(source);
  const refusal = refuse(source, tokens);
  if (refusal !== undefined) return { ok: false, finding: refusal };
  const { text, toSource } = escapeLineBreaks(source, tokens);
  try {
    const ast = grammar.parse(text).ast;
    const tooDeep = depthOf(ast) > limits.depth;
    return tooDeep ? { ok: false, finding: tooLarge(source, 'nested too deeply') } : { ok: true, ast, text, toSource };
  } catch (error) {
    if (error instanceof ParseError) return { ok: false, finding: syntaxFinding(error, source, tokens, toSource) };
    throw error;
  }
}

/** The nodes directly inside a node; the body of a macro counts like any argument. */
export function childrenOf(node: ASTNode): readonly ASTNode[] {
  switch (node.op) {
    case 'value':
    case 'id':
      return [];
    case '.':
    case '.?':
      return [node.args[0]];
    case 'call':
      return node.args[1];
    case 'rcall':
      return [node.args[1], ...node.args[2]];
    case 'map':
      return node.args.flat();
    case '!_':
    case '-_':
      return [node.args];
    default:
      return node.args;
  }
}

function depthOf(root: ASTNode): number {
  let level: readonly ASTNode[] = [root];
  let depth = 0;
  while (level.length > 0 && depth <= limits.depth) {
    level = level.flatMap(childrenOf);
    depth++;
  }
  return depth;
}

function refuse(source: string, tokens: readonly Token[]): ExpressionFinding | undefined {
  if (tokens.every((token) => token.kind === 'comment')) {
    return syntax('The expression is empty: write a name such as `inputs.topic`.', 0, source.length);
  }
  if (source.length > limits.sourceLength) return tooLarge(source, `longer than ${limits.sourceLength} characters`);
  let signs = 0;
  for (const token of tokens) {
    signs = token.text === '!' || token.text === '-' ? signs + 1 : 0;
    if (signs > limits.signsInARow) return tooLarge(source, 'nested too deeply');
  }
  return undefined;
}

function tooLarge(source: string, how: string): ExpressionFinding {
  const message = `The expression is ${how}. Split it: a task of type \`set\` can hold a part of it.`;
  return { code: 'expression-too-large', severity: 'error', message, start: 0, end: source.length };
}

interface Escaped {
  readonly text: string;
  readonly toSource: (offset: number) => number;
}

/** P2. Raw strings become triple-quoted, in others a line break becomes its escape. */
function escapeLineBreaks(source: string, tokens: readonly Token[]): Escaped {
  const edits = tokens.flatMap((token) => (token.kind === 'string' && token.terminated ? editsIn(token) : []));
  if (edits.length === 0) return { text: source, toSource: (offset) => offset };
  let text = '';
  let done = 0;
  const anchors: { readonly text: number; readonly source: number }[] = [{ text: 0, source: 0 }];
  for (const edit of edits) {
    text += source.slice(done, edit.start);
    anchors.push({ text: text.length, source: edit.start });
    text += edit.newText;
    anchors.push({ text: text.length, source: edit.end });
    done = edit.end;
  }
  text += source.slice(done);
  const toSource = (offset: number): number => {
    const index = anchors.findLastIndex((anchor) => anchor.text <= offset);
    const from = anchors[Math.max(index, 0)] ?? { text: 0, source: 0 };
    const limit = anchors[index + 1]?.source ?? source.length;
    return Math.min(from.source + (offset - from.text), limit);
  };
  return { text, toSource };
}

interface Edit {
  readonly start: number;
  readonly end: number;
  readonly newText: string;
}

function editsIn(token: Token): readonly Edit[] {
  if (!/[\r\n]/.test(token.text)) return [];
  const prefix = /^[rRbB]?/.exec(token.text)?.[0] ?? '';
  const quote = token.text.charAt(prefix.length);
  if (token.text.startsWith(quote.repeat(3), prefix.length)) return [];
  if (prefix.toLowerCase() === 'r') {
    const inside = token.start + prefix.length;
    return [inside, token.end].map((at) => ({ start: at, end: at, newText: quote.repeat(2) }));
  }
  const edits: Edit[] = [];
  for (let at = 0; at < token.text.length; at++) {
    const character = token.text.charAt(at);
    if (character === '\\') at++;
    else if (character === '\n' || character === '\r') {
      edits.push({ start: token.start + at, end: token.start + at + 1, newText: character === '\n' ? '\\n' : '\\r' });
    }
  }
  return edits;
}

/** The parser's error in our words, at the token it is about. */
function syntaxFinding(
  error: ParseError,
  source: string,
  tokens: readonly Token[],
  toSource: (offset: number) => number,
): ExpressionFinding {
  const start = Math.min(toSource(error.range?.start ?? 0), source.length);
  const end = Math.max(start, toSource(error.range?.end ?? start));
  const token = tokens.find((candidate) => candidate.start <= start && start < candidate.end);
  if (error.code === 'limit_exceeded') return tooLarge(source, 'nested too deeply or has too many parts');
  const otherWord = token && otherLanguages.get(token.text);
  if (token && otherWord !== undefined) {
    const message = `\`${token.text}\` is not part of an expression here: write \`${otherWord}\`.`;
    return { ...syntax(message, token.start, token.end), suggestion: otherWord };
  }
  if (error.code === 'reserved_identifier' && token) {
    return syntax(`\`${token.text}\` is a reserved word and can not be a name.`, token.start, token.end);
  }
  if (token === undefined || error.summary.includes('EOF')) return endFinding(source, tokens);
  if (error.code.startsWith('unterminated')) return syntax('The string is not closed.', token.start, token.end);
  if (token.kind === 'string')
    return syntax(`In this string: ${lowerFirst(error.summary)}.`, start, Math.max(end, start + 1));
  if (token.kind === 'number') return syntax(`\`${token.text}\` is not a number.`, token.start, token.end);
  const missing = missingBefore(error.summary);
  const found = `\`${token.text}\` was not expected here`;
  return syntax(
    missing === undefined ? `${found}.` : `${found}: ${missing} is missing before it.`,
    token.start,
    token.end,
  );
}

function endFinding(source: string, tokens: readonly Token[]): ExpressionFinding {
  const unclosed = unclosedBracket(tokens);
  if (unclosed) return syntax(`This \`${unclosed.text}\` is never closed.`, unclosed.start, unclosed.end);
  const last = tokens.findLast((token) => token.kind !== 'comment');
  const message = last ? `Something is missing after \`${last.text}\`.` : 'The expression is empty.';
  return syntax(message, last?.start ?? 0, last?.end ?? source.length);
}

function unclosedBracket(tokens: readonly Token[]): Token | undefined {
  const open: Token[] = [];
  for (const token of tokens) {
    if (['(', '[', '{'].includes(token.text)) open.push(token);
    if ([')', ']', '}'].includes(token.text)) open.pop();
  }
  return open.at(-1);
}

/** What people bring from other languages. */
const otherLanguages = new Map([
  ['and', '&&'],
  ['or', '||'],
  ['not', '!'],
  ['=', '=='],
  ['&', '&&'],
  ['|', '||'],
]);

const tokenNames = new Map([
  ['RPAREN', '`)`'],
  ['RBRACKET', '`]`'],
  ['RBRACE', '`}`'],
  ['COLON', '`:`'],
  ['IDENTIFIER', 'a name'],
]);

function missingBefore(summary: string): string | undefined {
  const expected = /^Expected ([A-Z]+)/.exec(summary)?.[1];
  return expected === undefined ? undefined : tokenNames.get(expected);
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}

function syntax(message: string, start: number, end: number): ExpressionFinding {
  return { code: 'expression-syntax', severity: 'error', message, start, end };
}
