import { referencesOf } from '../expressions/index.ts';
import { levelsOf } from '../model/names.ts';
import type { Facts, Report } from './rule.ts';

/** `tasks[name]`: which task is meant must be known before a run, for the task must end first. */
export function dynamicTask(facts: Facts, report: Report): void {
  for (const { expression, surroundings } of facts.expressions) {
    if (levelsOf(surroundings).length === 0) continue;
    for (const { segments } of referencesOf(expression.source)) {
      const [root, field] = segments;
      if (root?.name !== 'tasks' || field) continue;
      const range = { start: expression.toFileOffset(root.start), end: expression.toFileOffset(root.end) };
      const message =
        'Name the task itself, as in `tasks.gather.output`: what must end first has to be known before the run.';
      report({ code: 'dynamic-task', severity: 'error', message, range });
    }
  }
}
