import type { JsonSchema } from '../../schemas/index.ts';
import { checkTemplate } from '../expressions/index.ts';
import type { TaskDraft } from '../model/draft.ts';
import { problemOfSchema, validateJson } from '../model/validate-json.ts';
import { pairOf, valueOf } from '../syntax/tree.ts';
import { difference } from './difference.ts';
import type { Facts, Report } from './rule.ts';

/** What takes the place of a failed task's output must have the type of that output: readers rely on it. */
export function defaultOutput(facts: Facts, report: Report): void {
  for (const task of facts.tasks) {
    const type = facts.resolution.outputOf(task);
    if (task.onError.kind === 'default') checkDefault(task, task.onError.value, type, report);
    if (task.onError.kind === 'fallback')
      checkFallback(task, facts.resolution.bodyOutput(task.onError.body), type, report);
  }
}

type DefaultTemplate = Extract<TaskDraft['onError'], { kind: 'default' }>['value'];

function checkDefault(task: TaskDraft, value: DefaultTemplate, type: JsonSchema, report: Report): void {
  const problem =
    value.kind === 'literal' ? problemOfLiteral(value, type) : difference(checkTemplate(value).schema, type);
  if (problem === undefined) return;
  const message = `This default does not have the type of the output of \`${task.id}\`: ${problem}.`;
  report({ code: 'default-mismatch', severity: 'error', message, range: value.place.range });
}

function problemOfLiteral(value: Extract<DefaultTemplate, { kind: 'literal' }>, type: JsonSchema): string | undefined {
  const [problem] = problemOfSchema(type) === undefined ? validateJson(type, value.value) : [];
  return problem && `${problem.path === '' ? 'it' : `\`${problem.path}\``} ${problem.message}`;
}

function checkFallback(task: TaskDraft, given: JsonSchema, type: JsonSchema, report: Report): void {
  const problem = difference(given, type);
  const pair = pairOf(valueOf(task.node, 'on_error'), 'fallback');
  if (problem === undefined || !pair) return;
  const message = `This fallback does not give the type of the output of \`${task.id}\`: ${problem}.`;
  report({ code: 'default-mismatch', severity: 'error', message, range: pair.keyNode.range });
}
