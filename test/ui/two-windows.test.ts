// One engine per data folder, whoever needs it: two windows and the editor's terminal on one folder, a third window on
// another. Each sees the others' runs, and any of them may answer.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { connectBrowser, newWorkspace, sharedEditor, stepsOfOneDrive } from '../host/drive.ts';
import { openWindow, type Workbench } from '../host/workbench.ts';
import { enginePid, enginesOf, segue } from './folder.ts';

const asking = `segue: "1"
name: asking
tasks:
  ok: { type: human, message: Is the tea ready?, options: ["yes", "no"] }
outputs: { said: "\${{ tasks.ok.output }}" }
`;
const greeting = `segue: "1"
name: greeting
agents: { host: { model: mock/small } }
tasks:
  greet: { agent: host, with: { prompt: hello } }
outputs: { text: "\${{ tasks.greet.output }}" }
mock:
  - { agent: host, reply: Good evening from the same engine. }
`;

let browser: Browser;
let here: string;
let elsewhere: string;
let first: Workbench;
let second: Workbench;
let third: Workbench | undefined;
let pid: number;

beforeAll(async () => {
  [here, elsewhere] = [newFolder(), newFolder()];
  browser = await connectBrowser();
  [first, second] = await Promise.all(
    [1, 2].map(() => openWindow(browser, sharedEditor(), { folder: here })) as [Promise<Workbench>, Promise<Workbench>],
  );
});
afterAll(async () => {
  await browser?.close();
});
stepsOfOneDrive('two-windows', () => [first, second, third]);

it('a run of one window is seen in the other, which answers its question', async () => {
  await second.openRunsView();
  await first.openRunsView();
  await first.openFile('asking.segue.yaml');
  await first.command('Segue: Run Workflow');
  await second.treeRows('Runs').filter({ hasText: 'asks you' }).waitFor();
  const toast = second.toast('Is the tea ready?');
  await toast.waitFor();
  await second.screenshot('ui-two-1-question-in-the-other');
  await second.pressButton(toast, 'yes');
  await first.webview().locator('.header .status', { hasText: 'Completed' }).waitFor();
  await second.treeRows('Runs').filter({ hasText: 'completed' }).waitFor();
  await first.screenshot('ui-two-2-answered');
  expect(await first.toast('Is the tea ready?').count()).toBe(0);
  pid = enginePid(here);
});

it('a run of the terminal is seen in both windows, and the terminal lists theirs', async () => {
  await first.typeInTerminal('segue run greeting.segue.yaml && segue runs');
  await first.terminal(/completed.*asking/s).waitFor();
  for (const window of [first, second]) await window.treeRows('Runs').filter({ hasText: 'greeting' }).waitFor();
  await first.screenshot('ui-two-3-terminal');
  await second.treeRows('Runs').filter({ hasText: 'greeting' }).click();
  await second.webview().locator('main').getByText('Good evening from the same engine.').first().waitFor();
  await second.screenshot('ui-two-4-run-of-the-terminal');
  expect(enginePid(here)).toBe(pid);
  expect(enginesOf(here)).toEqual([pid]);
});

it('another folder has an engine and runs of its own', async () => {
  third = await openWindow(browser, sharedEditor(), { folder: elsewhere });
  await third.openFile('greeting.segue.yaml');
  await third.openRunsView();
  await third.command('Segue: Run Workflow');
  await third.treeRows('Runs').filter({ hasText: 'completed' }).waitFor();
  await third.screenshot('ui-two-5-second-folder');
  expect(enginesOf(elsewhere)).toEqual([enginePid(elsewhere)]);
  expect(enginePid(elsewhere)).not.toBe(pid);
  expect(await third.treeRows('Runs').count()).toBe(1);
  expect(await first.treeRows('Runs').count()).toBe(2);
  expect((JSON.parse(segue(elsewhere, 'runs', '--json')) as unknown[]).length).toBe(1);
  expect(enginesOf(here)).toEqual([pid]);
});

function newFolder(): string {
  const folder = newWorkspace();
  writeFileSync(join(folder, 'asking.segue.yaml'), asking);
  writeFileSync(join(folder, 'greeting.segue.yaml'), greeting);
  return folder;
}
