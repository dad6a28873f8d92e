// How many runs are under way, and what they cost so far; a click leads to the Runs view.
import {
  type Disposable,
  l10n,
  MarkdownString,
  StatusBarAlignment,
  type StatusBarItem,
  ThemeColor,
  window,
} from 'vscode';
import { formatCost, type RunSummary } from '../../run/index.ts';
import { viewIds } from '../names.ts';
import { costText, statusText } from './run-item.ts';
import type { RunList } from './run-list.ts';

const maxListed = 8;

export class StatusBar implements Disposable {
  readonly #runs: RunList;
  readonly #item: StatusBarItem;
  readonly #listening: Disposable;

  constructor(runs: RunList) {
    this.#runs = runs;
    this.#item = window.createStatusBarItem('segue.status', StatusBarAlignment.Left, 10);
    this.#item.name = l10n.t('Segue Runs');
    this.#item.command = `${viewIds.runs}.focus`;
    this.#listening = runs.onChanged(() => this.#draw());
    this.#draw();
    this.#item.show();
  }

  dispose(): void {
    this.#listening.dispose();
    this.#item.dispose();
  }

  #draw(): void {
    const live = this.#runs.live().map(({ run }) => run);
    const asking = live.reduce((sum, run) => sum + run.questions.length, 0);
    const running = live.filter((run) => run.status === 'running').length;
    // Those that ask are counted by their questions.
    const waiting = live.filter((run) => run.status === 'waiting' && run.questions.length === 0).length;
    const figures = [
      running > 0 ? l10n.t('{0} running', running) : '',
      waiting > 0 ? l10n.t('{0} waiting', waiting) : '',
      asking > 0 ? (asking === 1 ? l10n.t('1 question') : l10n.t('{0} questions', asking)) : '',
      costOf(live),
    ].filter(Boolean);
    const icon =
      asking > 0 ? '$(question)' : running > 0 ? '$(loading~spin)' : waiting > 0 ? '$(watch)' : '$(type-hierarchy-sub)';
    this.#item.text = `${icon} ${figures.length > 0 ? figures.join(' · ') : 'Segue'}`;
    this.#item.accessibilityInformation = { label: `Segue: ${figures.join(', ') || l10n.t('nothing is running')}` };
    this.#item.backgroundColor = asking > 0 ? new ThemeColor('statusBarItem.warningBackground') : undefined;
    this.#item.tooltip = tooltipOf(live);
  }
}

/** The sum over runs on real models; empty when there are none. */
function costOf(live: readonly RunSummary[]): string {
  const paid = live.filter((run) => !run.mock);
  if (paid.length === 0) return '';
  const costNanoUsd = paid.reduce((sum, run) => sum + run.costNanoUsd, 0);
  return formatCost(
    costNanoUsd,
    paid.every((run) => run.costKnown),
  );
}

function tooltipOf(live: readonly RunSummary[]): MarkdownString {
  const text = new MarkdownString();
  if (live.length === 0) text.appendText(l10n.t('Segue: nothing is running. Click for the runs.'));
  for (const run of live.slice(0, maxListed)) {
    text.appendMarkdown('- ').appendText([run.name, statusText(run), costText(run)].filter(Boolean).join(' · '));
    text.appendMarkdown('\n');
  }
  if (live.length > maxListed) text.appendText(l10n.t('and {0} more', live.length - maxListed));
  return text;
}
