/**
 * What the UI drives share: one editor server with the packed extension installed, and one browser. Vitest starts them
 * once (`globalSetup` in `test/ui/vitest.config.ts`) and hands their addresses to the test files.
 *
 * A drive that needs another server (Restricted Mode, other settings) starts one on the same stage folder pattern:
 * `const stage = new Stage('x')`, `startServer(stage, await installHost(), {…})`, `stage.close()`.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { launchBrowserServer } from './browser.ts';
import { installHost } from './install.ts';
import { startServer } from './server.ts';
import { Stage } from './stage.ts';

const root = join(import.meta.dirname, '../..');

declare module 'vitest' {
  interface ProvidedContext {
    /** Where playwright connects to the shared browser. */
    browserEndpoint: string;
    /** `host:port` of the shared editor server. */
    editorAuthority: string;
    /** Folder that is removed at the end; workspaces of drives belong here, and HOME of what they start is `ho`. */
    stageFolder: string;
  }
}

/** Vitest calls this before the first test file, and what it returns after the last. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const stage = new Stage('u');
  const host = await installHost();
  const server = await startServer(stage, host, { vsix: packedExtension() });
  const browser = await launchBrowserServer(stage, host);
  project.provide('browserEndpoint', browser.wsEndpoint());
  project.provide('editorAuthority', server.authority);
  project.provide('stageFolder', stage.folder);
  return async () => {
    await browser.close();
    await stage.close();
  };
}

/** @returns the package that `npm run package` made last */
export function packedExtension(): string {
  const { version }: { version: string } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  return join(root, `segue-${version}.vsix`);
}
