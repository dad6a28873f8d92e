// How one run looks as a row: icon, figures, tooltip, and what its context menu offers.
import { basename } from 'node:path';
import { l10n, MarkdownString, ThemeColor, ThemeIcon, TreeItem } from 'vscode';
import { formatCost, formatDuration, formatTokens, type RunStatus, type RunSummary } from '../../run/index.ts';
import { isLive, isSetAside, type RunEntry } from './run-list.ts';

/** @param withFolder also names the folder, where several are open */
export function runItem(entry: RunEntry, nowMs: number, withFolder: boolean): TreeItem {
  const { run, engine } = entry;
  const item = new TreeItem(run.name);
  item.id = `${engine.place.dataDir}#${run.runId}`;
  item.iconPath = statusIcon(run);
  item.description = [statusText(run), durationText(run, nowMs), costText(run), folderText(entry, withFolder)]
    .filter(Boolean)
    .join(' · ');
  item.tooltip = tooltipOf(entry, nowMs);
  item.contextValue = contextOf(run);
  item.accessibilityInformation = { label: `${run.name}, ${item.description}`, role: 'treeitem' };
  item.command = { command: 'segue.showRun', title: l10n.t('Show Run'), arguments: [entry] };
  return item;
}

const words: { readonly [status in RunStatus]: () => string } = {
  running: () => l10n.t('running'),
  waiting: () => l10n.t('waiting'),
  completed: () => l10n.t('completed'),
  partially_completed: () => l10n.t('partially completed'),
  failed: () => l10n.t('failed'),
  cancelled: () => l10n.t('cancelled'),
};

/** What a run does, in a word or two: a question counts for more than that it waits. */
export function statusText(run: RunSummary): string {
  if (isSetAside(run)) return l10n.t('set aside');
  if (run.questions.length === 0) return words[run.status]();
  return run.questions.length === 1 ? l10n.t('asks you') : l10n.t('{0} questions', run.questions.length);
}

export function costText(run: RunSummary): string {
  if (run.mock) return l10n.t('mock');
  return run.costNanoUsd > 0 || !run.costKnown ? formatCost(run.costNanoUsd, run.costKnown) : '';
}

const icons: { readonly [status in RunStatus]: readonly [icon: string, color?: string] } = {
  running: ['loading~spin', 'progressBar.background'],
  waiting: ['watch', 'charts.yellow'],
  completed: ['pass', 'testing.iconPassed'],
  partially_completed: ['warning', 'charts.yellow'],
  failed: ['error', 'testing.iconFailed'],
  cancelled: ['circle-slash', 'disabledForeground'],
};

function statusIcon(run: RunSummary): ThemeIcon {
  if (isSetAside(run)) return new ThemeIcon('debug-pause', new ThemeColor('charts.yellow'));
  const [icon, color] = run.questions.length > 0 ? (['question', 'charts.blue'] as const) : icons[run.status];
  return new ThemeIcon(icon, color === undefined ? undefined : new ThemeColor(color));
}

function durationText(run: RunSummary, nowMs: number): string {
  return formatDuration((run.endedAt ?? nowMs) - run.startedAt);
}

function folderText({ engine }: RunEntry, withFolder: boolean): string {
  return withFolder ? basename(engine.place.workspace) : '';
}

/** Words that `when` clauses of the manifest look for: `segue.run`, and what can be done with it. */
function contextOf(run: RunSummary): string {
  const can = [isLive(run) ? 'live' : 'ended'];
  if (isLive(run) && run.questions.length > 0) can.push('asks');
  if (isResumable(run)) can.push('resumable');
  return ['segue.run', ...can].join(' ');
}

/** Runs that were cancelled, failed or set aside may be taken up again. */
export function isResumable(run: RunSummary): boolean {
  return run.status === 'cancelled' || run.status === 'failed' || isSetAside(run);
}

function tooltipOf({ run, engine }: RunEntry, nowMs: number): MarkdownString {
  const text = new MarkdownString();
  const line = (label: string, value: string): void => {
    text.appendMarkdown(`\n\n**${label}** `).appendText(value);
  };
  text.appendMarkdown('**').appendText(run.name).appendMarkdown('** ').appendText(statusText(run));
  if (run.failure) text.appendMarkdown('\n\n').appendText(run.failure.message);
  for (const { question } of run.questions) text.appendMarkdown('\n\n$(question) ').appendText(question.message);
  line(l10n.t('Started'), new Date(run.startedAt).toLocaleString());
  line(l10n.t('Time'), durationText(run, nowMs));
  line(l10n.t('Tokens'), `${formatTokens(run.inputTokens)} → ${formatTokens(run.outputTokens)}`);
  line(l10n.t('Cost'), run.mock ? l10n.t('none: mock models') : formatCost(run.costNanoUsd, run.costKnown));
  line(l10n.t('File'), run.file);
  line(l10n.t('Folder'), engine.place.workspace);
  text.supportThemeIcons = true;
  return text;
}
