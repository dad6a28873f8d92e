/**
 * Builds `dist/`: one bundle per process (`bundles.ts`), and the files that travel beside them.
 *
 *   node scripts/build.ts            build once, print the sizes
 *   node scripts/build.ts --quiet    print only when something is wrong
 *   node scripts/build.ts --watch    build again when a source changes
 *
 * There is one way to build: what the tests run is what ships. A warning is an error. Sizes and what went into
 * each bundle are kept in `.cache/build/`, for the next size report and for `check-bundles.ts`.
 */
import { chmodSync, copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import * as esbuild from 'esbuild';
import { type BundleSpec, bundles, copies } from './bundles.ts';
import { nodeCheck } from './node-check.ts';
import { reportSizes } from './size-report.ts';

const root = join(import.meta.dirname, '..');
const dist = join(root, 'dist');
const record = join(root, '.cache', 'build');

const { values: flags } = parseArgs({ options: { watch: { type: 'boolean' }, quiet: { type: 'boolean' } } });
await build();

async function build(): Promise<void> {
  mkdirSync(record, { recursive: true });
  if (flags.watch) return watch();
  rmSync(dist, { recursive: true, force: true });
  const startMs = performance.now();
  const results = await Promise.allSettled(bundles.map((bundle) => buildOne(bundle)));
  const failed = results.filter((result) => result.status === 'rejected').length;
  copyAssets();
  if (failed > 0) {
    process.stderr.write(`build: ${failed} of ${bundles.length} bundles failed\n`);
    process.exitCode = 1;
    return;
  }
  const tookMs = Math.round(performance.now() - startMs);
  const report = reportSizes(dist, join(record, 'sizes.json'));
  if (!flags.quiet) process.stdout.write(`${report}\nbuilt ${bundles.length} bundles in ${tookMs} ms\n`);
}

async function buildOne(bundle: BundleSpec): Promise<void> {
  const result = await esbuild.build(optionsFor(bundle));
  if (result.warnings.length > 0) throw new Error(`${bundle.file}: ${result.warnings.length} warnings`);
  keepRecord(bundle, result.metafile);
}

function optionsFor(bundle: BundleSpec) {
  return {
    absWorkingDir: root,
    entryPoints: [bundle.entry],
    outfile: join(dist, bundle.file),
    bundle: true,
    platform: bundle.platform,
    format: bundle.platform === 'node' ? 'cjs' : 'iife',
    // Node bundles must at least parse on Node 20, so that the check on top can say what is needed.
    target: bundle.platform === 'node' ? 'node20' : 'chrome128',
    mainFields: bundle.platform === 'node' ? ['module', 'main'] : ['browser', 'module', 'main'],
    external: [...(bundle.external ?? [])],
    // Names stay readable in stack traces that people paste into issues; the webview is minified whole.
    minifySyntax: true,
    minifyWhitespace: true,
    minifyIdentifiers: bundle.platform === 'browser',
    sourcemap: 'linked',
    sourcesContent: false,
    legalComments: 'none',
    metafile: true,
    logLevel: 'warning',
    loader: { '.ttf': 'file', '.svg': 'text' },
    banner: { js: bannerFor(bundle) },
    plugins: [loadedApart(), afterEachBuild(bundle)],
  } satisfies esbuild.BuildOptions;
}

function bannerFor(bundle: BundleSpec): string {
  const shebang = bundle.executable ? '#!/usr/bin/env node\n' : '';
  return bundle.onOldNode === 'unchecked' ? '' : shebang + nodeCheck(bundle, lowestNodeRange());
}

function lowestNodeRange(): string {
  const manifest: { engines: { node: string } } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  return manifest.engines.node;
}

/** A module that has a bundle of its own and is imported dynamically is loaded from that bundle, not copied into this one. */
function loadedApart(): esbuild.Plugin {
  return {
    name: 'loaded-apart',
    setup(build) {
      build.onResolve({ filter: /^\..*\.ts$/ }, ({ kind, path, resolveDir }) => {
        if (kind !== 'dynamic-import') return undefined;
        const own = bundles.find(({ entry }) => join(root, entry) === join(resolveDir, path));
        return own && { path: `./${own.file}`, external: true };
      });
    },
  };
}

function afterEachBuild(bundle: BundleSpec): esbuild.Plugin {
  return {
    name: 'executable',
    setup(build) {
      build.onEnd((result) => {
        if (bundle.executable && result.errors.length === 0) chmodSync(join(dist, bundle.file), 0o755);
      });
    },
  };
}

function keepRecord(bundle: BundleSpec, metafile: esbuild.Metafile): void {
  writeFileSync(join(record, `${bundle.file}.meta.json`), JSON.stringify(metafile));
}

function copyAssets(): void {
  mkdirSync(dist, { recursive: true });
  for (const { from, to } of copies) copyFileSync(join(root, 'node_modules', from), join(dist, to));
}

async function watch(): Promise<void> {
  copyAssets();
  for (const bundle of bundles) {
    const context = await esbuild.context({ ...optionsFor(bundle), logLevel: 'info' });
    await context.watch();
  }
  process.stdout.write('watching; Ctrl-C ends\n');
}
