// What clients may add to the record, and when it is refused.
import type {
  CancelRequested,
  Fact,
  Failure,
  HoldCleared,
  HoldSet,
  Json,
  Question,
  QuestionAnswered,
  RunResumed,
} from '../../run/index.ts';
import { failure, isJsonObject } from '../../run/index.ts';
import { validateJson } from '../../workflow/index.ts';
import type { CoreState } from '../tasks/index.ts';

/** A change that a client wants; the loop adds what it knows itself. */
export type Submission = Omit<QuestionAnswered, 'task'> | CancelRequested | RunResumed | HoldSet | HoldCleared;

/** The fact that a submission becomes now, or why it does not. */
export function admit(
  state: CoreState,
  submission: Submission,
): { readonly ok: true; readonly fact: Fact } | { readonly ok: false; readonly refused: Failure } {
  const refused = whyNot(state, submission);
  if (refused) return { ok: false, refused };
  if (submission.type !== 'question-answered') return { ok: true, fact: submission };
  const task = state.questions.get(submission.id)?.node.path ?? '';
  return { ok: true, fact: { ...submission, task } };
}

function whyNot(state: CoreState, submission: Submission): Failure | undefined {
  if (submission.type === 'run-resumed') {
    return state.ended ? undefined : failure('run_active', 'The run has not ended: there is nothing to resume.');
  }
  if (state.ended) {
    return failure('run_ended', `The run has ended: ${state.ended.status}.`, { remedy: 'Resume it first.' });
  }
  switch (submission.type) {
    case 'question-answered':
      return whyNotAnswer(state, submission.id, submission.answer);
    case 'hold-cleared':
      return state.holds.has(submission.id) ? undefined : failure('no_such_hold', `There is no hold ${submission.id}.`);
    case 'cancel-requested':
    case 'hold-set':
      return undefined;
  }
}

function whyNotAnswer(state: CoreState, id: string, answer: Json): Failure | undefined {
  const asked = state.questions.get(id);
  if (asked) return misfit(asked.question, answer);
  return state.answered.has(id)
    ? failure('already_answered', `The question ${id} is closed: it was answered, or its task has ended.`)
    : failure('no_such_question', `There is no question ${id} in this run.`);
}

function misfit(question: Question, answer: Json): Failure | undefined {
  switch (question.kind) {
    case 'options':
      return question.options.length === 0 ? undefined : mustBeOneOf(question.options, answer);
    case 'form': {
      const problems = validateJson(question.form, answer);
      if (problems.length === 0) return undefined;
      const list = problems.map(({ path, message }) => `${path || 'value'} ${message}`).join('; ');
      return failure('invalid_answer', `The answer does not fit the form: ${list}.`);
    }
    case 'approve_tool':
      return mustBeOneOf(['allow', 'allow_all', 'deny'], answer);
    case 'lost_call':
      return mustBeOneOf(['repeat', 'done', 'fail'], isJsonObject(answer) ? (answer['answer'] ?? null) : answer);
  }
}

function mustBeOneOf(words: readonly string[], answer: Json): Failure | undefined {
  if (typeof answer === 'string' && words.includes(answer)) return undefined;
  return failure('invalid_answer', `The answer must be one of: ${words.join(', ')}.`);
}
