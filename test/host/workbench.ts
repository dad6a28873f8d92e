/**
 * One editor window in a browser page, driven the way a person does: palette, keys and clicks. Locators wait by
 * themselves; nothing here sleeps.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, BrowserContext, Frame, FrameLocator, Locator, Page } from 'playwright-core';
import type { Addresses } from './server.ts';

const screenshots = join(import.meta.dirname, '../screenshots');
const deadlineMs = 30_000;

export interface WindowOptions {
  /** Absolute path; none: an empty window. */
  readonly folder?: string;
  /** A context to share the profile with another window (secrets and view state live in it); none: a fresh profile. */
  readonly context?: BrowserContext;
}

/** Opens a window and waits until the workbench stands and, with a folder, until the explorer lists it. */
export async function openWindow(browser: Browser, server: Addresses, options: WindowOptions = {}): Promise<Workbench> {
  const context = options.context ?? (await browser.newContext({ viewport: { width: 1400, height: 900 } }));
  context.setDefaultTimeout(deadlineMs);
  const page = await context.newPage();
  const workbench = new Workbench(page);
  await page.goto(server.windowUrl(options.folder));
  await workbench.ready(options.folder !== undefined);
  return workbench;
}

export class Workbench {
  readonly page: Page;
  /** Breaches of a content security policy in the page or any webview, in the browser's words. */
  readonly policyBreaches: string[] = [];
  /** Uncaught errors of the page and its frames, but for those of the editor's own page around a webview. */
  readonly pageErrors: string[] = [];

  constructor(page: Page) {
    this.page = page;
    // A webview's document is opened anew by the editor, which drops listeners; the console still tells.
    page.on('console', (message) => {
      if (/violates the following Content Security Policy/i.test(message.text())) {
        this.policyBreaches.push(message.text());
      }
    });
    page.on('pageerror', (error) => {
      const stack = error.stack ?? error.message;
      if (!isOfEditorsFrame(stack)) this.pageErrors.push(stack);
    });
  }

  async ready(withFolder: boolean): Promise<void> {
    await this.page.locator('.monaco-workbench').waitFor();
    if (withFolder) await this.page.locator('.explorer-folders-view').first().waitFor();
  }

  /**
   * *Developer: Reload Window*: unlike a reload of the page, it saves the state of the window first.
   * @returns when the old window was gone, in epoch milliseconds
   */
  async reload(): Promise<number> {
    await Promise.all([this.page.waitForEvent('domcontentloaded'), this.command('Developer: Reload Window')]);
    const goneAt = Date.now();
    await this.ready(false);
    return goneAt;
  }

  /** Closes the window and, unless it is shared, its profile. */
  async close(): Promise<void> {
    await this.page.close();
  }

  // ── Palette ─────────────────────────────────────────────────────────────────────────────────────────────────────

  get quickInput(): Locator {
    return this.page.locator('.quick-input-widget input[type=text]');
  }

  get quickRows(): Locator {
    return this.page.locator('.quick-input-list .monaco-list-row');
  }

  /** Runs a command by its title, once. */
  async command(title: string): Promise<void> {
    const row = await this.offerCommand(title);
    await row.click();
  }

  /** Opens the palette until it offers a command. Contributed ones show up late, and an open list does not refresh. */
  async offerCommand(title: string): Promise<Locator> {
    const row = this.quickRows.filter({ has: this.page.getByText(title, { exact: true }) }).first();
    const deadline = performance.now() + deadlineMs;
    for (;;) {
      await this.page.keyboard.press('F1');
      try {
        await this.quickInput.fill(`>${title}`, { timeout: 1_500 });
        await row.waitFor({ timeout: 1_500 });
        break;
      } catch (error) {
        if (performance.now() > deadline) throw new Error(`the palette never offered "${title}"`, { cause: error });
        await this.page.keyboard.press('Escape');
      }
    }
    return row;
  }

  /** The input or pick with this title, once it is asked. */
  question(title: string | RegExp): Locator {
    return this.page.locator('.quick-input-widget:visible .quick-input-title', { hasText: title });
  }

  /** Picks a row of the open quick pick by its text. */
  async pick(text: string | RegExp): Promise<void> {
    await this.quickRows.filter({ hasText: text }).first().click();
  }

  /** Answers the open input box. */
  async answerInput(text: string): Promise<void> {
    await this.quickInput.fill(text);
    await this.page.keyboard.press('Enter');
  }

  // ── Editor ──────────────────────────────────────────────────────────────────────────────────────────────────────

  /** Opens a file of the workspace by name, and returns its editor. */
  async openFile(name: string): Promise<Locator> {
    const row = this.quickRows.filter({ hasText: name }).first();
    const deadline = performance.now() + deadlineMs;
    for (;;) {
      await this.page.keyboard.press('Control+P');
      try {
        await this.quickInput.fill(name, { timeout: 1_500 });
        await row.waitFor({ timeout: 1_500 });
        break;
      } catch (error) {
        if (performance.now() > deadline) throw new Error(`quick open never offered "${name}"`, { cause: error });
        await this.page.keyboard.press('Escape');
      }
    }
    // Not Enter: the list may still have another file first.
    await row.click();
    const editor = this.editor(name);
    await editor.waitFor();
    return editor;
  }

  editor(name: string): Locator {
    return this.page.locator(`.monaco-editor[data-uri$="${name}"]`).first();
  }

