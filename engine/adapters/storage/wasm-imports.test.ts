import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';
import { beforeAll, expect, it } from 'vitest';
import { fileCallNames, isKnownRelease, releaseImports } from './wasm-imports.ts';

const here = createRequire(import.meta.url);

interface SqlJs {
  Database: new (data: number[]) => { exec(sql: string): unknown; close(): void };
}

/** Uses every kind of file call: both journals, locks, truncation, deletion, syncs. */
const everything = [
  'PRAGMA synchronous=FULL',
  'CREATE TABLE t(a)',
  'BEGIN; INSERT INTO t VALUES(1); COMMIT',
  'PRAGMA journal_mode=TRUNCATE',
  'INSERT INTO t VALUES(2)',
  'PRAGMA locking_mode=EXCLUSIVE',
  'PRAGMA journal_mode=WAL',
  'INSERT INTO t VALUES(randomblob(20000))',
  'PRAGMA wal_checkpoint(TRUNCATE)',
  'DELETE FROM t',
  'VACUUM',
  'PRAGMA journal_mode=DELETE',
];

/** The names of the imports that a build calls, in order, in its own file system. */
async function callsOf(build: string): Promise<string[]> {
  const calls: string[] = [];
  const listen = (name: string, original: unknown): unknown =>
    typeof original === 'function'
      ? (...values: unknown[]): unknown => {
          calls.push(name);
          return original(...values);
        }
      : original;
  const start = here(`sql.js/dist/${build}.js`) as (config: object) => Promise<SqlJs>;
  const { Database } = await start({
    useOldExtensionFunctions: false,
    instantiateWasm(imports: WebAssembly.Imports, done: (instance: WebAssembly.Instance) => void) {
      const heard = Object.entries(imports).map(([space, functions]) => [
        space,
        Object.fromEntries(Object.entries(functions).map(([name, value]) => [name, listen(name, value)])),
      ]);
      const module = new WebAssembly.Module(readFileSync(here.resolve(`sql.js/dist/${build}.wasm`)));
      done(new WebAssembly.Instance(module, Object.fromEntries(heard) as WebAssembly.Imports));
      return {};
    },
  });
  calls.length = 0;
  const database = new Database([]);
  for (const sql of everything) database.exec(sql);
  database.close();
  return calls;
}

let named: string[];
let lettered: string[];

// Once: sql.js keeps one instance of each build in a thread.
beforeAll(async () => {
  named = await callsOf('sql-wasm-debug');
  lettered = await callsOf('sql-wasm');
});

// Both builds are the same C program, so the same work makes the same calls in the same order: what the debug build
// calls by name the release build calls by letter.
it('has the table of the release build that is installed', () => {
  expect(lettered).toHaveLength(named.length);
  const pairs = new Map(lettered.map((letter, index) => [letter, named[index] ?? '']));
  lettered.forEach((letter, index) => expect(`${letter} ${named[index]}`).toBe(`${letter} ${pairs.get(letter)}`));
  const derived = [...pairs].filter(([, name]) => (fileCallNames as readonly string[]).includes(name));
  expect(Object.fromEntries(derived)).toEqual(releaseImports.names);
  expect(isKnownRelease(readFileSync(here.resolve('sql.js/dist/sql-wasm.wasm')))).toBe(true);
});

it('replaces every call that touches a file', () => {
  const harmless = ['__syscall_getcwd', '__syscall_geteuid32'];
  const touching = new Set(named.filter((name) => /^(?:__syscall_|fd_)/.test(name) && !harmless.includes(name)));
  expect([...touching].toSorted()).toEqual([...fileCallNames].toSorted());
});
