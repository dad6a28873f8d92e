// The main job, by a person's clicks and keys: write, mend, run, watch, answer; then the window is reloaded under way,
// and the run goes on as if nothing had happened. The tests are the steps of one drive, with a picture of each.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { connectBrowser, newWorkspace, sharedEditor, stepsOfOneDrive } from '../host/drive.ts';
import { openWindow, type Workbench } from '../host/workbench.ts';
import { enginePid, recordOf, writeConfig } from './folder.ts';
import { type SlowModel, startSlowModel } from './slow-model.ts';

const file = 'day-trip.segue.yaml';
const hours = ['dawn', 'morning', 'noon', 'afternoon', 'evening', 'night', 'midnight'];
/** `wrtier` is no agent: the drive mends it. Eight model calls, one after the other, wait behind the question. */
const text = `segue: "1"
name: day-trip
description: Plan a day in a town, once a person likes the idea.
inputs:
  town: { type: string, minLength: 2, description: Which town? }
agents:
  writer: { model: openai/gpt-5-mini, instructions: You write one plain sentence. }
  editor: { model: openai/gpt-5-mini, instructions: You shorten. }
tasks:
  idea:
    agent: wrtier
    with: { prompt: "An idea for a day in \${{ inputs.town }}." }
  approve:
    type: human
    message: Shall we plan this? \${{ tasks.idea.output }}
    options: [plan it, leave it]
  plan:
    agent: editor
    needs: [${hours.at(-1)}]
    with: { prompt: "A plan for a day in \${{ inputs.town }}." }
${hours.map(hourTask).join('')}outputs:
  plan: \${{ tasks.plan.output }}
`;

function hourTask(hour: string, at: number): string {
  const before = hours[at - 1] ?? 'approve';
  return `  ${hour}:
    agent: writer
    needs: [${before}]
    with: { prompt: "The ${hour} in \${{ inputs.town }}." }
`;
}

let browser: Browser;
let model: SlowModel;
let folder: string;
let window: Workbench;

beforeAll(async () => {
  model = await startSlowModel({ replyTo, durationMs: 1_000 });
  folder = newWorkspace();
  writeConfig(folder, model.baseUrl);
  writeFileSync(join(folder, file), text);
  browser = await connectBrowser();
  window = await openWindow(browser, sharedEditor(), { folder });
});
afterAll(async () => {
  await browser?.close();
  await model?.close();
});
stepsOfOneDrive('main-job', () => [window]);

it('an unknown agent is underlined, and its quick fix mends it', async () => {
  await window.openFile(file);
  await window.squiggles('error').first().waitFor();
  await window.goTo(11, 15);
  await window.screenshot('ui-main-01-unknown-agent');
  const fix = await window.offerFix('Change to writer');
  await window.screenshot('ui-main-02-quick-fix');
  await fix.click();
  await window.squiggles('error').first().waitFor({ state: 'detached' });
  expect(await window.line(file, 'agent: writer').count()).toBeGreaterThan(0);
  await window.screenshot('ui-main-03-mended');
});

it('completion offers the agents', async () => {
  await window.goTo(18, 18);
  await window.page.keyboard.press('Control+Shift+ArrowLeft');
  await window.page.keyboard.press('Delete');
  await window.page.keyboard.press('Control+Space');
  await window.suggestions.filter({ hasText: 'editor' }).first().waitFor();
  expect(await window.suggestions.filter({ hasText: 'writer' }).count()).toBe(1);
  await window.screenshot('ui-main-04-completion');
  await window.page.keyboard.type('edi');
  await window.suggestions.filter({ hasText: 'writer' }).first().waitFor({ state: 'detached' });
  await window.page.keyboard.press('Enter');
  await window.line(file, 'agent: editor').first().waitFor();
  await window.squiggles('error').first().waitFor({ state: 'detached' });
});

it('is run from the palette with an input; panel and Runs view are live', async () => {
  await window.openRunsView();
  await window.command('Segue: Run Workflow');
  await window.question('Run day-trip: town').waitFor();
  await window.screenshot('ui-main-05-input');
  await window.answerInput('Bergen');
  await window.treeRows('Runs').filter({ hasText: 'running' }).waitFor();
  await window.screenshot('ui-main-06-running');
});

it('shows tokens and cost, and a question that is answered in the panel', async () => {
  const panel = window.webview();
  await panel.getByRole('heading', { name: 'Your decision is needed' }).waitFor();
  await window.treeRows('Runs').filter({ hasText: 'asks you' }).waitFor();
  await window.statusItem('1 question').waitFor();
  expect(squeezed(await panel.locator('.figures').innerText())).toMatch(
    /Time \d+ s Tokens \d{3} \d{2} Cost \$0\.000\d+/,
  );
  await window.screenshot('ui-main-07-question');
  await panel.locator('segue-question tk-button', { hasText: 'plan it' }).click();
  await panel.getByRole('heading', { name: 'Your decision is needed' }).waitFor({ state: 'detached' });
});

it('streams text, and goes on over a reload: same engine, the panel comes back, no call twice', async () => {
  await window
    .webview()
    .locator('pre.text.live', { hasText: /The \w+: walk up/ })
    .waitFor();
  await window.screenshot('ui-main-08-streaming');
  const pid = enginePid(folder);
  const reloadedAt = await window.reload();
  const panel = window.webview();
  await panel.locator('.header h1', { hasText: 'day-trip' }).waitFor();
  await window.screenshot('ui-main-09-back');
  await panel.locator('.header .status', { hasText: 'Completed' }).waitFor();
  await panel.getByText('A plan for a day: walk up').first().waitFor();
  await window.treeRows('Runs').filter({ hasText: 'completed' }).waitFor();
  await window.screenshot('ui-main-10-finished');
  expect(enginePid(folder)).toBe(pid);
  const { status, calls } = recordOf(folder);
  expect(status).toBe('completed');
  expect(calls.map(({ path }) => path.split('/')[0])).toEqual(['idea', ...hours, 'plan']);
  expect(calls.filter(({ started, ended }) => started === 1 && ended === 1)).toHaveLength(9);
  expect(calls.filter(({ startedAt }) => startedAt > reloadedAt).length).toBeGreaterThanOrEqual(3);
  expect([...model.asked.values()]).toEqual(Array(9).fill(1));
});

it('left no error in the page and broke no policy', () => {
  expect(window.policyBreaches).toEqual([]);
  expect(window.pageErrors).toEqual([]);
});

function replyTo(prompt: string): string {
  return `${prompt.split(' in ')[0]}: walk up the hill behind the harbour, look at the roofs, and come down hungry.`;
}

function squeezed(text: string): string {
  return text.replace(/\s+/g, ' ');
}
