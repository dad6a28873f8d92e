// What the reader must know whatever they look at: no connection, a refused command, a question that waits.
import { html, nothing, type TemplateResult } from 'lit';
import { type OpenQuestion } from '../../run/index.ts';
import { icon, iconButton } from '../shared/icons.ts';
import { visibleLine } from '../shared/visible-text.ts';
import type { Refusal } from './run-store.ts';

/** The engine is away; what is on the page stays true, it only grows old. */
export function connectionBanner(problem: string | undefined): TemplateResult | typeof nothing {
  if (problem === undefined) return nothing;
  return html`<div class="banner warning" role="status">
    ${icon('debug-disconnect')}<span class="words">${visibleLine(problem)}</span>
  </div>`;
}

/** The engine did not take a command. */
export function refusalBanner(
  refusal: Refusal | undefined,
  act: { setKey: () => void; dismiss: () => void },
): TemplateResult | typeof nothing {
  if (!refusal) return nothing;
  return html`<div class="banner error" role="alert">
    ${icon('error')}
    <span class="words"><strong>${visibleLine(refusal.message)}</strong> ${visibleLine(refusal.remedy ?? '')}</span>
    ${refusal.code === 'missing_key' ? html`<tk-button appearance="secondary" @click=${act.setKey}>Set Key…</tk-button>` : nothing}
    ${iconButton('close', 'Dismiss', act.dismiss)}
  </div>`;
}

/** Somebody is asked something; the form itself is at the top of the details. */
export function questionBanner(
  questions: readonly OpenQuestion[],
  goToForm: () => void,
): TemplateResult | typeof nothing {
  const [first] = questions;
  if (!first) return nothing;
  const words =
    questions.length === 1 ? 'The run waits for your answer' : `${questions.length} questions wait for your answer`;
  return html`<div class="banner question">
    ${icon('question')}<span class="words"><strong>${words}:</strong> ${visibleLine(first.question.message)}</span>
    <tk-button appearance="secondary" @click=${goToForm}>Answer</tk-button>
  </div>`;
}
