// Engines of the tests are bundled as the product's is: from its sources one takes three times as long to start. Bundles
// are made again when a source has changed, and shared by all test files.
import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, globSync, mkdirSync, mkdtempSync, renameSync, rmSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { buildSync } from 'esbuild';
import { bundles, copies } from '../../scripts/bundles.ts';
import { repository } from './repository.ts';

const cache = join(repository, '.cache', 'test-engines');
const sources = ['{engine,models,run,schemas,workflow}/**/*.{ts,json}', 'test/process/*.ts', 'package-lock.json'];
const keptMs = 3_600_000;
const mains = [
  'engine/host/main.ts',
  ...['announcing-engine', 'bare-engine', 'careless-engine', 'engine-with-tools', 'full-disk-engine'].map(
    (name) => `test/process/${name}.ts`,
  ),
];

/** The scripts of all engines, by the path of their main in the repository. */
export function bundledEngines(): ReadonlyMap<string, string> {
  const folder = join(cache, stateOfSources());
  if (!existsSync(folder)) build(folder);
  return new Map(mains.map((main) => [main, join(folder, 'dist', `${nameOf(main)}.cjs`)]));
}

function stateOfSources(): string {
  const hash = createHash('sha256');
  for (const path of globSync(sources, { cwd: repository }).sort()) {
    const { mtimeMs, size } = statSync(join(repository, path));
    hash.update(`${path} ${mtimeMs} ${size}\n`);
  }
  return hash.digest('hex').slice(0, 16);
}

/** Beside its place and then into it, for another test file may want it too. */
function build(folder: string): void {
  mkdirSync(cache, { recursive: true });
  const made = mkdtempSync(join(cache, 'new-'));
  const loaded = bundles.filter(({ entry }) => entry.startsWith('engine/adapters/') && !entry.endsWith('sdk.ts'));
  buildSync({
    absWorkingDir: repository,
    entryPoints: [
      ...mains.map((main) => ({ in: main, out: nameOf(main) })),
      ...loaded.map(({ file, entry }) => ({ in: entry, out: basename(file, '.cjs') })),
    ],
    outdir: join(made, 'dist'),
    outExtension: { '.js': '.cjs' },
    bundle: true,
    platform: 'node',
    format: 'cjs',
    mainFields: ['module', 'main'],
    minifySyntax: true,
    minifyWhitespace: true,
    logLevel: 'warning',
  });
  copyFileSync(join(repository, 'package.json'), join(made, 'package.json'));
  for (const { from, to } of copies) copyFileSync(join(repository, 'node_modules', from), join(made, 'dist', to));
  try {
    renameSync(made, folder);
  } catch (error) {
    // Another test file was faster.
    if (!existsSync(folder)) throw error;
    rmSync(made, { recursive: true });
  }
  for (const old of globSync('*', { cwd: cache }).map((name) => join(cache, name))) {
    if (Date.now() - statSync(old).mtimeMs > keptMs) rmSync(old, { recursive: true, force: true });
  }
}

function nameOf(main: string): string {
  return main === 'engine/host/main.ts' ? 'engine' : basename(main, '.ts');
}
