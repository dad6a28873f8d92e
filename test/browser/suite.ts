// What every test of the panel starts from: a browser, a fresh context for each test, and the question at the end
// whether the page broke its policy or threw.
import type { Browser, BrowserContext, Locator, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect } from 'vitest';
import { connectBrowser } from '../host/drive.ts';
import { openPanel, type PanelOptions, type PanelPage } from './panel-page.ts';
import type { RecordedRun } from './record-builder.ts';

const actionMs = 8000;

export interface PanelSuite {
  /** Opens a panel; with a run, waits until its tree is there. */
  open(run?: RecordedRun, options?: PanelOptions): Promise<PanelPage>;
}

/** Call once at the top of a test file. */
export function panelSuite(): PanelSuite {
  let browser: Browser;
  let context: BrowserContext;
  let panel: PanelPage | undefined;
  beforeAll(async () => {
    browser = await connectBrowser();
  });
  afterAll(() => browser?.close());
  beforeEach(async () => {
    context = await browser.newContext();
    context.setDefaultTimeout(actionMs);
  });
  afterEach(async () => {
    const troubles = await panel?.troubles();
    await context.close();
    expect(troubles ?? []).toEqual([]);
  });
  return {
    async open(run, options = {}) {
      panel = await openPanel(context, options);
      if (run) {
        await panel.show(run);
        await panel.page.getByRole('tree').waitFor();
      }
      return panel;
    },
  };
}

/** The row of the tree whose words match. */
export function row(page: Page, name: RegExp): Locator {
  return page.getByRole('treeitem', { name });
}

/** The label of the chosen row. */
export function selectedRow(page: Page): Promise<string> {
  return page.locator('[role=treeitem][aria-selected=true] .label').innerText();
}
