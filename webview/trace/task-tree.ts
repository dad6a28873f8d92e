// The tree of tasks and calls: an ARIA tree view with one tab stop. Invariants:
//   T1. Only rows near the viewport are in the page, so ten thousand tasks cost what fifty do. Rows tell their place
//       with aria-level, -posinset and -setsize, since the page does not hold all of them.
//   T2. The tree keeps the focus and names the active row (aria-activedescendant): a row that is drawn anew never loses it.
import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { formatDuration, openQuestions, runStatus, type RunState, type TreeNode } from '../../run/index.ts';
import { icon, statusIcon, statusWord } from '../shared/icons.ts';
import { costInShort, descriptionOf, durationOf, hasSpent, labelOf, rowInWords, tokensInShort } from './labels.ts';
import { moveFor, type Row, type TreeMove, typeAhead } from './tree-rows.ts';

/** Height of a row in pixels; the style sheet knows the same number. */
const rowPx = 22;
const rowsBeyondView = 12;
const typeAheadMs = 700;
const nothingTyped = { text: '', atMs: 0 };

export class TaskTree extends LitElement {
  static override properties = {
    rows: { attribute: false },
    selected: { attribute: false },
    run: { attribute: false },
    nowMs: { attribute: false },
  };
  declare rows: readonly Row[];
  declare selected: string;
  declare run: RunState | undefined;
  declare nowMs: number;
  /** Called when the reader chooses, opens or closes rows, or wants to see a row's place in the file. */
  move: (move: TreeMove) => void = () => {};
  reveal: (node: TreeNode) => void = () => {};
  private typed = nothingTyped;

