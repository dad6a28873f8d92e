import type { TaskDraft } from '../model/draft.ts';
import { pairOf, valueOf } from '../syntax/tree.ts';
import { judgeNeedsScore } from './judge-needs-score.ts';
import type { Facts, Report } from './rule.ts';

/** A gate asks a condition or a judge, who must be able to give a score; only a stage can send the run back. */
export function gates(facts: Facts, report: Report): void {
  for (const task of facts.tasks) {
    if (!task.gate) continue;
    oneQuestion(task, report);
    judgeWithScore(task, report);
    wayBack(task, facts, report);
  }
}

function oneQuestion({ id, node }: TaskDraft, report: Report): void {
  const gate = pairOf(node, 'gate');
  const [when, judge] = [pairOf(gate?.value, 'when'), pairOf(gate?.value, 'judge')];
  if (gate && !when && !judge) {
    const message = `The gate of \`${id}\` needs \`when\` or \`judge\`.`;
    report({ code: 'missing-key', severity: 'error', message, range: gate.keyNode.range });
  }
  if (when && judge) {
    const message = '`when` and `judge` exclude each other. Remove one of them.';
    report({ code: 'conflicting-keys', severity: 'error', message, range: judge.keyNode.range });
  }
  for (const key of ['criteria', 'min_score']) {
    const pair = pairOf(gate?.value, key);
    if (!pair || judge) continue;
    const message = `\`${key}\` does nothing without a \`judge\`.`;
    report({ code: 'no-effect', severity: 'warning', message, range: pair.keyNode.range });
  }
}

function judgeWithScore({ node, gate }: TaskDraft, report: Report): void {
  const agent = gate?.judge?.agent;
  judgeNeedsScore(agent, valueOf(valueOf(node, 'gate'), 'judge')?.range, report);
}

function wayBack(task: TaskDraft, { scopes }: Facts, report: Report): void {
  const word = valueOf(valueOf(task.node, 'gate'), 'on_fail');
  if (task.gate?.onFail !== 'rollback' || !word) return;
  const isFirst = task.isStage && scopes.find((scope) => scope.tasks.includes(task))?.tasks[0] === task;
  if (task.isStage && !isFirst) return;
  const message = isFirst
    ? 'There is no stage before this one that `rollback` could run again. Use `retry`.'
    : '`rollback` runs the stage before this one again, and this is no stage of a pipeline. Use `retry`.';
  report({ code: 'no-way-back', severity: 'error', message, range: word.range });
}
