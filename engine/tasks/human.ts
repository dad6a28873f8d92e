import type { Failure, Question } from '../../run/index.ts';
import { failure, formatDuration } from '../../run/index.ts';
import type { HumanTask } from '../../workflow/model/model.ts';
import { completeTask, failTask } from './ending.ts';
import { taskEnded, timeoutSet } from './facts.ts';
import type { CoreState, Draft, TaskNode } from './state.ts';
import { expressionFailure, resolveTemplate } from './values.ts';

/** Looks at a human task that has begun: it asks, and waits for the answer or for its time to be up. */
export function lookAtHuman(state: CoreState, node: TaskNode, task: HumanTask, draft: Draft): void {
  const { question } = node;
  if (question?.answered) return completeTask(state, node, question.answer, draft);
  if (node.timeout === 'fired') return endLate(state, node, task, draft);
  if (!question) {
    draft.facts.push({ type: 'question-asked', id: questionId(node), task: node.path, question: wording(node, task) });
  } else if (node.timeout === 'none' && task.timeoutMs !== undefined) {
    draft.facts.push(timeoutSet(node, question.askedAt, task.timeoutMs));
  }
}

function questionId(node: TaskNode): string {
  return node.round === 1 ? `${node.path}:question` : `${node.path}:question#${node.round}`;
}

function wording(node: TaskNode, task: HumanTask): Question {
  const message = typeof node.input === 'string' ? node.input : JSON.stringify(node.input);
  return task.form
    ? { kind: 'form', message, form: task.form }
    : { kind: 'options', message, options: task.options ?? [] };
}

function endLate(state: CoreState, node: TaskNode, task: HumanTask, draft: Draft): void {
  const { onTimeout } = task;
  switch (onTimeout.kind) {
    case 'fail':
      return failTask(state, node, lateFailure(node, task), draft);
    case 'skip':
      draft.facts.push(taskEnded(node, 'skipped', { reason: 'timed_out' }));
      return;
    case 'default': {
      const value = resolveTemplate(state, node, onTimeout.value);
      if (value.ok) return completeTask(state, node, value.value, draft, { reason: 'timed_out' });
      const error = expressionFailure(`The default of ${node.path}`, onTimeout.value.place, value.message);
      return failTask(state, node, error, draft);
    }
  }
}

function lateFailure(node: TaskNode, task: HumanTask): Failure {
  return failure('timeout', `Nobody answered ${node.path} within ${formatDuration(task.timeoutMs ?? 0)}.`, {
    remedy: 'Resume the run to be asked again.',
  });
}
