// Splits CEL text into tokens, however broken it is. The grammar is that of the parser we use (cel-js 8): names are
// ASCII, strings may be raw (r) or bytes (b) and triple-quoted. It finds the end of `${{ … }}`, feeds completion and
// references on unfinished text, and says where strings begin and end.

export type TokenKind = 'name' | 'number' | 'string' | 'symbol' | 'comment' | 'unknown';

export interface Token {
  readonly kind: TokenKind;
  readonly text: string;
  readonly start: number;
  readonly end: number;
  /** False for a string whose closing quote is missing; it then reaches to the end of its line. */
  readonly terminated: boolean;
}

const doubleSymbols = new Set(['==', '!=', '<=', '>=', '&&', '||']);
const singleSymbols = '+-*/%<>!()[]{}.,:?=&|';

/** All tokens of a text, comments included, white space left out. Never throws. */
export function tokensOf(source: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  while (at < source.length) {
    if (/\s/.test(source.charAt(at))) {
      at++;
      continue;
    }
    const token = readToken(source, at);
    tokens.push(token);
    at = token.end;
  }
  return tokens;
}

/** The token that begins at `start`, where there is no white space. */
export function readToken(source: string, start: number): Token {
  const first = source.charAt(start);
  const quoteAt = stringQuoteAt(source, start);
  if (quoteAt !== undefined) return readString(source, start, quoteAt);
  if (/[A-Za-z_]/.test(first)) return tokenTo(source, 'name', start, endOf(source, start, /[A-Za-z0-9_]/));
  if (/[0-9]/.test(first)) return readNumber(source, start);
  if (first === '/' && source.charAt(start + 1) === '/') {
    return tokenTo(source, 'comment', start, endOf(source, start, /[^\n]/));
  }
  if (doubleSymbols.has(source.slice(start, start + 2))) return tokenTo(source, 'symbol', start, start + 2);
  return tokenTo(source, singleSymbols.includes(first) ? 'symbol' : 'unknown', start, start + 1);
}

/** Where the quote of a string literal stands that begins at `start` (after `r` or `b`), if one does. */
function stringQuoteAt(source: string, start: number): number | undefined {
  const first = source.charAt(start);
  if (first === '"' || first === "'") return start;
  if (!/[rRbB]/.test(first)) return undefined;
  const second = source.charAt(start + 1);
  return second === '"' || second === "'" ? start + 1 : undefined;
}

function readString(source: string, start: number, quoteAt: number): Token {
  const quote = source.charAt(quoteAt);
  const delimiter = source.startsWith(quote.repeat(3), quoteAt) ? quote.repeat(3) : quote;
  let at = quoteAt + delimiter.length;
  while (at < source.length) {
    if (source.startsWith(delimiter, at)) return tokenTo(source, 'string', start, at + delimiter.length);
    at += source.charAt(at) === '\\' ? 2 : 1;
  }
  const lineEnd = endOf(source, start, /[^\n]/);
  return { kind: 'string', text: source.slice(start, lineEnd), start, end: lineEnd, terminated: false };
}

function readNumber(source: string, start: number): Token {
  const match = /^(?:0[xX][0-9a-fA-F]+|[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?)[uU]?/.exec(
    source.slice(start, start + 400),
  );
  return tokenTo(source, 'number', start, start + (match?.[0].length ?? 1));
}

function endOf(source: string, start: number, allowed: RegExp): number {
  let end = start;
  while (end < source.length && allowed.test(source.charAt(end))) end++;
  return end;
}

function tokenTo(source: string, kind: TokenKind, start: number, end: number): Token {
  return { kind, text: source.slice(start, end), start, end, terminated: true };
}
