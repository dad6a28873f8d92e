// Restricted Mode: in a folder that nobody trusts yet Segue helps to edit and runs nothing, and says so. The drive needs a
// server of its own, because the shared one trusts every folder.
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { connectBrowser, stepsOfOneDrive } from '../host/drive.ts';
import { installHost } from '../host/install.ts';
import { startServer } from '../host/server.ts';
import { packedExtension } from '../host/shared-editor.ts';
import { Stage } from '../host/stage.ts';
import { openWindow, type Workbench } from '../host/workbench.ts';

const text = `segue: "1"
name: careful
agents: { host: { model: mock/small } }
tasks:
  greet:
    agent: hots
    with: { prompt: hello }
`;

const stage = new Stage('r');
const folder = stage.path('ws');
let browser: Browser;
let window: Workbench;

beforeAll(async () => {
  mkdirSync(folder);
  writeFileSync(join(folder, 'careful.segue.yaml'), text);
  const [connected, server] = await Promise.all([
    connectBrowser(),
    startServer(stage, await installHost(), { vsix: packedExtension(), trust: 'asked' }),
  ]);
  browser = connected;
  window = await openWindow(browser, server, { folder });
});
afterAll(async () => {
  await browser?.close();
  await stage.close();
});
stepsOfOneDrive('restricted', () => [window]);

it('editing help works', async () => {
  await window.statusItem('Restricted Mode').waitFor();
  await window.openFile('careful.segue.yaml');
  await window.squiggles('error').first().waitFor();
  await window.goTo(6, 14);
  const fix = await window.offerFix('Change to host');
  await fix.click();
  await window.squiggles('error').first().waitFor({ state: 'detached' });
});

it('running does not, and the message says why and what to do', async () => {
  await window.openRunsView();
  await window.treeView('Runs').getByText('This folder is in Restricted Mode.').waitFor();
  await window.command('Segue: Run Workflow');
  await window.toast('Segue does not run workflows in Restricted Mode').waitFor();
  await window.screenshot('ui-restricted-1-refused');
  expect(existsSync(join(folder, '.segue'))).toBe(false);
});

it('once the folder is trusted it runs', async () => {
  await window.pressButton(window.toast('Restricted Mode'), 'Manage Trust');
  await window.giveTrust();
  await window.openFile('careful.segue.yaml');
  await window.command('Segue: Run Workflow');
  await window.treeRows('Runs').filter({ hasText: 'completed' }).waitFor();
  await window.screenshot('ui-restricted-2-trusted');
});
