// How states look and what they are called. The word always goes with the icon or its accessible name: colour and
// shape alone tell nobody anything.
import { html, type TemplateResult } from 'lit';
import type { RunStatus, TaskStatus } from '../../run/index.ts';

type Status = RunStatus | TaskStatus;

const statuses: { readonly [status in Status]: { readonly icon: string; readonly word: string } } = {
  pending: { icon: 'circle-large-outline', word: 'Pending' },
  waiting: { icon: 'clockface', word: 'Waiting' },
  running: { icon: 'loading', word: 'Running' },
  completed: { icon: 'pass', word: 'Completed' },
  partially_completed: { icon: 'warning', word: 'Partially completed' },
  failed: { icon: 'error', word: 'Failed' },
  skipped: { icon: 'debug-step-over', word: 'Skipped' },
  cancelled: { icon: 'circle-slash', word: 'Cancelled' },
};

/** `Partially completed` for `partially_completed`. */
export function statusWord(status: Status): string {
  return statuses[status].word;
}

/** The icon of a state, for the eye only: the word must stand beside it or in the accessible name. */
export function statusIcon(status: Status): TemplateResult {
  const spin = status === 'running' ? 'codicon-modifier-spin' : '';
  return html`<span class="codicon codicon-${statuses[status].icon} ${spin} status-${status}" aria-hidden="true"></span>`;
}

/** An icon that only decorates. */
export function icon(name: string, className = ''): TemplateResult {
  return html`<span class="codicon codicon-${name} ${className}" aria-hidden="true"></span>`;
}

/** A small button without text. `label` is its tooltip and its accessible name. */
export function iconButton(name: string, label: string, press: () => void): TemplateResult {
  return html`<vscode-toolbar-button icon=${name} label=${label} title=${label} @click=${press}></vscode-toolbar-button>`;
}
