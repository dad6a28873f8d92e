import {
  checkExpression,
  checkTemplate,
  findingInFile,
  resultSchema,
  type TemplateFinding,
} from '../expressions/index.ts';
import type { ExpressionUse } from '../model/draft.ts';
import { type Facts, overlaps, replaceFix, type Report } from './rule.ts';

/** Names, fields, types and functions in expressions. What another rule says about the same place is left to it. */
export function expressionTypes(facts: Facts, report: Report): void {
  const unknown = facts.context.uses.filter((use) => use.kind === 'task' && !use.known);
  for (const use of facts.expressions) {
    if (!use.terminated || use.expression.source.trim() === '') continue;
    for (const finding of findingsOf(use)) {
      const isSecret = finding.code === 'secret-use' || /\bsecrets\b/.test(textAt(facts, finding));
      if (isSecret || unknown.some((name) => overlaps(name.range, finding.range))) continue;
      const { suggestion, ...rest } = finding;
      report({ ...rest, fixes: suggestion === undefined ? [] : [replaceFix(finding.range, suggestion)] });
    }
    if (use.role === 'condition') checkCondition(use, report);
  }
}

function findingsOf(use: ExpressionUse): readonly TemplateFinding[] {
  const { expression } = use;
  if (use.role === 'text')
    return checkTemplate({ kind: 'text', parts: [expression], place: expression.place }).findings;
  return checkExpression(expression).findings.map((finding) => findingInFile(expression, finding));
}

function textAt(facts: Facts, { range }: TemplateFinding): string {
  return facts.document.text.slice(range.start, range.end);
}

function checkCondition({ expression }: ExpressionUse, report: Report): void {
  const { type, findings } = checkExpression(expression);
  if (findings.some((finding) => finding.severity === 'error')) return;
  const range = expression.place.range;
  if (type.kind === 'json' && type.optional) {
    const message = 'This condition may be absent: say what then holds, with `.orValue(false)`.';
    report({ code: 'may-be-absent', severity: 'error', message, range });
    return;
  }
  const schema = resultSchema(type);
  const known = typeof schema['type'] === 'string' ? schema['type'] : undefined;
  if (known === undefined || known === 'boolean') return;
  report({
    code: 'condition-not-bool',
    severity: 'error',
    message: `A condition is true or false; this gives a value of type ${known}.`,
    range,
  });
}
