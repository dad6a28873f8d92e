import { scanText } from '../expressions/index.ts';
import { type Facts, replaceFix, type Report } from './rule.ts';

/** `when: ${{ x }}`: conditions are expressions already. */
export function wrappedCondition(facts: Facts, report: Report): void {
  for (const { role, scalar } of facts.expressions) {
    if (role !== 'condition') continue;
    const scanned = scanText(scalar.text);
    if (!scanned.hasExpression) continue;
    const inside = scanned.parts.find((part) => part.kind === 'expression');
    const message = 'A condition is an expression already: write it without `${{ }}`.';
    const fixes =
      scanned.whole && inside ? [replaceFix(scalar.range, quotedIfNeeded(inside.source.trim()), 'Remove ${{ }}')] : [];
    report({ code: 'wrapped-condition', severity: 'error', message, range: scalar.range, fixes });
  }
}

/** Plain where YAML reads it as it is, else in single quotes. */
function quotedIfNeeded(source: string): string {
  const plain = /^[A-Za-z(]/.test(source) && !/: | #|\n|:$/.test(source);
  return plain ? source : `'${source.replaceAll("'", "''")}'`;
}
