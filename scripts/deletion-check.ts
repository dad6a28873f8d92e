/**
 * Tells whether the golden fixtures notice when a rule or a feature is gone. Each file of `workflow/rules/` and of
 * `language-server/features/` in turn is made to do nothing – its functions answer nothing, its tables are empty – and
 * the fixtures are checked: at least one must differ.
 *
 *   node scripts/deletion-check.ts            all files
 *   node scripts/deletion-check.ts cycle …    those whose path has one of these words
 */
import { readdirSync, readFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { isMainThread, parentPort, Worker } from 'node:worker_threads';

const root = fileURLToPath(new URL('..', import.meta.url));
const folders = ['workflow/rules', 'language-server/features'];

/** `undefined`: the fixtures do not differ. */
interface Verdict {
  readonly noticedBy: string | undefined;
}

if (isMainThread) await checkAll(process.argv.slice(2));
else parentPort?.once('message', (file: string) => void checkWithout(file));

async function checkAll(words: readonly string[]): Promise<void> {
  const files = folders
    .flatMap(filesIn)
    .filter((file) => words.length === 0 || words.some((word) => file.includes(word)));
  const whole = await verdictOn('');
  if (whole.noticedBy !== undefined) throw new Error(`the fixtures differ with all files in place: ${whole.noticedBy}`);
  const waiting = [...files];
  const unnoticed: string[] = [];
  const lane = async (): Promise<void> => {
    for (let file = waiting.shift(); file !== undefined; file = waiting.shift()) {
      const { noticedBy } = await verdictOn(file);
      if (noticedBy === undefined) unnoticed.push(file);
      process.stdout.write(`${file}: ${noticedBy ?? 'NOTHING NOTICES'}\n`);
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, lane));
  process.stdout.write(`${files.length} files, ${unnoticed.length} of which nothing notices\n`);
  if (unnoticed.length > 0) process.exitCode = 1;
}

/** Files that hold more than types, for these leave nothing behind that could be missing. */
function filesIn(folder: string): readonly string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
    .map((name) => `${folder}/${name}`)
    .filter((file) => exportsOf(readFileSync(join(root, file), 'utf8')).length > 0);
}

/** Each file is tried in a thread of its own: modules are loaded once in a thread. */
function verdictOn(file: string): Promise<Verdict> {
  const { promise, resolve, reject } = Promise.withResolvers<Verdict>();
  const worker = new Worker(new URL(import.meta.url));
  worker.once('message', (verdict: Verdict) => {
    resolve(verdict);
    void worker.terminate();
  });
  worker.once('error', (error) => reject(error));
  worker.postMessage(file);
  return promise;
}

async function checkWithout(file: string): Promise<void> {
  const url = pathToFileURL(join(root, file)).href;
  if (file !== '') {
    replace(url);
    await import(url); // What goes wrong here is a mistake of this script, and no verdict.
  }
  const noticedBy = await firstDifference();
  parentPort?.postMessage({ noticedBy } satisfies Verdict);
}

/** The first fixture that differs, or what went wrong for want of the file. */
async function firstDifference(): Promise<string | undefined> {
  try {
    const { languageFixtures, markedFixture } = await import('../test/golden/language-fixtures.ts');
    const { answeredFixture, fixtures } = await import('../language-server/golden/fixtures.ts');
    for (const path of languageFixtures) {
      const { marks, found } = markedFixture(path);
      if (marks.join('\n') !== found.join('\n')) return nameOf(path);
    }
    for (const path of fixtures) {
      const { text, answered } = answeredFixture(path);
      if (text !== answered) return nameOf(path);
    }
    return undefined;
  } catch (error) {
    // Whatever a file of ours throws because another one answers nothing, somebody has noticed.
    return `an error (${error instanceof Error ? error.message : String(error)})`;
  }
}

function nameOf(path: string): string {
  return path.slice(path.indexOf('fixtures/') + 'fixtures/'.length);
}

/** From now on a module exports the same names, and all of them do nothing. */
function replace(url: string): void {
  const original = `${url}?original`;
  registerHooks({
    load: (loaded, context, next) => {
      if (loaded !== url) return next(loaded, context);
      const names = exportsOf(readFileSync(fileURLToPath(url), 'utf8'));
      const lines = names.map((name) => `export const ${name} = __nothing(__original.${name});`);
      const source = `import * as __original from ${JSON.stringify(original)};\n${nothing}\n${lines.join('\n')}`;
      return { format: 'module', source, shortCircuit: true };
    },
  });
}

/** What stands in for a function, a class, a table or a value. */
const nothing = `function __nothing(value) {
  if (typeof value === 'function') return value.toString().startsWith('class') ? class {} : () => undefined;
  if (Array.isArray(value)) return [];
  if (value instanceof Map) return new Map();
  if (value instanceof Set) return new Set();
  return typeof value === 'object' ? {} : undefined;
}`;

/** The names of all that a module exports beside types. */
function exportsOf(source: string): readonly string[] {
  const declared = [...source.matchAll(/^export (?:async )?(?:function\*?|const|let|class) ([A-Za-z_$][\w$]*)/gm)];
  const listed = [...source.matchAll(/^export \{([^}]*)\}/gm)].flatMap((match) => (match[1] ?? '').split(','));
  const names = listed.map((name) => name.trim()).filter((name) => name !== '' && !name.startsWith('type '));
  return [
    ...declared.map((match) => match[1] ?? ''),
    ...names.map((name) => name.split(' as ').at(-1)?.trim() ?? name),
  ];
}
