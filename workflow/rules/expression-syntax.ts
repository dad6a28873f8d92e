import { unquotedValueAt, quoteExpression } from '../syntax/quote-expression.ts';
import { positionAt } from '../syntax/lines.ts';
import type { ExpressionUse } from '../model/draft.ts';
import { type Facts, overlaps, type Report } from './rule.ts';

/** Expressions that never end, that are empty, or that YAML cut off at a `#`. */
export function expressionSyntax(facts: Facts, report: Report): void {
  for (const use of facts.expressions) {
    if (!use.terminated) unterminated(use, facts, report);
    else if (use.expression.source.trim() === '') {
      const message =
        'There is nothing between `${{` and `}}`. Write an expression, or `$${{` for the characters themselves.';
      report({ code: 'expression-syntax', severity: 'error', message, range: use.expression.place.range });
    }
  }
}

function unterminated(use: ExpressionUse, facts: Facts, report: Report): void {
  const { document } = facts;
  const { range } = use.expression.place;
  const value =
    use.scalar.style === 'plain' ? unquotedValueAt(document.text, document.lines, use.scalar.range.start) : undefined;
  const sameLine =
    positionAt(document.lines, use.scalar.range.start).line === positionAt(document.lines, use.scalar.range.end).line;
  if (value && sameLine && overlaps(value, range) && value.end > use.scalar.range.end) {
    const { file: _, ...finding } = quoteExpression(document.file, document.text, value);
    report(finding);
    return;
  }
  const message = 'This expression has no end: close it with `}}`, or write `$${{` for the characters themselves.';
  report({ code: 'expression-syntax', severity: 'error', message, range });
}
