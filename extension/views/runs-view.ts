// The Runs view: live runs, then history by pages. Its empty states are `viewsWelcome` in the manifest.
import {
  commands,
  type Disposable,
  EventEmitter,
  l10n,
  ThemeIcon,
  type TreeDataProvider,
  TreeItem,
  type TreeView,
  type ViewBadge,
  window,
} from 'vscode';
import { contextKeys, viewIds } from '../names.ts';
import { runItem } from './run-item.ts';
import type { RunEntry, RunList } from './run-list.ts';

/** While runs are live their times are drawn anew. */
const tickMs = 1_000;

type Row = RunEntry | 'more';

export class RunsView implements Disposable {
  readonly #runs: RunList;
  readonly #rows: Rows;
  readonly #view: TreeView<Row>;
  readonly #disposables: Disposable[];
  #ticking: NodeJS.Timeout | undefined;

  /** @param report told what kept the list from being made */
  constructor(runs: RunList, report: (error: unknown) => void) {
    this.#runs = runs;
    this.#rows = new Rows(runs);
    this.#view = window.createTreeView(viewIds.runs, { treeDataProvider: this.#rows, showCollapseAll: false });
    const refresh = (): void => void runs.refresh().catch(report);
    this.#disposables = [
      this.#view,
      runs.onChanged(() => this.#draw()),
      this.#view.onDidChangeVisibility(({ visible }) => {
        if (visible) refresh();
        this.#tick();
      }),
    ];
    if (this.#view.visible) refresh();
    this.#draw();
  }

  dispose(): void {
    clearInterval(this.#ticking);
    for (const one of this.#disposables) one.dispose();
  }

  #draw(): void {
    const entries = this.#runs.entries();
    const asking = entries.reduce((sum, { run }) => sum + run.questions.length, 0);
    this.#view.badge = asking > 0 ? badge(asking) : undefined;
    void commands.executeCommand('setContext', contextKeys.hasRuns, entries.length > 0);
    void commands.executeCommand('setContext', contextKeys.hasLiveRuns, this.#runs.live().length > 0);
    this.#rows.changed();
    this.#tick();
  }

  #tick(): void {
    const isNeeded = this.#view.visible && this.#runs.live().length > 0;
    if (!isNeeded) {
      clearInterval(this.#ticking);
      this.#ticking = undefined;
      return;
    }
    this.#ticking ??= setInterval(() => this.#rows.changed(), tickMs);
  }
}

class Rows implements TreeDataProvider<Row> {
  readonly #runs: RunList;
  readonly #changes = new EventEmitter<void>();
  readonly onDidChangeTreeData = this.#changes.event;

  constructor(runs: RunList) {
    this.#runs = runs;
  }

  changed(): void {
    this.#changes.fire();
  }

  getChildren(parent?: Row): readonly Row[] & Row[] {
    if (parent) return [];
    return [...this.#runs.entries(), ...(this.#runs.hasMore() ? (['more'] as const) : [])];
  }

  getTreeItem(row: Row): TreeItem {
    if (row === 'more') return moreItem();
    const folders = new Set(this.#runs.entries().map(({ engine }) => engine));
    return runItem(row, Date.now(), folders.size > 1);
  }
}

function moreItem(): TreeItem {
  const item = new TreeItem(l10n.t('Load older runs…'));
  item.id = 'more';
  item.iconPath = new ThemeIcon('ellipsis');
  item.command = { command: 'segue.loadMoreRuns', title: l10n.t('Load Older Runs') };
  return item;
}

function badge(value: number): ViewBadge {
  return { value, tooltip: value === 1 ? l10n.t('A run asks you something') : l10n.t('{0} questions wait', value) };
}
