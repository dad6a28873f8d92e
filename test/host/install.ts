/**
 * Installs a real VS Code (code-server) and a Chromium from npm into a cache folder that git ignores: `.cache/host` in
 * the checkout, or where SEGUE_HOST_CACHE says. They are no dependencies of the project, because they are large and
 * their own install scripts want other tools. Done once per set of versions; a stamp says which.
 *
 *   node test/host/install.ts        installs, and prints where things are
 */
import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const root = join(import.meta.dirname, '../..');
const versions = { 'code-server': '4.139.1', '@sparticuz/chromium': '153.0.0' };
/** Changes when the steps below change, so that older caches are made anew. */
const steps = 1;

export interface Host {
  /** Cache folder. */
  readonly folder: string;
  /** Script that starts code-server, to be run by a Node 24. */
  readonly codeServer: string;
  /** Chromium's executable. */
  readonly browser: string;
}

/** @returns the installed host; installs it first (about half a minute) when the cache does not hold these versions */
export async function installHost(): Promise<Host> {
  const folder = process.env['SEGUE_HOST_CACHE'] ?? join(root, '.cache', 'host');
  const stampFile = join(folder, 'stamp.json');
  const stamp = JSON.stringify({ ...versions, steps, platform: process.platform, arch: process.arch });
  if (!existsSync(stampFile) || readFileSync(stampFile, 'utf8') !== stamp) {
    await fillCache(folder);
    writeFileSync(stampFile, stamp);
  }
  const browser = await findBrowser(folder);
  return { folder, codeServer: join(folder, 'node_modules/code-server/out/node/entry.js'), browser };
}

async function fillCache(folder: string): Promise<void> {
  const startMs = performance.now();
  process.stdout.write(`host: installing VS Code (code-server ${versions['code-server']}) and Chromium …\n`);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ private: true, dependencies: versions }));
  // Install scripts stay off: everything used here works without the native parts they would compile.
  await npm(folder, ['install', '--ignore-scripts', '--no-package-lock']);
  const vscode = join(folder, 'node_modules/code-server/lib/vscode');
  // `npm ci` refuses these two: their shrinkwraps and manifests disagree.
  await npm(vscode, ['install', '--omit=dev', '--ignore-scripts']);
  await npm(join(vscode, 'extensions'), ['install', '--omit=dev', '--ignore-scripts']);
  process.stdout.write(`host: installed in ${Math.round((performance.now() - startMs) / 1000)} s\n`);
}

async function npm(cwd: string, args: readonly string[]): Promise<void> {
  // npm tells its scripts about the package they belong to; an npm for another folder must not hear of it.
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('npm_')));
  const cache = process.env['npm_config_cache'];
  if (cache) env['npm_config_cache'] = cache;
  const all = [...args, '--no-fund', '--no-audit', '--loglevel=error'];
  await run('npm', all, { cwd, env, maxBuffer: 1 << 26, shell: process.platform === 'win32' });
}

/** In this order: CHROME_PATH, Debian's Chromium, the one from npm (unpacked once into the cache). */
async function findBrowser(folder: string): Promise<string> {
  const known = [process.env['CHROME_PATH'], '/usr/bin/chromium'].find((path) => path && existsSync(path));
  const browser = known ?? (await unpackBrowser(folder));
  await run(browser, ['--version']).catch((error: Error & { stderr?: string }) => {
    const library = /libraries: (\S+):/.exec(error.stderr ?? error.message)?.[1];
    const cause = library ? `it lacks the shared library ${library}` : (error.stderr ?? error.message).trim();
    const cure = 'On Debian and Ubuntu: apt-get install libnss3 libnspr4 libexpat1; or set CHROME_PATH to a Chrome';
    throw new Error(`The browser ${browser} does not start: ${cause}. ${cure}.`, { cause: error });
  });
  return browser;
}

async function unpackBrowser(folder: string): Promise<string> {
  const target = join(folder, 'browser');
  const browser = join(target, 'chromium');
  if (existsSync(browser)) return browser;
  // The package unpacks into the temporary folder of its process, so it gets a process with one inside the cache.
  mkdirSync(target, { recursive: true });
  const script = `import c from '@sparticuz/chromium'; console.log(await c.executablePath());`;
  const env = { ...process.env, TMPDIR: target };
  const { stdout } = await run(process.execPath, ['--input-type=module', '-e', script], { cwd: folder, env });
  if (stdout.trim() !== browser) throw new Error(`Chromium was unpacked to ${stdout.trim()}, not to ${browser}`);
  return browser;
}

if (import.meta.main) process.stdout.write(`${JSON.stringify(await installHost(), undefined, 2)}\n`);
