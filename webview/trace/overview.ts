// The run as a whole: what came out, what went wrong, what it took.
import { html, nothing, type TemplateResult } from 'lit';
import { type JsonObject, type RunState, runStatus, traceIdOf, type TaskStatus } from '../../run/index.ts';
import { statusIcon, statusWord } from '../shared/icons.ts';
import { visibleLine } from '../shared/visible-text.ts';
import { valueSection } from '../shared/value-view.ts';
import type { PanelContext } from './context.ts';
import { costTable } from './cost-table.ts';
import { factList, timeOfDay } from './facts.ts';
import { failureCard } from './failure-card.ts';
import { messagesView, sharedView } from './together.ts';

/** Details of the run, shown while no task is chosen. */
export function overview(context: PanelContext): TemplateResult {
  const { state } = context;
  return html`
    <div class="title">
      <h2>${statusIcon(runStatus(state))} ${endWords(state)}</h2>
    </div>
    ${progressView(context)} ${state.error ? failureCard(state.error, context) : nothing}
    ${valuesView('Outputs', state.outputs, context)} ${costTable(context)} ${messagesView(context)} ${sharedView(context)}
    ${valuesView('Inputs', state.started?.inputs, context)} ${runFacts(context)}
  `;
}

function endWords(state: RunState): string {
  const description = state.started?.plan.description;
  return state.ended
    ? `Run ${statusWord(state.ended).toLowerCase()}`
    : visibleLine(description ?? statusWord(runStatus(state)));
}

const shownCounts: readonly TaskStatus[] = [
  'completed',
  'running',
  'waiting',
  'failed',
  'skipped',
  'cancelled',
  'pending',
];

/** How many of the top-level tasks are where. */
function progressView(context: PanelContext): TemplateResult {
  const nodes = context.store.rows();
  const counts = shownCounts
    .map((status) => ({ status, count: nodes.filter((node) => node.status === status).length }))
    .filter(({ count }) => count > 0);
  const words = counts.map(({ status, count }) => `${count} ${statusWord(status).toLowerCase()}`).join(', ');
  return html`<div class="progress">
    <div class="meter" aria-hidden="true">
      ${counts.map(({ status, count }) => html`<span class="part ${status}" .style=${`flex-grow:${count}`}></span>`)}
    </div>
    <p class="note">${nodes.length} ${nodes.length === 1 ? 'task' : 'tasks'}: ${words}</p>
  </div>`;
}

function valuesView(
  heading: string,
  values: JsonObject | undefined,
  context: PanelContext,
): TemplateResult | typeof nothing {
  const entries = Object.entries(values ?? {}).filter((entry) => entry[1] !== undefined);
  if (entries.length === 0) return nothing;
  return html`<section class="values">
    <h2>${heading}</h2>
    ${entries.map(([name, value]) => valueSection(name, value ?? null, context))}
  </section>`;
}

function runFacts(context: PanelContext): TemplateResult | typeof nothing {
  const { state } = context;
  const { started } = state;
  if (!started) return nothing;
  return html`<section>
    <h2>About this run</h2>
    ${factList(
      [
        { name: 'Workflow', value: started.plan.file },
        { name: 'Version', value: started.plan.version },
        { name: 'Started', value: timeOfDay(state.startedAt) },
        { name: 'Ended', value: timeOfDay(state.endedAt) },
        { name: 'Started by', value: `${started.actor.kind}, ${started.actor.via}` },
        { name: 'Models', value: started.mock ? 'all replaced by mock models' : 'as the workflow names them' },
        { name: 'Workspace', value: started.workspace },
        { name: 'Recorded events', value: state.seq.toLocaleString('en-US') },
        { name: 'Run id', value: state.runId, copies: true },
        { name: 'Trace id', value: traceIdOf(state.runId), copies: true },
      ],
      context,
    )}
  </section>`;
}
