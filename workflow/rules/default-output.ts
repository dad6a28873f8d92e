import { problemOfSchema, validateJson } from '../model/validate-json.ts';
import type { Facts, Report } from './rule.ts';

/** The default output of a task that failed must have the type of its output: readers rely on it. */
export function defaultOutput(facts: Facts, report: Report): void {
  for (const task of facts.tasks) {
    if (task.onError.kind !== 'default' || task.onError.value.kind !== 'literal') continue;
    const { value, place } = task.onError.value;
    const type = facts.resolution.outputOf(task);
    const [problem] = problemOfSchema(type) === undefined ? validateJson(type, value) : [];
    if (!problem) continue;
    const where = problem.path === '' ? 'it' : `\`${problem.path}\``;
    const message = `This default does not have the type of the output of \`${task.id}\`: ${where} ${problem.message}.`;
    report({ code: 'default-mismatch', severity: 'error', message, range: place.range });
  }
}
