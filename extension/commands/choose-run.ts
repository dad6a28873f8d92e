// Which run a command is about.
import { l10n, window } from 'vscode';
import type { App } from '../app.ts';
import { runItem } from '../views/run-item.ts';
import type { RunEntry } from '../views/run-list.ts';

/**
 * The run that a menu names; else that of the panel in use; else the only one that fits; else one that is picked.
 * @param none what is said when no run fits
 */
export async function chosenRun(
  app: App,
  argument: unknown,
  title: string,
  fits: (entry: RunEntry) => boolean,
  none: string,
): Promise<RunEntry | undefined> {
  if (isEntry(argument)) return argument;
  const panel = app.panels.active();
  const shown = panel && app.runs.find(panel.runId);
  if (shown && fits(shown)) return shown;
  await app.runs.refresh();
  const fitting = app.runs.entries().filter(fits);
  if (fitting.length === 0) {
    void window.showInformationMessage(none);
    return undefined;
  }
  return fitting.length === 1 ? fitting[0] : pickRun(fitting, title);
}

async function pickRun(entries: readonly RunEntry[], title: string): Promise<RunEntry | undefined> {
  const nowMs = Date.now();
  const items = entries.map((entry) => {
    const { description } = runItem(entry, nowMs, true);
    const started = l10n.t('started {0}', new Date(entry.run.startedAt).toLocaleString());
    return { label: entry.run.name, description: String(description), detail: started, entry };
  });
  const chosen = await window.showQuickPick(items, { title, matchOnDescription: true });
  return chosen?.entry;
}

function isEntry(argument: unknown): argument is RunEntry {
  return typeof argument === 'object' && argument !== null && 'engine' in argument && 'run' in argument;
}
