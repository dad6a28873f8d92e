// Finds `${{ … }}` in the text of a scalar. The end is found by reading tokens, for `}}` may stand in a string or
// close two maps. Text that never closes is reported (`terminated: false`) and taken to the end of its line, so that
// what follows is still found.
import type { ScannedText, ScanPart } from './contract.ts';
import { readToken, tokensOf } from './tokens.ts';

type ExpressionPart = Extract<ScanPart, { kind: 'expression' }>;

/** Finds `${{ … }}` in the text of a scalar (as YAML gives it). `$${{` is literal text `${{`. */
export function scanText(text: string): ScannedText {
  const parts: ScanPart[] = [];
  let at = 0;
  while (at < text.length) {
    const open = text.indexOf('${{', at);
    if (open !== -1 && text.charAt(open - 1) === '$' && open - 1 >= at) {
      pushText(parts, text.slice(at, open - 1) + '${{', at, open + 3);
      at = open + 3;
      continue;
    }
    const end = open === -1 ? text.length : open;
    if (end > at) pushText(parts, text.slice(at, end), at, end);
    if (open === -1) break;
    const expression = readExpression(text, open);
    parts.push(expression);
    at = expression.end;
  }
  const expressions = parts.filter((part) => part.kind === 'expression');
  const onlySpaceAround = parts.every((part) => part.kind === 'expression' || part.text.trim() === '');
  return { parts, hasExpression: expressions.length > 0, whole: expressions.length === 1 && onlySpaceAround };
}

/** The names X of `${{ secrets.X }}` in a text, in order, without repeats. */
export function secretNamesIn(text: string): readonly string[] {
  const names = new Set<string>();
  for (const part of scanText(text).parts) {
    if (part.kind !== 'expression') continue;
    const [root, dot, name, ...rest] = tokensOf(part.source);
    const isSecret = root?.text === 'secrets' && dot?.text === '.' && name?.kind === 'name' && rest.length === 0;
    if (isSecret) names.add(name.text);
  }
  return [...names];
}

function pushText(parts: ScanPart[], text: string, start: number, end: number): void {
  const last = parts.at(-1);
  if (last?.kind === 'text') parts[parts.length - 1] = { ...last, text: last.text + text, end };
  else parts.push({ kind: 'text', text, start, end });
}

function readExpression(text: string, open: number): ExpressionPart {
  const sourceStart = open + 3;
  const close = closingAt(text, sourceStart);
  if (close !== undefined) {
    return {
      kind: 'expression',
      source: text.slice(sourceStart, close),
      sourceStart,
      start: open,
      end: close + 2,
      terminated: true,
    };
  }
  const stops = [text.indexOf('\n', sourceStart), text.indexOf('${{', sourceStart), text.length];
  const end = Math.min(...stops.filter((stop) => stop !== -1));
  return { kind: 'expression', source: text.slice(sourceStart, end), sourceStart, start: open, end, terminated: false };
}

/** Where the `}}` stands that closes an expression whose source begins at `from`. */
function closingAt(text: string, from: number): number | undefined {
  let depth = 0;
  let at = from;
  while (at < text.length) {
    if (/\s/.test(text.charAt(at))) {
      at++;
      continue;
    }
    if (depth === 0 && text.startsWith('}}', at)) return at;
    if (text.startsWith('${{', at)) return undefined;
    const token = readToken(text, at);
    if (token.text === '{') depth++;
    if (token.text === '}' && depth > 0) depth--;
    if (token.kind === 'comment' || !token.terminated) return plainClosingAt(text, at, token.end);
    at = token.end;
  }
  return undefined;
}

/** In a comment or an unfinished string: the next `}}` of the same line is surely meant. */
function plainClosingAt(text: string, from: number, lineEnd: number): number | undefined {
  const close = text.indexOf('}}', from);
  return close !== -1 && close < lineEnd ? close : undefined;
}
