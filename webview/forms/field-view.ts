import { html, nothing, type TemplateResult } from 'lit';
import { readableText } from '../shared/json-text.ts';
import { visibleLine } from '../shared/visible-text.ts';
import type { Draft, Field } from './schema-fields.ts';

export interface FieldState {
  readonly draft: Draft;
  readonly problem: string | undefined;
  readonly disabled: boolean;
  readonly change: (draft: Draft) => void;
}

/** A labelled control with its description, and what is wrong with what it holds. */
export function fieldView(field: Field, state: FieldState): TemplateResult {
  return html`<div class="field">
    ${control(field, state)}
    ${field.description ? html`<p class="note" aria-hidden="true">${visibleLine(field.description)}</p>` : nothing}
    ${state.problem === undefined ? nothing : html`<p class="problem" role="alert">${state.problem}</p>`}
  </div>`;
}

type ChangeOf<Property> = Event & { readonly target: EventTarget & Property };

function control(field: Field, state: FieldState): TemplateResult {
  const { draft, disabled, change } = state;
  const label = visibleLine(field.label) + (field.required ? ' *' : '');
  const edit = (event: ChangeOf<{ readonly value: string }>) => change(event.target.value);
  const wrong = state.problem === undefined ? nothing : '';
  switch (field.control) {
    case 'checkbox': {
      const check = (event: ChangeOf<{ readonly checked: boolean }>) => change(event.target.checked);
      return html`<tk-checkbox .checked=${draft === true} ?disabled=${disabled} @change=${check}>${label}</tk-checkbox>`;
    }
    case 'choice':
      return html`<div class="field-label" aria-hidden="true">${label}</div>
        <tk-dropdown aria-label=${named(label, field)} ?disabled=${disabled} data-problem=${wrong} @change=${edit}>
          <tk-option value="" ?selected=${draft === ''}>Choose…</tk-option>
          ${field.choices.map((choice) => {
            const value = JSON.stringify(choice, null, 2);
            return html`<tk-option value=${value} ?selected=${draft === value}>${visibleLine(readableText(choice))}</tk-option>`;
          })}
        </tk-dropdown>`;
    case 'lines':
    case 'json':
      return html`<tk-text-area
        class=${field.control === 'json' ? 'code' : ''}
        rows=${field.control === 'json' ? 3 : 4}
        resize="vertical"
        .value=${String(draft)}
        ?disabled=${disabled}
        data-problem=${wrong}
        @input=${edit}
        >${slottedLabel(label, field)}</tk-text-area
      >`;
    case 'line':
    case 'number':
      return html`<tk-text-field
        .value=${String(draft)}
        ?disabled=${disabled}
        data-problem=${wrong}
        @input=${edit}
        >${slottedLabel(label, field)}</tk-text-field
      >`;
  }
}

/** The toolkit's text controls take their accessible name from the text inside; ids do not reach into them. */
function slottedLabel(label: string, { description }: Field): TemplateResult {
  return html`${label}${description ? html`<span class="unseen">. ${visibleLine(description)}</span>` : nothing}`;
}

function named(label: string, { description }: Field): string {
  return description ? `${label}. ${visibleLine(description)}` : label;
}
