import { checkExpression, foregone, referencesOf } from '../expressions/index.ts';
import type { BodyDraft, ReadTask, TaskDraft } from '../model/draft.ts';
import type { Condition } from '../model/model.ts';
import { pairOf } from '../syntax/tree.ts';
import type { Facts, Report } from './rule.ts';

type Loop = Extract<ReadTask, { type: 'loop' }>;

/** Loops that nothing but `max_iterations` ends, and those that have no second round. */
export function endlessLoop(facts: Facts, report: Report): void {
  for (const task of facts.tasks) {
    const { read } = task;
    const key = read?.type === 'loop' && read.while ? 'while' : 'until';
    const condition = read?.type === 'loop' ? read[key] : undefined;
    const pair = pairOf(task.node, key);
    if (read?.type !== 'loop' || !condition || !pair) continue;
    const verdict = isWrong(condition) ? undefined : verdictOn(read, key, condition, task);
    const range = condition.kind === 'expression' ? condition.expression.place.range : pair.value.range;
    if (verdict) report({ severity: 'warning', range, ...verdict });
  }
}

interface Verdict {
  readonly code: string;
  readonly message: string;
}

function verdictOn(loop: Loop, key: 'while' | 'until', condition: Condition, task: TaskDraft): Verdict | undefined {
  const value = foregone(condition);
  const ends = key === 'until';
  if (value === ends) {
    const rounds = ends ? 'always true: there is one round' : 'never true: there is no round';
    return { code: ends ? 'always-true' : 'never-true', message: `This is ${rounds}.` };
  }
  // `until: false` that goes on at the end is how to say "five times"; and a `terminate` inside ends everything.
  const isMeant = condition.kind === 'constant' && loop.onExhausted === 'continue';
  if (isMeant || (task.body && canTerminate(task.body))) return undefined;
  if (value !== undefined) {
    const message = `This is ${value ? 'always' : 'never'} true: nothing but \`max_iterations\` ends the loop.`;
    return { code: 'endless-loop', message };
  }
  if (condition.kind === 'constant' || namesWhatChanges(condition.expression.source)) return undefined;
  const none = ends ? 'one round' : 'no round';
  const message = `A round changes nothing that this names: the loop has ${none}, or all \`max_iterations\` of them.`;
  return { code: 'endless-loop', message };
}

/** What is no task, input or setting may change from round to round; a task that is named here has ended before. */
function namesWhatChanges(source: string): boolean {
  return referencesOf(source).some(({ segments: [root, field] }) => {
    if (root?.name === 'run') return field?.name !== 'id' && field?.name !== 'started_at';
    return root !== undefined && !['inputs', 'env', 'config', 'tasks'].includes(root.name);
  });
}

function canTerminate(body: BodyDraft): boolean {
  if (body.kind === 'graph') return body.scope.tasks.some(terminates);
  return terminates(body.task);
}

function terminates({ read, body, stages, branches = [] }: TaskDraft): boolean {
  if (read?.type === 'terminate') return true;
  const inner = [...(body ? [body] : []), ...branches.map((branch) => branch.body)];
  return inner.some(canTerminate) || (stages?.tasks.some(terminates) ?? false);
}

function isWrong(condition: Condition): boolean {
  if (condition.kind === 'constant') return false;
  return checkExpression(condition.expression).findings.some(({ severity }) => severity === 'error');
}
