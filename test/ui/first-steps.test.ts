// The first steps of somebody who has just installed the package: an empty profile, an empty folder, and from the Runs
// view or the walkthrough to a created sample, a run and its result, within five clicks or by keyboard alone. Each way is
// gone in another theme, with pictures, and the panel's text must be readable there.
import type { Browser, Frame, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { connectBrowser, keepPictureOfFailure, newWorkspace, setTheme, sharedEditor } from '../host/drive.ts';
import { openWindow, type Workbench } from '../host/workbench.ts';
import { faintTexts } from './contrast.ts';

const answer = 'A workflow lets several agents work on one thing';

let browser: Browser;
let window: Workbench;

beforeAll(async () => {
  browser = await connectBrowser();
});
afterAll(async () => {
  setTheme();
  await browser?.close();
});

it('by clicks from the empty Runs view, in a light theme', async () => {
  const click = await begin('runs-light', 'Light 2026');
  await click(window.activity('Segue'));
  await click(button(window.treeView('Runs'), 'Create a Sample Workflow'));
  await window.editor('hello.segue.yaml').waitFor();
  await click(button(window.treeView('Runs'), 'Run the Open Workflow'));
  await acceptInput();
  await result('runs-light');
});

it('by clicks from the walkthrough, in a dark theme', async () => {
  const click = await begin('walkthrough-dark', 'Dark 2026');
  await click(window.activity('Segue'));
  await click(button(window.treeView('Runs'), 'Open Walkthrough'));
  await button(window.walkthrough, 'Create a Sample').waitFor();
  await window.screenshot('ui-first-walkthrough-dark-1');
  await click(button(window.walkthrough, 'Create a Sample'));
  await click(window.editorAction('Run Workflow'));
  await acceptInput();
  await result('walkthrough-dark');
});

it('by keyboard from the empty Runs view, in a dark theme of high contrast', async () => {
  await begin('runs-hc', 'Default High Contrast');
  await typeCommand('Segue: Focus on Runs View');
  // The view is drawn anew when the extension has come; its status bar entry comes with it.
  await window.statusItem('Segue').waitFor();
  await button(window.treeView('Runs'), 'Create a Sample Workflow').waitFor();
  await pressByKeyboard('Create a Sample Workflow', 'ui-first-runs-hc-1');
  await runByKeyboard();
  await result('runs-hc');
  await lookByKeyboard();
});

it('by keyboard from the walkthrough, in a light theme of high contrast', async () => {
  await begin('walkthrough-hc-light', 'Default High Contrast Light');
  await typeCommand('Segue: Open Walkthrough');
  await button(window.walkthrough, 'Create a Sample').waitFor();
  await pressByKeyboard('Create a Sample', 'ui-first-walkthrough-hc-light-1');
  await runByKeyboard();
  await result('walkthrough-hc-light');
  await lookByKeyboard();
});

/** Opens a window of an empty profile. @returns a click that counts: the fifth accepts the input, which has no button */
async function begin(name: string, theme: string): Promise<(target: Locator) => Promise<void>> {
  setTheme(theme);
  await window?.close();
  window = await openWindow(browser, sharedEditor(), { folder: newWorkspace() });
  keepPictureOfFailure(window, `first-${name}`);
  let clicks = 0;
  return async (target) => {
    await target.click();
    clicks++;
    expect(clicks).toBeLessThanOrEqual(4);
  };
}

/** The question of the sample, with its default. */
async function acceptInput(): Promise<void> {
  await window.question('Run hello: question').waitFor();
  await window.page.keyboard.press('Enter');
}

async function result(name: string): Promise<void> {
  const panel = window.webview();
  await panel.locator('.header .status', { hasText: 'Completed' }).waitFor();
  await panel.locator('main').getByText(answer).waitFor();
  await window.screenshot(`ui-first-${name}-result`);
  const frame = await window.webviewFrame();
  expect(await faintTexts(frame)).toEqual([]);
  expect(window.policyBreaches).toEqual([]);
  expect(window.pageErrors).toEqual([]);
}

async function pressByKeyboard(name: string, picture: string): Promise<void> {
  await tabTo(window.page, name);
  await window.screenshot(picture);
  // The focus may have been lost while the picture was taken.
  await tabTo(window.page, name);
  await window.page.keyboard.press('Enter');
}

async function runByKeyboard(): Promise<void> {
  await window.editor('hello.segue.yaml').waitFor();
  await window.page.keyboard.press('Control+F5');
  await acceptInput();
}

/** From the editor into the panel beside it, to the tree, and to what a task said. */
async function lookByKeyboard(): Promise<void> {
  const panel = window.webview();
  await window.page.keyboard.press('Control+2');
  await window.page.waitForFunction(() => document.activeElement?.matches('iframe.webview'));
  await tabTo(await window.webviewFrame(), 'Tasks of the run');
  await window.page.keyboard.press('ArrowDown');
  await panel.locator('main h2', { hasText: 'answer' }).waitFor();
  await panel.locator('main').getByText(answer).waitFor();
}

/** The palette, without the mouse. */
async function typeCommand(title: string): Promise<void> {
  await window.offerCommand(title);
  await window.page.keyboard.press('Enter');
}

/** Presses Tab until what has the focus begins with this name. */
async function tabTo(place: Page | Frame, name: string): Promise<void> {
  for (let presses = 0; presses < 30; presses++) {
    const focused = await place.evaluate(() => {
      const element = document.activeElement;
      return (element?.getAttribute('aria-label') ?? element?.textContent ?? '').trim();
    });
    if (focused.startsWith(name)) return;
    await window.page.keyboard.press('Tab');
  }
  throw new Error(`Tab never led to ${name}`);
}

function button(within: Locator, label: string): Locator {
  return within.locator('.monaco-button:visible', { hasText: label });
}
