import { valueOf } from '../syntax/tree.ts';
import { type Facts, replaceFix, type Report } from './rule.ts';

const known = 1;

/** A file written for a newer language is refused, and says which version it needs. */
export function languageVersion(facts: Facts, report: Report): void {
  const version = valueOf(facts.document.root, 'segue');
  if (version?.kind !== 'scalar' || typeof version.value !== 'string' || version.value === String(known)) return;
  const wanted = Number(version.value);
  if (Number.isInteger(wanted) && wanted > known) {
    const message = `This file is written for version ${wanted} of the language, and this Segue knows version ${known}. Update Segue.`;
    report({ code: 'newer-language', severity: 'error', message, range: version.range });
    return;
  }
  const message = `\`segue\` is the version of the language: "${known}".`;
  report({
    code: 'wrong-value',
    severity: 'error',
    message,
    range: version.range,
    fixes: [replaceFix(version.range, `"${known}"`)],
  });
}
