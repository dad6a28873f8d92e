import { html, nothing, type TemplateResult } from 'lit';
import { callsInWords, type CostRow, costRows, formatCost, formatTokens, type Totals } from '../../run/index.ts';
import { visibleLine } from '../shared/visible-text.ts';
import type { PanelContext } from './context.ts';
import type { CostGrouping } from './view-state.ts';

const groupings: readonly { readonly by: CostGrouping; readonly word: string }[] = [
  { by: 'model', word: 'Model' },
  { by: 'agent', word: 'Agent' },
  { by: 'task', word: 'Task' },
];

/** What the run has cost so far, by model, agent or task. */
export function costTable(context: PanelContext): TemplateResult | typeof nothing {
  const { state, view } = context;
  const rows = costRows(state, view.costBy);
  if (rows.length === 0) return nothing;
  const calls = rows.reduce((sum, row) => sum + row.calls, 0);
  const cached = rows.reduce((sum, row) => sum + row.cached, 0);
  return html`<section class="costs">
    <div class="heading">
      <h3 id="costs-heading">Tokens and cost</h3>
      <span class="segments" role="group" aria-label="Sum up by">
        ${groupings.map(({ by, word }) => segment(by, word, context))}
      </span>
    </div>
    <table aria-labelledby="costs-heading">
      <thead>
        <tr>
          <th scope="col">${groupings.find(({ by }) => by === view.costBy)?.word}</th>
          <th scope="col" class="figure">Calls</th>
          <th scope="col" class="figure">In</th>
          <th scope="col" class="figure">Out</th>
          <th scope="col" class="figure">Cost</th>
        </tr>
      </thead>
      <tbody>
        ${rows.map((row) => costRow(row))}
      </tbody>
      <tfoot>
        ${rows.length > 1 ? costRow({ name: 'Total', calls, cached, totals: state.totals }) : nothing}
      </tfoot>
    </table>
  </section>`;
}

function segment(by: CostGrouping, word: string, context: PanelContext): TemplateResult {
  const pressed = context.view.costBy === by;
  return html`<button type="button" aria-pressed=${pressed} @click=${() => context.change({ costBy: by })}>${word}</button>`;
}

function costRow(row: CostRow): TemplateResult {
  const { name, totals } = row;
  return html`<tr>
    <th scope="row">${visibleLine(name)}</th>
    <td class="figure">${callsInWords(row)}</td>
    ${tokenCells(totals)}
    <td class="figure">${formatCost(totals.costNanoUsd, totals.costKnown)}</td>
  </tr>`;
}

function tokenCells(totals: Totals): TemplateResult {
  return html`<td class="figure" title=${totals.inputTokens}>${formatTokens(totals.inputTokens)}</td>
    <td class="figure" title=${totals.outputTokens}>${formatTokens(totals.outputTokens)}</td>`;
}
