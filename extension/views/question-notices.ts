// A question of a run, as a notification: answered right there where the choices are few and short.
import { type Disposable, l10n, window } from 'vscode';
import type { Json, OpenQuestion } from '../../run/index.ts';
import { answersOf, callText } from '../forms/ask-answer.ts';
import { setting } from '../settings.ts';
import type { RunEntry, RunList } from './run-list.ts';

const maxButtons = 3;
const maxButtonLength = 24;
const maxMessage = 300;

export interface NoticeActions {
  /** Whether the person looks at this run already. */
  isInView(entry: RunEntry): boolean;
  answer(entry: RunEntry, question: OpenQuestion, answer: Json): Promise<void>;
  /** Asks with pick and inputs. */
  ask(entry: RunEntry, question: OpenQuestion): Promise<void>;
  show(entry: RunEntry): Promise<void>;
}

export class QuestionNotices implements Disposable {
  readonly #runs: RunList;
  readonly #actions: NoticeActions;
  readonly #report: (error: unknown) => void;
  readonly #listening: Disposable;
  /** Questions that were shown: each is shown once. */
  readonly #shown = new Set<string>();

  constructor(runs: RunList, actions: NoticeActions, report: (error: unknown) => void) {
    this.#runs = runs;
    this.#actions = actions;
    this.#report = report;
    this.#listening = runs.onChanged(() => this.#look());
  }

  dispose(): void {
    this.#listening.dispose();
  }

  #look(): void {
    for (const entry of this.#runs.live()) {
      for (const question of entry.run.questions) {
        const key = `${entry.run.runId} ${question.id} ${question.askedAt}`;
        if (this.#shown.has(key) || !setting('notifications.questions') || this.#actions.isInView(entry)) continue;
        this.#shown.add(key);
        this.#show(entry, question).catch(this.#report);
      }
    }
  }

  async #show(entry: RunEntry, question: OpenQuestion): Promise<void> {
    const answers = buttonsFor(question);
    const answer = l10n.t('Answer…');
    const showRun = l10n.t('Show Run');
    const labels = [...(answers.length > 0 ? answers.map(({ label }) => label) : [answer]), showRun];
    const chosen = await window.showInformationMessage(`${entry.run.name}: ${messageOf(question)}`, ...labels);
    if (chosen === undefined) return;
    const direct = answers.find(({ label }) => label === chosen);
    if (direct) return this.#actions.answer(entry, question, direct.answer);
    return chosen === showRun ? this.#actions.show(entry) : this.#actions.ask(entry, question);
  }
}

/** Few and short choices become buttons of the notification. */
function buttonsFor({ question }: OpenQuestion): readonly { readonly label: string; readonly answer: Json }[] {
  // A lost call is no small matter: what happened is read before it is answered.
  if (question.kind === 'form' || question.kind === 'lost_call') return [];
  const answers = answersOf(question);
  const fits = answers.length <= maxButtons && answers.every(({ label }) => label.length <= maxButtonLength);
  return fits ? answers : [];
}

function messageOf({ question }: OpenQuestion): string {
  // Who allows a tool must see what it is about to do.
  const call = question.kind === 'approve_tool' ? ` — ${callText(question)}` : '';
  const text = `${question.message}${call}`.replace(/\s+/g, ' ').trim();
  return text.length > maxMessage ? `${text.slice(0, maxMessage - 1)}…` : text;
}
