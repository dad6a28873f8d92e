// The run panel. Invariants:
//   P1. Everything on the page follows from the folded run, the streams and the reader's choices; nothing is kept in the page alone.
//   P2. However many messages come, the page is drawn at most once per frame.
import { html, LitElement, nothing, type TemplateResult } from 'lit';
import { createRef, ref } from 'lit/directives/ref.js';
import {
  type FromPanel,
  type Json,
  openQuestions,
  type RunState,
  type ToPanel,
  type TreeNode,
} from '../../run/index.ts';
import type { QuestionForm } from '../forms/question-form.ts';
import { iconButton } from '../shared/icons.ts';
import type { Host } from '../shared/host.ts';
import { announcement, type Heard, heardFrom } from './announcer.ts';
import { connectionBanner, questionBanner, refusalBanner } from './banners.ts';
import type { PanelContext } from './context.ts';
import { details } from './details.ts';
import { followedPath } from './follow.ts';
import { header } from './header.ts';
import { overview } from './overview.ts';
import { PaneScroll } from './pane-scroll.ts';
import { RunStore } from './run-store.ts';
import { Splitter } from './splitter.ts';
import type { TaskTree } from './task-tree.ts';
import { findNode, nearestVisible, openablePaths, overviewPath, type TreeMove, visibleRows } from './tree-rows.ts';
import { readViewState, type ViewState, initialView } from './view-state.ts';

const tickMs = 1000;
const announceEachMs = 2000;

export class RunPanel extends LitElement {
  private readonly store = new RunStore();
  private view: ViewState = initialView;
  private host: Host | undefined;
  /** Path of the row shown while the reader has not chosen one. */
  private followed = overviewPath;
  /** Ids of questions whose answer is on its way. */
  private readonly answering = new Set<string>();
  private drawing = false;
  private heard: { readonly facts: Heard; readonly atMs: number } | undefined;
  private said = '';
  private readonly tree = createRef<TaskTree>();
  private readonly form = createRef<QuestionForm>();
  private readonly splitter = new Splitter(this, (split) => this.change({ split }));

  constructor() {
    super();
    new PaneScroll(this, () => this.selectedPath());
  }

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  /** Begins: takes up what was saved, listens, and says that the panel is ready. */
  connect(host: Host): void {
    this.host = host;
    this.view = readViewState(host.saved());
    host.listen((message) => this.receive(message));
    host.post({ type: 'ready', ...(this.view.runId !== undefined && { runId: this.view.runId }) });
    setInterval(() => this.tick(), tickMs);
    this.requestUpdate();
  }

  protected override render(): TemplateResult {
    const { state } = this.store;
    if (!state?.started) return this.emptyView(state);
    const context = this.contextFor(state);
    const questions = openQuestions(state);
    return html`
      ${header(context)} ${this.banners()}
      ${questionBanner(questions, () => this.goToForm())}
      ${this.splitter.view(this.view.split, this.treeView(context), this.detailsView(context))}
      <div class="unseen" role="status" aria-live="polite">${this.said}</div>
    `;
  }

  private emptyView(state: RunState | undefined): TemplateResult {
    return html`
      ${this.banners()}
      <main class="waiting-for-run">
        ${
          state || this.view.runId !== undefined
            ? html`<tk-progress-ring aria-label="Loading"></tk-progress-ring><p>Waiting for the first event…</p>`
            : html`<p>No run is shown. Start one with <strong>Segue: Run Workflow</strong>, or choose one in the Runs view.</p>`
        }
      </main>
    `;
  }

  private banners(): TemplateResult {
    const { problem, refusal } = this.store;
    const act = {
      setKey: () => this.post({ type: 'set-key' }),
      dismiss: () => {
        this.store.refusal = undefined;
        this.draw();
      },
    };
    return html`${connectionBanner(problem)}${refusalBanner(refusal, act)}`;
  }

  private treeView({ state, nowMs }: PanelContext): TemplateResult {
    const nodes = this.store.rows();
    const following = this.view.selected === undefined;
    const rows = visibleRows(nodes, this.view.toggled);
    const openAll = (open: boolean) => () => this.move({ type: 'toggle', paths: openablePaths(nodes), open });
    return html`
      <div class="pane-toolbar">
        <h2>Tasks</h2>
        ${
          state.ended || following
            ? nothing
            : iconButton('target', 'Follow the running task', () => this.change({}, { follow: true }))
        }
        ${iconButton('expand-all', 'Expand all', openAll(true))} ${iconButton('collapse-all', 'Collapse all', openAll(false))}
      </div>
      <segue-task-tree
        ${ref(this.tree)}
        .rows=${rows}
        .selected=${nearestVisible(rows, this.selectedPath())}
        .run=${state}
        .nowMs=${nowMs}
        .move=${(move: TreeMove) => this.move(move)}
        .reveal=${(node: TreeNode) => node.range && this.post({ type: 'reveal', range: node.range })}
      ></segue-task-tree>
    `;
  }