  constructor() {
    super();
    this.rows = [];
    this.selected = '';
    this.nowMs = 0;
  }

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.resizes.observe(this);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.resizes.disconnect();
  }

  protected override render(): TemplateResult {
    const { first, shown } = this.rowsInView();
    const active = shown.some((row) => row.path === this.selected);
    return html`
      <div class="columns" aria-hidden="true">
        <span class="name">Task</span><span class="span">Timeline</span><span class="tokens">Tokens</span
        ><span class="cost">Cost</span><span class="time">Time</span>
      </div>
      <div
        class="scroller"
        role="tree"
        tabindex="0"
        aria-label="Tasks of the run"
        aria-activedescendant=${active ? rowId(this.selected) : nothing}
        @keydown=${this.onKey}
        @scroll=${() => this.requestUpdate()}
      >
        <div class="rows" role="none" .style=${`height:${this.rows.length * rowPx}px`}>
          ${repeat(
            shown,
            (row) => row.path,
            (row, index) => this.rowView(row, first + index),
          )}
        </div>
      </div>
    `;
  }

  protected override updated(changed: PropertyValues<this>): void {
    if (changed.has('selected')) this.showSelected();
  }

  /** Puts the keyboard into the tree. */
  override focus(): void {
    this.scroller()?.focus();
  }

  private readonly resizes = new ResizeObserver(() => {
    this.requestUpdate();
    this.showSelected();
  });

  private scroller(): HTMLElement | null {
    return this.querySelector<HTMLElement>('.scroller');
  }

  private rowsInView(): { first: number; shown: readonly Row[] } {
    const scroller = this.scroller();
    const [top, height] = [scroller?.scrollTop ?? 0, scroller?.clientHeight ?? window.innerHeight];
    const first = Math.max(0, Math.floor(top / rowPx) - rowsBeyondView);
    return { first, shown: this.rows.slice(first, Math.ceil((top + height) / rowPx) + rowsBeyondView) };
  }

  private rowView(row: Row, index: number): TemplateResult {
    const selected = row.path === this.selected;
    return html`
      <div
        id=${rowId(row.path)}
        class="row ${selected ? 'selected' : ''} ${row.node?.kind === 'call' ? 'call' : ''} ${row.node?.status ?? ''}"
        role="treeitem"
        aria-level=${row.level}
        aria-posinset=${row.position}
        aria-setsize=${row.setSize}
        aria-selected=${selected}
        aria-expanded=${row.open ?? nothing}
        title=${this.inWords(row)}
        .style=${`top:${index * rowPx}px;--level:${row.level}`}
        @click=${() => this.move({ type: 'select', path: row.path })}
        @dblclick=${() => row.node && this.reveal(row.node)}
      >
        <span class="name">
          ${this.twistie(row)} ${row.node ? this.taskName(row.node) : this.overviewName()}
        </span>
        ${row.node ? this.figures(row.node) : nothing}
      </div>
    `;
  }

  private twistie(row: Row): TemplateResult {
    if (row.open === undefined) return html`<span class="twistie" aria-hidden="true"></span>`;
    const toggle = (event: Event) => {
      event.stopPropagation();
      this.move({ type: 'toggle', paths: [row.path], open: !row.open });
    };
    return html`<span class="twistie codicon codicon-chevron-${row.open ? 'down' : 'right'}" aria-hidden="true" @click=${toggle}></span>`;
  }

  private taskName(node: TreeNode): TemplateResult {
    const asks = this.run && openQuestions(this.run).some((question) => question.task === node.path);
    return html`
      ${asks ? icon('question', 'status-waiting') : statusIcon(node.status)}
      ${node.kind === 'call' ? icon(node.type === 'tool' ? 'tools' : 'sparkle', 'kind') : nothing}
      <span class="words"><span class="label">${labelOf(node)}</span> <span class="description">${descriptionOf(node)}</span></span>
      <span class="unseen">, ${statusWord(node.status)}</span>
    `;
  }

  private overviewName(): TemplateResult {
    const ended = this.run?.ended ? 'Overview and outputs' : 'Overview';
    return html`${icon('dashboard', 'kind')}<span class="words"><span class="label">${ended}</span></span>`;
  }

  private figures(node: TreeNode): TemplateResult {
    if (!this.run) return html``;
    const spent = hasSpent(node.totals);
    const duration = durationOf(node, this.run, this.nowMs);
    return html`
      <span class="span">${this.bar(node, this.run)}</span>
      <span class="tokens">${spent ? html`${tokensInShort(node.totals)}<span class="unseen"> tokens</span>` : ''}</span>
      <span class="cost">${spent ? costInShort(node.totals) : ''}</span>
      <span class="time">${duration === undefined ? '' : formatDuration(duration)}</span>
    `;
  }

  /** When the task ran, as a bar on the time of the whole run. */
  private bar(node: TreeNode, run: RunState): TemplateResult | typeof nothing {
    if (node.startedAt === undefined || run.startedAt === undefined) return nothing;
    const wholeMs = Math.max(1, (run.endedAt ?? this.nowMs) - run.startedAt);
    const left = Math.min(100, ((node.startedAt - run.startedAt) / wholeMs) * 100);
    const width = Math.min(100 - left, ((durationOf(node, run, this.nowMs) ?? 0) / wholeMs) * 100);
    return html`<span class="bar ${node.status}" .style=${`left:${left}%;width:${width}%`}></span>`;
  }

  private inWords(row: Row): string {
    if (!this.run) return '';
    if (row.node) return rowInWords(row.node, this.run, this.nowMs);
    return `Overview of the run, ${statusWord(runStatus(this.run))}`;
  }

  private readonly onKey = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const row = this.rows.find(({ path }) => path === this.selected);
    if (event.key === 'Enter') {
      if (row?.node) this.reveal(row.node);
      return;
    }
    const pageRows = Math.max(1, Math.floor((this.scroller()?.clientHeight ?? 0) / rowPx) - 1);
    const jump = moveFor(event.key, this.rows, this.selected, pageRows);
    if (jump) this.typed = nothingTyped;
    const move = jump ?? this.typeAheadMove(event);
    if (move) this.move(move);
    // Keys of the tree never scroll the page, even where they have nowhere to go.
    if (move || /^(?:Arrow|Page|Home|End| )/.test(event.key)) event.preventDefault();
  };

  private typeAheadMove(event: KeyboardEvent): TreeMove | undefined {
    if (event.key.length !== 1 || event.key === ' ') return undefined;
    const goesOn = event.timeStamp - this.typed.atMs < typeAheadMs;
    this.typed = { text: (goesOn ? this.typed.text : '') + event.key, atMs: event.timeStamp };
    return typeAhead(this.rows, this.selected, this.typed.text, (row) => (row.node ? labelOf(row.node) : 'Overview'));
  }

  private showSelected(): void {
    const scroller = this.scroller();
    const index = this.rows.findIndex((row) => row.path === this.selected);
    if (!scroller || index < 0 || scroller.clientHeight < rowPx) return;
    const top = index * rowPx;
    const lowest = top + rowPx - scroller.clientHeight;
    if (scroller.scrollTop > top) scroller.scrollTop = top;
    else if (scroller.scrollTop < lowest) scroller.scrollTop = lowest;
  }
}

function rowId(path: string): string {
  return `row:${path}`;
}
