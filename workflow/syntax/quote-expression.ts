// CEL and YAML share characters (`: `, ` #`, `"`, `!`, `{`). Where an expression made a value unreadable, one finding
// with a fix that quotes the value says more than what YAML has to say about it.
import { type Document, isScalar, Scalar, visit, type YAMLError } from 'yaml';
import type { Diagnostic, Range } from '../model/model.ts';
import { type LineMap, positionAt } from './lines.ts';

/** Keys whose value is a bare expression. */
const conditionKeys = new Set(['when', 'until', 'while']);

/** Of the problems of a text only the first are looked at, so that ten thousand of them cost no more than these. */
const maxProblems = 100;
/** Longer lines are not looked at: finding where a value begins and ends takes more than one pass over its line. */
const maxLineLength = 2_000;

/**
 * @returns the first unquoted expression that YAML misread: what YAML says about the text after it can not be trusted.
 * @param problems in any order
 */
export function firstMisread(text: string, lines: LineMap, problems: readonly YAMLError[]): Range | undefined {
  for (const problem of problems.toSorted((a, b) => a.pos[0] - b.pos[0]).slice(0, maxProblems)) {
    const value = unquotedValueAt(text, lines, problem.pos[0]);
    if (value && value.end > value.start) return value;
  }
  return undefined;
}

/**
 * @returns the first condition in a flow map that ends at a comma of its own: `{ when: f(a, b) }`. YAML has nothing to
 * say against it, for `b)` reads as another key.
 */
export function firstCut(text: string, lines: LineMap, document: Document.Parsed): Range | undefined {
  let found: Range | undefined;
  visit(document, {
    Pair(_, { key, value }) {
      if (!isScalar(key) || !conditionKeys.has(String(key.value))) return undefined;
      if (!isScalar(value) || value.type !== Scalar.PLAIN || !value.range) return undefined;
      const [start, end] = value.range;
      const whole = text[end] === ',' ? unquotedValueAt(text, lines, start) : undefined;
      if (!whole || whole.start !== start || whole.end <= end) return undefined;
      found = whole;
      return visit.BREAK;
    },
  });
  return found;
}

/** The finding itself: this value must stand in quotes. */
export function quoteExpression(file: string, text: string, range: Range): Diagnostic {
  const value = text.slice(range.start, range.end);
  return {
    code: 'quote-expression',
    severity: 'error',
    message: 'YAML reads characters of this expression as its own. Put the whole value in quotes.',
    file,
    range,
    fixes: [
      {
        title: 'Quote the value',
        preferred: true,
        edits: [{ range, newText: `'${value.replaceAll("'", "''")}'` }],
      },
    ],
  };
}

/**
 * @returns the value on the line of `offset` that holds an unquoted expression, from its first to its last character;
 * in a flow map or list, up to what ends its entry.
 */
export function unquotedValueAt(text: string, lines: LineMap, offset: number): Range | undefined {
  const { line } = positionAt(lines, offset);
  const start = lines.starts[line] ?? 0;
  const next = lines.starts[line + 1] ?? text.length;
  if (next - start > maxLineLength) return undefined;
  const content = text.slice(start, next).replace(/[\r\n]+$/, '');
  const entry = /^(\s*(?:- +)*)(?:([\w.-]+)\s*:\s+)?(.*)$/.exec(content);
  const [, indent = '', key = '', value = ''] = entry ?? [];
  const valueStart = content.length - value.length;
  const isCondition = conditionKeys.has(key);
  if (/^[[{]/.test(value) && !isCondition) return flowValueAt(content, start, offset - start);
  const holds = isCondition ? value !== '' : value.includes('${{');
  if (!holds || /^[|>&*]/.test(value)) return undefined;
  if (isQuoted(value)) return undefined;
  // A line of a multi-line value has no key of its own; quoting it alone would not mend the value.
  if (key === '' && !indent.includes('-')) return undefined;
  return { start: start + valueStart, end: start + valueStart + withoutComment(value).length };
}

/** One expression in a flow map or list. */
function flowValueAt(content: string, lineStart: number, column: number): Range | undefined {
  return flowConditionAt(content, lineStart, column) ?? wrappedValueAt(content, lineStart, column);
}

/** In `{ when: x in ['a', 'b'], to: [y] }` the whole condition. */
function flowConditionAt(content: string, lineStart: number, column: number): Range | undefined {
  for (const key of content.matchAll(/(?<=[{,]\s*)(\w+)\s*:\s+/g)) {
    const start = key.index + key[0].length;
    if (!conditionKeys.has(key[1] ?? '')) continue;
    const end = endOfFlowCondition(content, start);
    if (column < start || column > end || isQuoted(content.slice(start, end))) continue;
    return { start: lineStart + start, end: lineStart + end };
  }
  return undefined;
}

/** Where a bare condition ends: at a comma or bracket that belongs to what is around it. */
function endOfFlowCondition(content: string, start: number): number {
  let depth = 0;
  for (const { index, 0: part } of content.slice(start).matchAll(/'[^']*'|"(?:[^"\\]|\\.)*"|[[\](){},]/g)) {
    if (depth === 0 && /^[\])},]$/.test(part)) return start + content.slice(start, start + index).trimEnd().length;
    if (/^[[({]$/.test(part)) depth += 1;
    if (/^[\])}]$/.test(part)) depth -= 1;
  }
  return start + withoutComment(content.slice(start)).trimEnd().length;
}

/** In `{ prompt: ${{ x }} }` from after its `: ` (or `[` or `, `) to after its `}}`. */
function wrappedValueAt(content: string, lineStart: number, column: number): Range | undefined {
  const expressions = [...content.matchAll(/\$\{\{.*?\}\}/g)];
  const found = expressions.find((match) => match.index + match[0].length >= column) ?? expressions.at(-1);
  if (!found) return undefined;
  const before = content.slice(0, found.index);
  const delimiter = /(?:: |[[{,] ?)(?!.*(?:: |[[{,] ?))/.exec(before);
  const start = delimiter ? delimiter.index + delimiter[0].length : found.index;
  if (/^["']/.test(content.slice(start))) return undefined;
  const rest = /^[^,}\]]*/.exec(content.slice(found.index + found[0].length))?.[0] ?? '';
  const end = found.index + found[0].length + rest.trimEnd().length;
  return { start: lineStart + start, end: lineStart + end };
}

/** Leaves out a comment behind the value: from a ` #` that stands outside of quotes and of `${{ }}`. */
function withoutComment(value: string): string {
  for (const { index } of value.matchAll(/\s+#/g)) {
    const before = value.slice(0, index);
    const balanced = [`'`, '"'].every((quote) => before.split(quote).length % 2 === 1);
    const closed = before.split('${{').length === before.split('}}').length;
    if (balanced && closed) return before;
  }
  return value.trimEnd();
}

function isQuoted(value: string): boolean {
  return /^'(?:[^']|'')*'\s*(?:#.*)?$/.test(value) || /^"(?:[^"\\]|\\.)*"\s*(?:#.*)?$/.test(value);
}