  /** Lines of a file's editor that hold a text, as far as they are in view. */
  line(name: string, text: string): Locator {
    // What an editor shows is full of no-break spaces.
    const pattern = new RegExp(text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&').replaceAll(' ', '\\s'));
    return this.editor(name).locator('.view-line', { hasText: pattern });
  }

  /** Puts the cursor at a position of the focused editor; both count from 1. */
  async goTo(line: number, column = 1): Promise<void> {
    await this.page.keyboard.press('Control+G');
    await this.quickInput.fill(`:${line}:${column}`);
    await this.page.keyboard.press('Enter');
    // Only then do keys go to the editor again.
    await this.quickInput.waitFor({ state: 'hidden' });
  }

  squiggles(kind: 'error' | 'warning' | 'info' | 'hint' = 'error'): Locator {
    return this.page.locator(`.monaco-editor .squiggly-${kind}`);
  }

  /** Rows of the completion list. Ask for it with `Control+Space`. */
  get suggestions(): Locator {
    return this.page.locator('.suggest-widget.visible .monaco-list-row');
  }

  /** Rows of the menu that `Control+.` opens (quick fixes). */
  get fixes(): Locator {
    return this.page.locator('.action-widget .monaco-list-row.action');
  }

  /** Opens that menu until it offers a fix: it does not open while the findings change. */
  async offerFix(text: string): Promise<Locator> {
    const fix = this.fixes.filter({ hasText: text }).first();
    const deadline = performance.now() + deadlineMs;
    for (;;) {
      await this.page.keyboard.press('Control+.');
      try {
        await fix.waitFor({ timeout: 1_500 });
        return fix;
      } catch (error) {
        if (performance.now() > deadline) throw new Error(`no fix was offered with "${text}"`, { cause: error });
        await this.page.keyboard.press('Escape');
      }
    }
  }

  get hover(): Locator {
    return this.page.locator('.monaco-hover:visible .hover-contents, .monaco-hover:visible .hover-row-contents');
  }

  /** Rows of the Problems view; opens it. */
  async problems(): Promise<Locator> {
    await this.command('Problems: Focus on Problems View');
    return this.page.locator('.markers-panel .monaco-list-row');
  }

  // ── Around it ───────────────────────────────────────────────────────────────────────────────────────────────────

  /** A notification that holds this text. */
  toast(text: string | RegExp): Locator {
    return this.page.locator('.notifications-toasts .notification-list-item').filter({ hasText: text });
  }

  /** A button of a notification or a modal dialog. */
  async pressButton(within: Locator, label: string): Promise<void> {
    await within.locator('.monaco-button', { hasText: label }).first().click();
  }

  get dialog(): Locator {
    return this.page.locator('.monaco-dialog-box');
  }

  statusItem(text: string | RegExp): Locator {
    return this.page.locator('.statusbar-item').filter({ hasText: text });
  }

  /** A view in the side bar or panel, by its title. */
  treeView(viewTitle: string): Locator {
    return this.page.locator(`.pane:visible:has(> .pane-header[aria-label^="${viewTitle}"])`);
  }

  /** Rows of a tree view in the side bar or panel, by the view's title. */
  treeRows(viewTitle: string): Locator {
    return this.treeView(viewTitle).locator('.monaco-list-row');
  }

  /** An entry of the activity bar. */
  activity(title: string): Locator {
    return this.page.locator(`.activitybar .action-item a[aria-label^="${title}"]`).first();
  }

  /** A button in the title bar of the editors. */
  editorAction(label: string): Locator {
    return this.page.locator(`.editor-actions .action-item a[aria-label^="${label}"]`).first();
  }

  /** Opens a terminal where there is none, and types a line. */
  async typeInTerminal(line: string): Promise<void> {
    await this.command('Terminal: Focus Terminal');
    await this.terminal(/\S/).waitFor();
    await this.page.keyboard.type(`${line}\n`);
  }

  /** The terminal, once it shows this. */
  terminal(text: RegExp): Locator {
    return this.page.locator('.terminal-wrapper.active .xterm-rows', { hasText: text });
  }

  get walkthrough(): Locator {
    return this.page.locator('.gettingStartedContainer');
  }

  /** Opens the side bar's Runs view. */
  async openRunsView(): Promise<void> {
    await this.activity('Segue').click();
    await this.treeView('Runs').waitFor();
  }

  tab(title: string | RegExp): Locator {
    return this.page.locator('.tabs-container .tab').filter({ hasText: title });
  }

  /** The document inside a webview: the only visible one, or the one that holds a text. */
  webview(index = 0): FrameLocator {
    return this.page.locator('iframe.webview.ready').nth(index).contentFrame().frameLocator('#active-frame');
  }

  /** The same document, to be asked with a script. */
  async webviewFrame(index = 0): Promise<Frame> {
    const outer = await this.page.locator('iframe.webview.ready').nth(index).elementHandle();
    const inner = await (await outer?.contentFrame())?.waitForSelector('#active-frame');
    const frame = await inner?.contentFrame();
    if (!frame) throw new Error('there is no webview');
    return frame;
  }

  /** Trusts the folder of a window in Restricted Mode, on the page about trust (*Workspaces: Manage Workspace Trust*). */
  async giveTrust(): Promise<void> {
    const trust = this.page.locator('.workspace-trust-editor .monaco-button', { hasText: /^Trust$/ });
    await trust.first().click();
    await this.statusItem('Restricted Mode').waitFor({ state: 'detached' });
  }

  /** Saves what is seen as `test/screenshots/NAME.png`. */
  async screenshot(name: string): Promise<string> {
    mkdirSync(screenshots, { recursive: true });
    const path = join(screenshots, `${name}.png`);
    await this.page.screenshot({ path });
    return path;
  }
}

/**
 * The page that the editor puts around each webview throws when the webview is replaced while it loads. Errors of what
 * we put into it name our own files.
 */
function isOfEditorsFrame(stack: string): boolean {
  const frames = stack.split('\n').filter((line) => /^\s+at /.test(line));
  return frames.length > 0 && frames.every((line) => line.includes('/workbench/contrib/webview/browser/pre/'));
}
