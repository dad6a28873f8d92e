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

/** A labelled control. Its accessible name holds the description and the problem, since ids do not reach into the control. */
export function fieldView(field: Field, state: FieldState): TemplateResult {
  const label = visibleLine(field.label) + (field.required ? ' *' : '');
  return html`<div class="field ${state.problem === undefined ? '' : 'wrong'}">
    ${field.control === 'checkbox' ? nothing : html`<div class="field-label" aria-hidden="true">${label}</div>`}
    ${control(field, state, label)}
    ${field.description ? html`<p class="note">${visibleLine(field.description)}</p>` : nothing}
    ${state.problem === undefined ? nothing : html`<p class="problem" role="alert">${state.problem}</p>`}
  </div>`;
}

function control(field: Field, state: FieldState, label: string): TemplateResult {
  const { draft, disabled, change } = state;
  const name = [label, field.description, state.problem]
    .filter(Boolean)
    .map((part) => visibleLine(part ?? ''))
    .join('. ');
  const edit = (event: Event & { readonly target: EventTarget & { readonly value: string } }) =>
    change(event.target.value);
  const wrong = state.problem === undefined ? nothing : '';
  switch (field.control) {
    case 'checkbox':
      return html`<tk-checkbox
        .checked=${draft === true}
        ?disabled=${disabled}
        @change=${(event: Event & { readonly target: EventTarget & { readonly checked: boolean } }) => change(event.target.checked)}
        >${label}</tk-checkbox
      >`;
    case 'choice':
      return html`<tk-dropdown aria-label=${name} ?disabled=${disabled} data-problem=${wrong} @change=${edit}>
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
        aria-label=${name}
        rows=${field.control === 'json' ? 3 : 4}
        resize="vertical"
        .value=${String(draft)}
        ?disabled=${disabled}
        data-problem=${wrong}
        @input=${edit}
      ></tk-text-area>`;
    case 'line':
    case 'number':
      return html`<tk-text-field
        aria-label=${name}
        .value=${String(draft)}
        ?disabled=${disabled}
        data-problem=${wrong}
        @input=${edit}
      ></tk-text-field>`;
  }
}
