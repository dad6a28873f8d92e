/**
 * Runs a mocha suite inside the extension host of a real VS Code, with the extension loaded from its folder.
 * The suite is bundled first (`bundleSuite`), so tests are TypeScript and may import from the product.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as esbuild from 'esbuild';
import { launchBrowser } from './browser.ts';
import type { Host } from './install.ts';
import { startServer } from './server.ts';
import type { Stage } from './stage.ts';

const root = join(import.meta.dirname, '../..');
const deadlineMs = 180_000;

/** What the suite writes to RESULT_FILE when it has run (`test/host/mocha-run.ts`). */
export interface SuiteResult {
  readonly passed: number;
  readonly failed: number;
  /** One line per test, and the error of each that failed. */
  readonly report: string;
}

/**
 * Bundles all `*.test.ts` of a folder into one suite that `extensionTestsPath` can name.
 * @param folder with the tests @param out file to write, inside the repository so that it finds mocha
 */
export async function bundleSuite(folder: string, out: string): Promise<void> {
  const tests = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.test.ts'));
  const imports = tests.sort().map((name) => `() => import(${JSON.stringify(join(folder, name))})`);
  const runner = JSON.stringify(join(import.meta.dirname, 'mocha-run.ts'));
  await esbuild.build({
    stdin: {
      contents: `import { runMocha } from ${runner};\nexport const run = () => runMocha([${imports.join(', ')}]);\n`,
      resolveDir: root,
    },
    outfile: out,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node22',
    external: ['vscode', 'mocha'],
    sourcemap: 'inline',
    logLevel: 'warning',
  });
}

export interface InHostOptions {
  /** Folder of the extension: `package.json` and what its `main` names. */
  readonly extensionFolder: string;
  /** Bundled suite. */
  readonly suite: string;
  /** Folder the window opens; none: an empty window. */
  readonly workspace?: string;
  /** Folder of another extension that is installed beside it. */
  readonly beside?: string;
  /** Environment that the suite finds in `process.env`. */
  readonly env?: Readonly<Record<string, string>>;
}

/** @returns the suite's result; throws when it could not run or did not end in time */
export async function runInHost(stage: Stage, host: Host, options: InHostOptions): Promise<SuiteResult> {
  const resultFile = stage.path('result.json');
  const beside = options.beside ? { extensionFolder: options.beside } : {};
  const server = await startServer(stage, host, { name: 'in-host', smokeDriver: true, ...beside });
  const browser = await launchBrowser(stage, host);
  try {
    const page = await browser.newPage({ viewport: { width: 1400, height: 900 } });
    const console: string[] = [];
    const ended = Promise.withResolvers<number>();
    await page.exposeFunction('codeAutomationExit', (code: number) => ended.resolve(code));
    await page.exposeFunction('codeAutomationLog', (type: string, args: unknown) => {
      console.push(`${type} ${JSON.stringify(args)}`);
    });
    page.on('crash', () => ended.reject(new Error('the page of the editor crashed')));
    const payload: [string, string][] = [
      ['extensionDevelopmentPath', server.remoteUri(options.extensionFolder)],
      ['extensionTestsPath', server.remoteUri(options.suite)],
      ['extensionEnvironment', JSON.stringify({ ...options.env, RESULT_FILE: resultFile })],
    ];
    await page.goto(server.windowUrl(options.workspace, payload));
    const timer = setTimeout(() => ended.reject(new Error(`the suite did not end in ${deadlineMs} ms`)), deadlineMs);
    try {
      await ended.promise;
    } catch (error) {
      await saveFailure(page);
      throw new Error(`${String(error)}\n${console.slice(-40).join('\n')}`, { cause: error });
    } finally {
      clearTimeout(timer);
    }
    if (!existsSync(resultFile)) throw new Error(`the suite ended without a result:\n${console.slice(-40).join('\n')}`);
    return JSON.parse(readFileSync(resultFile, 'utf8'));
  } finally {
    await browser.close();
    await server.stop();
  }
}

async function saveFailure(page: { screenshot(options: { path: string }): Promise<unknown> }): Promise<void> {
  const folder = join(root, 'test/screenshots');
  mkdirSync(folder, { recursive: true });
  await page.screenshot({ path: join(folder, 'in-host-failed.png') });
}
