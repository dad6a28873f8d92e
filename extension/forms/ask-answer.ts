// The question of a run, asked in the editor's own controls, and the answer as the engine wants it.
import { l10n, type QuickPickItem, window } from 'vscode';
import type { Json, OpenQuestion, Question } from '../../run/index.ts';
import { askForm } from './ask-form.ts';

interface AnswerItem extends QuickPickItem {
  readonly answer: Json;
}

/** @returns undefined when it was cancelled */
export async function askAnswer(runName: string, { question, task }: OpenQuestion): Promise<Json | undefined> {
  if (question.kind === 'form') return askForm(question.message, question.form);
  const chosen = await window.showQuickPick(answersOf(question), {
    title: `${runName}: ${task}`,
    placeHolder: question.message,
    ignoreFocusOut: true,
  });
  return chosen?.answer;
}

/** What may be answered to a question that offers choices, in the order in which it is offered. */
export function answersOf(question: Exclude<Question, { kind: 'form' }>): readonly AnswerItem[] {
  switch (question.kind) {
    case 'options':
      return question.options.map((option) => ({ label: option, answer: option }));
    case 'approve_tool':
      return [
        { label: l10n.t('Allow Once'), detail: callText(question), answer: 'allow' },
        {
          label: l10n.t('Allow for This Run'),
          detail: l10n.t('{0}, as often as it asks', question.tool),
          answer: 'allow_all',
        },
        { label: l10n.t('Deny'), answer: 'deny' },
      ];
    case 'lost_call':
      return [
        { label: l10n.t('Call It Again'), detail: callText(question), answer: 'repeat' },
        { label: l10n.t('It Was Done'), detail: l10n.t('Go on without calling it again'), answer: 'done' },
        { label: l10n.t('Let the Task Fail'), answer: 'fail' },
      ];
  }
}

const maxCallText = 200;

/** A tool and what it is called with, shortened. */
export function callText({ tool, input }: { readonly tool: string; readonly input: Json }): string {
  const text = `${tool} ${JSON.stringify(input)}`;
  return text.length > maxCallText ? `${text.slice(0, maxCallText - 1)}…` : text;
}
