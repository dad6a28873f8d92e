/** The browser that shows the editor. */
import { type Browser, type BrowserServer, chromium } from 'playwright-core';
import type { Host } from './install.ts';
import type { Stage } from './stage.ts';

const args = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** Starts a browser for this process. The stage's folder in its environment lets a sweep find it. */
export function launchBrowser(stage: Stage, host: Host): Promise<Browser> {
  return chromium.launch({ executablePath: host.browser, headless: true, args, env: browserEnv(stage) });
}

/** Starts a browser that several test processes share through `wsEndpoint()`. */
export function launchBrowserServer(stage: Stage, host: Host): Promise<BrowserServer> {
  return chromium.launchServer({ executablePath: host.browser, headless: true, args, env: browserEnv(stage) });
}

function browserEnv(stage: Stage): Record<string, string> {
  return Object.fromEntries(
    Object.entries(stage.env()).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}
