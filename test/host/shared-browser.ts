/** One browser for all files of `test/browser`, which need no editor. Vitest calls `setup` once (`globalSetup`). */
import type { TestProject } from 'vitest/node';
import { launchBrowserServer } from './browser.ts';
import { installHost } from './install.ts';
import { Stage } from './stage.ts';

export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const stage = new Stage('b');
  const browser = await launchBrowserServer(stage, await installHost());
  project.provide('browserEndpoint', browser.wsEndpoint());
  project.provide('stageFolder', stage.folder);
  return async () => {
    await browser.close();
    await stage.close();
  };
}
