// What agents said to each other, and the values that they share.
import { html, nothing, type TemplateResult } from 'lit';
import { type MessageRow, messageRows, readInWords, type SharedRow, sharedRows } from '../../run/index.ts';
import { visibleLine } from '../shared/visible-text.ts';
import { valueSection } from '../shared/value-view.ts';
import type { PanelContext } from './context.ts';

/** More rows than anybody reads; the record has them all. */
const mostShown = 200;

/** The messages of the run, the last ones if there are many. */
export function messagesView({ state }: PanelContext): TemplateResult | typeof nothing {
  const rows = messageRows(state);
  if (rows.length === 0) return nothing;
  const shown = rows.slice(-mostShown);
  const more = rows.length - shown.length;
  return html`<section class="messages">
    <div class="heading">
      <h3 id="messages-heading">Messages</h3>
      ${more > 0 ? html`<span class="note">the last ${mostShown} of ${rows.length.toLocaleString('en-US')}</span>` : nothing}
    </div>
    <table aria-labelledby="messages-heading">
      <thead>
        <tr>
          <th scope="col" class="figure">No.</th>
          <th scope="col">From</th>
          <th scope="col">To</th>
          <th scope="col" class="figure">Priority</th>
          <th scope="col">Message</th>
        </tr>
      </thead>
      <tbody>
        ${shown.map(messageRow)}
      </tbody>
    </table>
  </section>`;
}

function messageRow(row: MessageRow): TemplateResult {
  return html`<tr>
    <th scope="row" class="figure">${row.number}</th>
    <td>${visibleLine(row.from)}</td>
    <td>${visibleLine(row.to)}</td>
    <td class="figure">${row.priority}</td>
    <td>
      <span dir="auto">${visibleLine(row.text)}</span>
      <span class="note">${visibleLine(readInWords(row))}</span>
    </td>
  </tr>`;
}

/** The shared values that were written, each with what it was before. */
export function sharedView(context: PanelContext): TemplateResult | typeof nothing {
  const rows = sharedRows(context.state);
  if (rows.length === 0) return nothing;
  return html`<section class="values">
    <h2>Shared values</h2>
    ${rows.map((row) => sharedValue(row, context))}
  </section>`;
}

function sharedValue({ name, versions }: SharedRow, context: PanelContext): TemplateResult | typeof nothing {
  const current = versions.at(-1);
  if (!current) return nothing;
  const earlier = versions.slice(-mostShown, -1).toReversed();
  return html`${valueSection(`${name}, version ${current.version} by ${current.by}`, current.value, context)}
  ${
    earlier.length === 0
      ? nothing
      : html`<details class="earlier">
        <summary>Earlier versions of ${name}</summary>
        ${earlier.map(({ version, by, value }) => valueSection(`version ${version} by ${by}`, value, context))}
      </details>`
  }`;
}
