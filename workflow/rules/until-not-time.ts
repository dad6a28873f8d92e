import { checkTemplate } from '../expressions/index.ts';
import { momentMs } from '../model/moments.ts';
import type { Facts, Report } from './rule.ts';

/** `until` of a wait must be a moment: RFC 3339 text, or an expression that gives such a text. */
export function untilNotTime(facts: Facts, report: Report): void {
  for (const { read } of facts.tasks) {
    if (read?.type !== 'wait' || !read.until) continue;
    const problem = problemOf(read.until);
    if (problem === undefined) continue;
    const message = `\`until\` must be a moment, such as \`2026-01-31T12:00:00Z\`; ${problem}.`;
    report({ code: 'until-not-time', severity: 'error', message, range: read.until.place.range });
  }
}

type Template = Parameters<typeof checkTemplate>[0];

function problemOf(until: Template): string | undefined {
  if (until.kind === 'literal') {
    // What is no text at all is said by the check of types.
    const isWrong = typeof until.value === 'string' && momentMs(until.value) === undefined;
    return isWrong ? 'this is none in RFC 3339' : undefined;
  }
  const { schema, findings } = checkTemplate(until);
  const type = schema['type'];
  if (findings.length > 0 || typeof type !== 'string' || type === 'string') return undefined;
  return `this is a value of type ${type}`;
}
