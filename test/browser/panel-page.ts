/**
 * A page as VS Code makes it around the run panel: the same policy, the same API, the colours of a theme as variables;
 * with the built bundle in it. The bundle is read from `dist/`, or from the folder that SEGUE_DIST names.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BrowserContext, Page } from 'playwright-core';
import type { FromPanel, ToPanel } from '../../run/index.ts';
import type { RecordedRun } from './record-builder.ts';
import themes from './themes.json' with { type: 'json' };

export type Theme = keyof typeof themes;

const root = join(import.meta.dirname, '../..');
const dist = process.env['SEGUE_DIST'] ?? join(root, 'dist');
const origin = 'https://panel.test';
const nonce = 'bm9uY2U';

const files: { readonly [path: string]: string } = {
  '/webview.js': 'text/javascript',
  '/webview.css': 'text/css',
  '/codicon.css': 'text/css',
  '/codicon.ttf': 'font/ttf',
};

const bodyClasses: { readonly [theme in Theme]: string } = {
  dark: 'vscode-dark',
  light: 'vscode-light',
  hc: 'vscode-high-contrast',
};

/** The skeleton that the extension's HTML must have too (webview/main.ts says what it must hold). */
function skeleton(theme: Theme): string {
  const policy = `default-src 'none'; script-src 'nonce-${nonce}'; style-src ${origin} 'nonce-${nonce}'; font-src ${origin};`;
  return `<!DOCTYPE html>
<html lang="en">
  <head>
    <meta charset="UTF-8">
    <meta http-equiv="Content-Security-Policy" content="${policy}">
    <meta property="csp-nonce" content="${nonce}">
    <meta name="viewport" content="width=device-width, initial-scale=1.0">
    <title>Run</title>
    <link rel="stylesheet" id="vscode-codicon-stylesheet" href="${origin}/codicon.css">
    <link rel="stylesheet" href="${origin}/webview.css">
  </head>
  <body class="${bodyClasses[theme]}" data-vscode-theme-kind="${bodyClasses[theme]}">
    <segue-run-panel></segue-run-panel>
    <script nonce="${nonce}" src="${origin}/webview.js"></script>
  </body>
</html>`;
}

/** What the page writes down for the test to read. */
interface Notes {
  sent: FromPanel[];
  violations: string[];
  stopped: boolean;
  state: unknown;
}

/** What a test does with an open panel. */
export interface PanelPage {
  readonly page: Page;
  /** Gives the panel a message, as the extension does. */
  tell(message: ToPanel): Promise<void>;
  /** Shows a run: everything recorded, in batches. */
  show(run: RecordedRun): Promise<void>;
  /** The messages that the panel has sent so far, or those of one type. */
  sent<Type extends FromPanel['type']>(type: Type): Promise<Extract<FromPanel, { type: Type }>[]>;
  /** What broke the policy, and errors that nobody caught. */
  troubles(): Promise<string[]>;
  /** From now on nothing is a trouble. */
  stopNotes(): Promise<void>;
  /** What VS Code would keep over a reload. */
  state(): Promise<unknown>;
}

/** Opens a panel of this size, without a run. `saved` is the state that an earlier panel left behind. */
export async function openPanel(
  context: BrowserContext,
  { theme = 'dark', width = 1100, height = 760, saved }: PanelOptions = {},
): Promise<PanelPage> {
  const page = await context.newPage();
  await page.setViewportSize({ width, height });
  const errors: string[] = [];
  let stopped = false;
  page.on('pageerror', (error) => errors.push(`error: ${error.stack ?? error.message}`));
  page.on('console', (message) => {
    if (message.type() === 'error' && !stopped) errors.push(`console: ${message.text()}`);
  });
  await serve(page, theme);
  await page.addInitScript(mimicVsCode, { variables: themes[theme], saved });
  await page.goto(`${origin}/`);
  await page.locator('segue-run-panel > *').first().waitFor({ state: 'attached' });
  const notes = () => page.evaluate(() => (window as unknown as { notes: Notes }).notes);
  const tell = (message: ToPanel) =>
    page.evaluate((data) => window.postMessage(JSON.parse(data), '*'), JSON.stringify(message));
  return {
    page,
    tell,
    show: (run) => showRun(tell, run),
    sent: async (type) => {
      const { sent } = await notes();
      return sent.filter((message): message is Extract<FromPanel, { type: typeof type }> => message.type === type);
    },
    troubles: async () => [...(await notes()).violations, ...errors],
    stopNotes: async () => {
      stopped = true;
      await page.evaluate(() => Object.assign((window as unknown as { notes: Notes }).notes, { stopped: true }));
    },
    state: async () => (await notes()).state,
  };
}

export interface PanelOptions {
  readonly theme?: Theme;
  readonly width?: number;
  readonly height?: number;
  readonly saved?: unknown;
}

async function serve(page: Page, theme: Theme): Promise<void> {
  for (const file of ['webview.js', 'webview.css', 'codicon.css', 'codicon.ttf']) {
    if (!existsSync(join(dist, file))) throw new Error(`${join(dist, file)} is missing: run \`npm run build\` first.`);
  }
  await page.route('**/*', (route) => {
    const { pathname } = new URL(route.request().url());
    const contentType = files[pathname];
    if (pathname === '/') return route.fulfill({ contentType: 'text/html', body: skeleton(theme) });
    if (contentType === undefined) return route.abort();
    return route.fulfill({ contentType, body: readFileSync(join(dist, pathname)) });
  });
}

async function showRun(tell: (message: ToPanel) => Promise<void>, { runId, messages }: RecordedRun): Promise<void> {
  await tell({ type: 'show', runId });
  const batch = 500;
  for (let from = 0; from < messages.length; from += batch) {
    await tell({ type: 'batch', runId, messages: messages.slice(from, from + batch) });
  }
}

/** Runs in the page, before its scripts: VS Code's API, and its variables on the root element. */
function mimicVsCode({ variables, saved }: { variables: Record<string, string>; saved: unknown }): void {
  const notes: Notes = { sent: [], violations: [], stopped: false, state: saved };
  const api = {
    postMessage: (message: FromPanel) => notes.sent.push(message),
    getState: () => notes.state,
    setState: (state: unknown) => {
      notes.state = structuredClone(state);
    },
  };
  Object.assign(window, { notes, acquireVsCodeApi: () => api });
  document.addEventListener('securitypolicyviolation', (event) => {
    if (!notes.stopped)
      notes.violations.push(
        `policy: ${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}:${event.lineNumber} ${event.sample}`,
      );
  });
  const apply = () => {
    for (const [name, value] of Object.entries(variables))
      document.documentElement.style.setProperty(`--vscode-${name}`, value);
  };
  if (document.documentElement) apply();
  else
    new MutationObserver((_, observer) => {
      if (!document.documentElement) return;
      observer.disconnect();
      apply();
    }).observe(document, { childList: true });
}
