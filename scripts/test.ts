/**
 * Runs the checks and tests, one part after the other, and says how long each took.
 *
 *   node scripts/test.ts verify      what is quick: format, lint, types, unused code, unit tests
 *   node scripts/test.ts             everything: verify, build, package, and the real browser and editor
 *   node scripts/test.ts ui …        only the parts named
 *
 * The last line is `N passed, N failed`, summed over all runners. A runner of tests writes its numbers to the file
 * named in SEGUE_TEST_COUNT (`scripts/count-reporter.ts`, `test/host/run-in-host.ts`); any other command counts as one.
 */
import { type SpawnOptions, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';

interface Part {
  readonly name: string;
  readonly command: string;
  /** Part of `npm run verify`. */
  readonly quick?: true;
  /** Parts without which this one makes no sense: if one of them fails, it is not run, and counts as failed. */
  readonly needs?: readonly string[];
}

/** Folders of `test/` whose vitest files are too slow for `verify`, or want the built bundles: each is a part. */
const slowFolders = ['bad-input', 'simulation', 'models', 'process', 'editors'];

/** The one list to extend. */
const parts: readonly Part[] = [
  { name: 'format', command: 'biome format', quick: true },
  { name: 'lint', command: 'oxlint', quick: true },
  { name: 'types', command: 'tsc', quick: true },
  { name: 'unused', command: 'knip --no-progress --no-config-hints', quick: true },
  { name: 'unit', command: `vitest run --exclude 'test/{${slowFolders.join(',')}}/**'`, quick: true },
  { name: 'build', command: 'node scripts/build.ts' },
  { name: 'bundles', command: 'node scripts/check-bundles.ts', needs: ['build'] },
  { name: 'notices', command: 'node scripts/notices.ts --check', needs: ['build'] },
  ...slowFolders.map((name) => ({ name, command: `vitest run test/${name}/`, needs: ['build'] })),
  { name: 'package', command: 'node scripts/package.ts', needs: ['build'] },
  { name: 'install-host', command: 'node test/host/install.ts' },
  { name: 'host', command: 'node test/host/run-in-host.ts', needs: ['build', 'install-host'] },
  { name: 'browser', command: 'vitest run --config test/browser/vitest.config.ts', needs: ['build', 'install-host'] },
  { name: 'ui', command: 'vitest run --config test/ui/vitest.config.ts', needs: ['package', 'install-host'] },
];

/** What `npm test` may take when everything is installed and unpacked. */
const budgetSeconds = 660;
const root = join(import.meta.dirname, '..');

interface Outcome {
  readonly part: Part;
  readonly passed: number;
  readonly failed: number;
  readonly seconds: number;
  readonly notRun?: string;
}

const outcomes: Outcome[] = [];
let interrupted = false;
// The child hears Ctrl-C too and cleans up; we wait for it and then stop.
process.on('SIGINT', () => {
  interrupted = true;
});
const chosen = choose(process.argv.slice(2));
for (const part of chosen) {
  if (interrupted) break;
  outcomes.push(await runPart(part));
}
report();

function choose(names: readonly string[]): readonly Part[] {
  if (names.length === 0) return parts;
  const known = new Set(['verify', ...parts.map((part) => part.name)]);
  const unknown = names.filter((name) => !known.has(name));
  if (unknown.length > 0)
    throw new Error(`no part is called ${unknown.join(', ')}; there are ${[...known].join(', ')}`);
  return parts.filter((part) => names.includes(part.name) || (part.quick && names.includes('verify')));
}

async function runPart(part: Part): Promise<Outcome> {
  const broken = outcomes.find(({ part: { name }, failed }) => failed > 0 && part.needs?.includes(name));
  if (broken) {
    process.stdout.write(`\n── ${part.name}: not run, because ${broken.part.name} failed\n`);
    return { part, passed: 0, failed: 1, seconds: 0, notRun: `${broken.part.name} failed` };
  }
  process.stdout.write(`\n── ${part.name}: ${part.command}\n`);
  const startMs = performance.now();
  const folder = mkdtempSync(join(tmpdir(), 'segue-count-'));
  const countFile = join(folder, 'count.json');
  const exitCode = await runCommand(part.command, countFile);
  const counted = readCount(countFile);
  rmSync(folder, { recursive: true });
  const seconds = (performance.now() - startMs) / 1000;
  if (!counted) return { part, seconds, passed: exitCode === 0 ? 1 : 0, failed: exitCode === 0 ? 0 : 1 };
  // A runner that fails although no test did (an unhandled error, say) is a failure all the same.
  const failed = exitCode !== 0 && counted.failed === 0 ? 1 : counted.failed;
  return { part, seconds, passed: counted.passed, failed };
}

function runCommand(command: string, countFile: string): Promise<number> {
  const path = [join(root, 'node_modules', '.bin'), process.env['PATH']].join(delimiter);
  const env = { ...process.env, PATH: path, SEGUE_TEST_COUNT: countFile };
  const options: SpawnOptions = { cwd: root, env, stdio: 'inherit', shell: true };
  return new Promise((resolve, reject) => {
    const child = spawn(command, options);
    child.once('error', reject);
    child.once('exit', (code) => resolve(code ?? 1));
  });
}

function readCount(file: string): { passed: number; failed: number } | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

function report(): void {
  const sum = (pick: (outcome: Outcome) => number) => outcomes.reduce((total, outcome) => total + pick(outcome), 0);
  const [seconds, passed, failed] = [sum((o) => o.seconds), sum((o) => o.passed), sum((o) => o.failed)];
  const width = Math.max(...chosen.map((part) => part.name.length));
  process.stdout.write(`\n${'part'.padEnd(width)}  seconds  passed  failed\n`);
  for (const { part, seconds: took, passed: good, failed: bad, notRun } of outcomes) {
    const numbers = `${took.toFixed(1).padStart(7)}  ${String(good).padStart(6)}  ${String(bad).padStart(6)}`;
    process.stdout.write(`${part.name.padEnd(width)}  ${numbers}${notRun ? `  not run: ${notRun}` : ''}\n`);
  }
  const budget = chosen.length === parts.length ? ` (budget ${budgetSeconds} s when warm)` : '';
  process.stdout.write(`${'total'.padEnd(width)}  ${seconds.toFixed(1).padStart(7)}${budget}\n`);
  if (interrupted) process.stdout.write('interrupted\n');
  process.stdout.write(`${passed} passed, ${failed} failed\n`);
  process.exitCode = failed > 0 || interrupted ? 1 : 0;
}
