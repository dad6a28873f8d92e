import { html, nothing, type TemplateResult } from 'lit';
import type { Failure } from '../../run/index.ts';
import { icon, iconButton } from '../shared/icons.ts';
import { visibleText } from '../shared/visible-text.ts';
import type { PanelContext } from './context.ts';

/** Failures that a key can mend. */
const keyCodes: ReadonlySet<string> = new Set(['missing_key', 'authentication', 'permission_denied']);

/** What went wrong, what can be done about it, and buttons that do it. */
export function failureCard(failure: Failure, context: PanelContext, heading = 'What went wrong'): TemplateResult {
  return html`<section class="failure">
    <div class="heading">
      <h3>${icon('error', 'status-failed')} ${heading}</h3>
      <code class="code">${failure.code}</code>
      <span class="actions">
        ${iconButton('copy', 'Copy the error', () => context.post({ type: 'copy', text: JSON.stringify(failure, null, 2) }))}
      </span>
    </div>
    <p class="what" dir="auto">${visibleText(failure.message)}</p>
    ${failure.remedy ? html`<p class="remedy" dir="auto">${icon('lightbulb')} ${visibleText(failure.remedy)}</p>` : nothing}
    ${failure.details ? detailsView(JSON.stringify(failure.details, null, 2)) : nothing}
    ${
      keyCodes.has(failure.code)
        ? html`<p class="buttons">
            <tk-button @click=${() => context.post({ type: 'set-key' })}>Set Key…</tk-button>
          </p>`
        : nothing
    }
  </section>`;
}

function detailsView(text: string): TemplateResult {
  return html`<details>
    <summary>Details</summary>
    <segue-text .text=${text} .language=${'json'}></segue-text>
  </details>`;
}
