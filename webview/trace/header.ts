// The line at the top: which run, how it stands, what it took so far, and what can be done with it.
import { html, nothing, type TemplateResult } from 'lit';
import { formatCost, formatDuration, formatTokens, runStatus, shortRunId } from '../../run/index.ts';
import { icon, statusIcon, statusWord } from '../shared/icons.ts';
import { visibleLine } from '../shared/visible-text.ts';
import type { PanelContext } from './context.ts';
import { durationOf, tokensInWords } from './labels.ts';

export function header(context: PanelContext): TemplateResult {
  const { state, post } = context;
  const { started } = state;
  const name = visibleLine(started?.plan.name ?? 'Run');
  const copyId = () => post({ type: 'copy', text: state.runId });
  return html`<header class="header">
    <div class="who">
      <h1 title=${name}>${name}</h1>
      ${statusView(context)}
      ${started?.mock ? html`<span class="badge" title="All models are replaced by mock ones: nothing is sent, nothing costs.">mock</span>` : nothing}
    </div>
    ${figures(context)}
    <div class="buttons">
      ${buttons(context)}
      <button type="button" class="run-id" title="Copy the run id ${state.runId}" aria-label="Copy the run id, ${shortRunId(state.runId)}" @click=${copyId}>
        ${shortRunId(state.runId)} ${icon('copy')}
      </button>
    </div>
  </header>`;
}

function statusView({ state }: PanelContext): TemplateResult {
  const status = runStatus(state);
  const word = state.cancelling && !state.ended ? 'Cancelling' : statusWord(status);
  return html`<span class="status">${statusIcon(status)} ${word}</span>`;
}

function figures(context: PanelContext): TemplateResult | typeof nothing {
  const { state, nowMs } = context;
  const elapsedMs = durationOf(state, state, nowMs);
  if (elapsedMs === undefined) return nothing;
  const { totals } = state;
  // Ticking in tenths would be restless: a live time counts whole seconds.
  const shownMs = state.ended || elapsedMs < 1000 ? elapsedMs : Math.floor(elapsedMs / 1000) * 1000;
  return html`<dl class="figures">
    <div title="Elapsed time"><dt>Time</dt><dd>${formatDuration(shownMs).replace('.0 s', ' s')}</dd></div>
    <div title=${tokensInWords(totals)}>
      <dt>Tokens</dt>
      <dd>${icon('arrow-up')}${formatTokens(totals.inputTokens)} ${icon('arrow-down')}${formatTokens(totals.outputTokens)}</dd>
    </div>
    <div title="Cost of all model calls so far"><dt>Cost</dt><dd>${formatCost(totals.costNanoUsd, totals.costKnown)}</dd></div>
  </dl>`;
}

function buttons({ state, post }: PanelContext): TemplateResult {
  if (!state.started) return html``;
  if (!state.ended) {
    return html`<tk-button appearance="secondary" ?disabled=${state.cancelling} @click=${() => post({ type: 'cancel' })}>
      ${state.cancelling ? 'Cancelling…' : 'Cancel'}
    </tk-button>`;
  }
  const canResume = state.ended === 'failed' || state.ended === 'cancelled';
  return html`
    ${canResume ? html`<tk-button @click=${() => post({ type: 'resume' })}>Resume</tk-button>` : nothing}
    <tk-button appearance=${canResume ? 'secondary' : 'primary'} @click=${() => post({ type: 'run-again' })}>
      Run Again
    </tk-button>
  `;
}
