// A click on the worst case above a task: how it comes about.
import { commands, type Disposable } from 'vscode';
import { explainCostCommand } from '../names.ts';
import { CostPage } from '../panels/cost-page.ts';

/** @param report told what kept the page from being shown */
export function registerCostPage(report: (error: unknown) => void): readonly Disposable[] {
  const page = new CostPage();
  const explain = async (markdown: unknown): Promise<void> => {
    if (typeof markdown === 'string') await page.show(markdown).catch(report);
  };
  return [page, commands.registerCommand(explainCostCommand, explain)];
}
