// The language server, by a person's clicks and keys: what is wrong is mended, names lead across files and are changed
// there too, and what a workflow costs is read at its tasks before and after a run. A local server stands for the model,
// so that a run has a price. Then the same file in four themes: its colours say what is what, and can be read.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { connectBrowser, newWorkspace, setTheme, sharedEditor, stepsOfOneDrive } from '../host/drive.ts';
import { openWindow, type Workbench } from '../host/workbench.ts';
import { wordsOf } from './editor-colours.ts';
import { writeConfig } from './folder.ts';
import { type SlowModel, startSlowModel } from './slow-model.ts';

const file = 'trip.segue.yaml';
/** `wrtier` is no agent: the drive mends it. */
const trip = `segue: "1"
name: trip
inputs:
  town: { type: string, default: Bergen, description: Where it goes. }
agents:
  # It writes, and is paid for it.
  writer: { model: openai/gpt-5-mini, instructions: "One plain sentence.", max_output_tokens: 200 }
tasks:
  idea:
    agent: wrtier
    with: { prompt: "An idea for a day in \${{ inputs.town }}." }
  long:
    agent: writer
    when: size(tasks.idea.output) > 10
    with: { prompt: "More of \${{ tasks.idea.output }}" }
  plan:
    workflow: plan.segue.yaml
    with: { idea: "\${{ tasks.idea.output }}" }
outputs:
  plan: \${{ tasks.plan.output.text }}
`;
const plan = `segue: "1"
name: plan
inputs:
  idea: { type: string, description: What it is about. }
agents:
  planner: { model: openai/gpt-5-mini, max_output_tokens: 300 }
tasks:
  text: { agent: planner, with: { prompt: "Plan this: \${{ inputs.idea }}" } }
outputs:
  text: \${{ tasks.text.output }}
`;

let browser: Browser;
let model: SlowModel;
let folder: string;
let window: Workbench;

beforeAll(async () => {
  model = await startSlowModel({ replyTo: (prompt) => `${prompt.slice(0, 20)}: walk up the hill.`, durationMs: 50 });
  folder = newWorkspace();
  writeConfig(folder, model.baseUrl);
  writeFileSync(join(folder, file), trip);
  writeFileSync(join(folder, 'plan.segue.yaml'), plan);
  browser = await connectBrowser();
  window = await openWindow(browser, sharedEditor(), { folder });
  await window.openFile(file);
});
afterAll(async () => {
  setTheme();
  await browser?.close();
  await model?.close();
});
stepsOfOneDrive('language', () => [window]);

it('a mistake is underlined, and its quick fix mends it', async () => {
  await window.squiggles('error').first().waitFor();
  await window.goTo(10, 15);
  const fix = await window.offerFix('Change to writer');
  await window.screenshot('ui-language-1-quick-fix');
  await fix.click();
  await window.squiggles('error').first().waitFor({ state: 'detached' });
});

it('a model tells its price', async () => {
  await window.goTo(7, 22);
  await window.page.keyboard.press('Control+K');
  await window.page.keyboard.press('Control+I');
  await window.hover
    .filter({ hasText: /\$[\d.]+/ })
    .first()
    .waitFor();
  await window.screenshot('ui-language-2-hover-with-price');
  await window.page.keyboard.press('Escape');
});

it('inside an expression, completion offers what is there', async () => {
  await window.goTo(20, 40);
  await window.page.keyboard.press('End');
  await window.page.keyboard.press('Enter');
  await window.page.keyboard.insertText('first: ${{ tasks }}');
  for (const _ of ' }}') await window.page.keyboard.press('ArrowLeft');
  await window.page.keyboard.type('.');
  await window.suggestions.filter({ hasText: 'idea' }).first().waitFor();
  expect(await window.suggestions.filter({ hasText: 'plan' }).count()).toBe(1);
  await window.screenshot('ui-language-3-completion-in-expression');
  await window.page.keyboard.type('idea.');
  await window.suggestions.filter({ hasText: 'output' }).first().waitFor();
  await window.page.keyboard.press('Enter');
  await window.line(file, 'first: ${{ tasks.idea.output }}').first().waitFor();
});

it('an input gets another name in both files', async () => {
  await window.openFile('plan.segue.yaml');
  await window.goTo(4, 4);
  await window.page.keyboard.press('F2');
  const box = window.page.locator('.rename-box input');
  await box.fill('hint');
  await window.screenshot('ui-language-4-rename');
  await window.page.keyboard.press('Enter');
  await window.line('plan.segue.yaml', '${{ inputs.hint }}').first().waitFor();
  await window.openFile(file);
  await window.line(file, 'with: { hint: "${{ tasks.idea.output }}" }').first().waitFor();
  await window.screenshot('ui-language-5-renamed');
  await window.command('File: Save All Files');
});

it('above a task stands what it can cost, and after a run what it did', async () => {
  const lenses = window.editor(file).locator('.codelens-decoration');
  await lenses
    .filter({ hasText: /worst case \$/ })
    .first()
    .waitFor();
  // The lenses above the first line come into view.
  await window.goTo(1);
  await lenses.filter({ hasText: 'Run' }).first().waitFor();
  await window.screenshot('ui-language-6-worst-case');
  await lenses.locator('a', { hasText: /^Run$/ }).first().click();
  await window.question('Run trip: town').waitFor();
  await window.page.keyboard.press('Enter');
  await window.webview().locator('.header .status', { hasText: 'Completed' }).waitFor();
  await lenses
    .filter({ hasText: /last.*\$/i })
    .first()
    .waitFor();
  await window.screenshot('ui-language-7-lens-with-cost');
});

it.each([
  ['light', 'Light 2026'],
  ['dark', 'Dark 2026'],
  ['hc', 'Default High Contrast'],
  ['hc-light', 'Default High Contrast Light'],
])('colours say what is what, and can be read: %s', async (name, theme) => {
  setTheme(theme);
  const { page } = window;
  await window.close();
  window = await openWindow(browser, sharedEditor(), { folder, context: page.context() });
  await window.openFile(file);
  const colours = async (text: string) => [
    ...new Set((await words()).filter((word) => word.text === text).map(({ colour }) => colour)),
  ];
  // A task has one colour where it is declared and where an expression names it, and no other word has it there.
  await expect.poll(() => colours('idea'), { timeout: 30_000 }).toHaveLength(1);
  expect(await colours('tasks')).not.toEqual(await colours('idea'));
  expect((await words()).filter(({ contrast }) => contrast < 4.5)).toEqual([]);
  await window.screenshot(`ui-language-8-colours-${name}`);
});

it('left no error in the page and broke no policy', () => {
  expect(window.policyBreaches).toEqual([]);
  expect(window.pageErrors).toEqual([]);
});

const words = () => wordsOf(window.editor(file));