  private detailsView(context: PanelContext): TemplateResult {
    const node = findNode(this.store.rows(), this.selectedPath());
    const [question] = openQuestions(context.state);
    return html`<main class="details" tabindex="0" aria-label="Details" @keydown=${this.onDetailsKey}>
      ${
        question
          ? html`<segue-question
              ${ref(this.form)}
              .question=${question}
              .sending=${this.answering.has(question.id)}
              .answer=${(id: string, answer: Json) => this.answer(id, answer)}
            ></segue-question>`
          : nothing
      }
      ${node ? details(node, context) : overview(context)}
    </main>`;
  }

  private contextFor(state: RunState): PanelContext {
    return {
      store: this.store,
      state,
      view: this.view,
      nowMs: Date.now(),
      post: (message) => this.post(message),
      change: (change) => this.change(change),
      load: (hash) => {
        this.post({ type: 'load-value', hash, offset: this.store.startLoading(hash) });
        this.draw();
      },
    };
  }

  private receive(message: ToPanel): void {
    this.store.receive(message);
    if (message.type === 'show') this.begin(message.runId);
    if (message.type === 'refused') this.answering.clear();
    this.draw();
  }

  private begin(runId: string): void {
    this.answering.clear();
    this.heard = undefined;
    this.followed = overviewPath;
    // The same run again (a reload, a new connection) keeps what the reader had chosen.
    if (runId !== this.view.runId)
      this.change({ ...initialView, runId, split: this.view.split, costBy: this.view.costBy }, { follow: true });
  }

  /** Draws with the next frame, however often it is called before. */
  private draw(): void {
    if (this.drawing) return;
    this.drawing = true;
    requestAnimationFrame(() => {
      this.drawing = false;
      const { state } = this.store;
      if (state) {
        this.followed = followedPath(state, this.store.rows(), this.followed);
        this.announce(state);
      }
      this.requestUpdate();
    });
  }

  /** A live run draws its times anew each second. */
  private tick(): void {
    const { state } = this.store;
    if (state && (!state.ended || this.heardIsOld(state))) this.draw();
  }

  private heardIsOld(state: RunState): boolean {
    return announcement(this.heard?.facts ?? new Map(), heardFrom(state, this.store.rows()), this.store.rows()) !== '';
  }

  private announce(state: RunState): void {
    const nowMs = Date.now();
    if (this.heard && nowMs - this.heard.atMs < announceEachMs) return;
    const facts = heardFrom(state, this.store.rows());
    // What had happened before the panel came is on the page; only what is new is said.
    if (this.heard) this.said = announcement(this.heard.facts, facts, this.store.rows()) || this.said;
    this.heard = { facts, atMs: nowMs };
  }

  private selectedPath(): string {
    return this.view.selected ?? this.followed;
  }

  private move(move: TreeMove): void {
    if (move.type === 'select') return this.change({ selected: move.path });
    const changed = Object.fromEntries(move.paths.map((path) => [path, move.open]));
    this.change({ toggled: { ...this.view.toggled, ...changed } });
  }

  private change(change: Partial<ViewState>, { follow = false } = {}): void {
    const { selected, ...rest } = { ...this.view, ...change };
    this.view = follow || selected === undefined ? rest : { ...rest, selected };
    this.host?.save(this.view);
    this.requestUpdate();
  }

  private answer(question: string, answer: Json): void {
    this.answering.add(question);
    this.store.refusal = undefined;
    this.post({ type: 'answer', question, answer });
    this.draw();
  }

  private goToForm(): void {
    this.form.value?.scrollIntoView({ block: 'nearest' });
    this.form.value?.focus();
  }

  /** Escape leads back to the tree, from wherever in the details. */
  private readonly onDetailsKey = (event: KeyboardEvent): void => {
    if (event.key === 'Escape' && !event.defaultPrevented) this.tree.value?.focus();
  };

  private post(message: FromPanel): void {
    this.host?.post(message);
  }
}
