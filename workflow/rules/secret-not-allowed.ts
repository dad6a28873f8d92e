import { referencesOf } from '../expressions/index.ts';
import type { Facts, Report } from './rule.ts';

/** Secrets go to providers and nowhere else: no prompt, no output, no condition may hold one. */
export function secretNotAllowed(facts: Facts, report: Report): void {
  for (const { expression } of facts.expressions) {
    for (const { segments } of referencesOf(expression.source)) {
      const [root] = segments;
      const last = segments.at(-1);
      if (root?.name !== 'secrets' || !last) continue;
      const range = { start: expression.toFileOffset(root.start), end: expression.toFileOffset(last.end) };
      const message = 'Secrets can not be read here: they stand only in `api_key` of `.segue/config.yaml`.';
      report({ code: 'secret-not-allowed', severity: 'error', message, range });
    }
  }
}
