import { readFile } from 'node:fs/promises';
import type { Database, SqlJsConfig, SqlJsStatic, SqlValue } from 'sql.js';
import { fileCalls } from './file-system.ts';
import { type Mount, Volume } from './volume.ts';
import { debugImports, type FileCallName, isKnownRelease, releaseImports } from './wasm-imports.ts';

/** Where the two WebAssembly files of the sql.js package lie: file paths. */
export interface WasmPaths {
  readonly release: string;
  readonly debug: string;
}

export type Build = 'release' | 'debug';

/** SQLite, loaded. */
export interface Sqlite {
  readonly build: Build;
  /**
   * Opens (or makes) the database file of this mount; its folder must exist. What the operating system says against
   * it, now or later, stands in the mount.
   * @throws when the file can not be opened
   */
  open(mount: Mount): Opened;
}

export interface Opened {
  readonly database: Database;
  readonly close: () => void;
}

// sql.js keeps one instance per build and thread, whatever it is asked for; so do we.
const loaded = new Map<Build, Promise<Sqlite>>();

/**
 * Loads sql.js with real files beneath it: the fast release build if its file is the one we know, else the debug
 * build, whose imports have names.
 * @throws when neither file can be read or does not fit the package
 */
export async function loadSqlite(wasm: WasmPaths): Promise<Sqlite> {
  const release = await readFile(wasm.release);
  if (isKnownRelease(release)) return loadBuild('release', release);
  return loadBuild('debug', await readFile(wasm.debug));
}

/** Loads one build. Tests use it to try both. */
export function loadBuild(build: Build, wasm: Uint8Array): Promise<Sqlite> {
  const known = loaded.get(build);
  if (known) return known;
  const loading = load(build, wasm);
  loaded.set(build, loading);
  return loading;
}

/** The first column of the first row of a query, or undefined without a row. */
export function firstValue(sql: Database, query: string, values: SqlValue[] = []): SqlValue | undefined {
  return sql.exec(query, values)[0]?.values[0]?.[0];
}

async function load(build: Build, wasm: Uint8Array): Promise<Sqlite> {
  const volume = new Volume();
  const names = build === 'release' ? releaseImports.names : debugImports;
  // The debug build is large and hardly ever needed, so it is loaded only then.
  const start = (await (build === 'release' ? import('sql.js') : import('sql.js/dist/sql-wasm-debug.js'))).default;
  const config: SqlJsConfig & { useOldExtensionFunctions: boolean } = {
    instantiateWasm: (imports, done) => {
      done(instantiate(wasm, imports, names, volume));
      return {};
    },
    useOldExtensionFunctions: false,
  };
  const { Database } = await start(config);
  return { build, open: (mount) => open(Database, volume, mount) };
}

function instantiate(
  wasm: Uint8Array,
  imports: WebAssembly.Imports,
  names: { readonly [name: string]: FileCallName },
  volume: Volume,
): WebAssembly.Instance {
  // Known only after the module has got its imports.
  const late: { memory?: WebAssembly.Memory } = {};
  const originals = new Map<FileCallName, (...args: never[]) => number>();
  for (const [key, value] of Object.values(imports).flatMap((functions) => Object.entries(functions))) {
    const name = names[key];
    if (name && typeof value === 'function') originals.set(name, value as (...args: never[]) => number);
  }
  const calls = fileCalls(
    volume,
    () => must(late.memory),
    (name) => must(originals.get(name)),
  );
  const replaced: WebAssembly.Imports = {};
  for (const [space, functions] of Object.entries(imports)) {
    const copy = Object.entries(functions).map(([key, value]) => {
      const name = names[key];
      return [key, name ? calls[name] : value] as const;
    });
    replaced[space] = Object.fromEntries(copy);
  }
  const instance = new WebAssembly.Instance(new WebAssembly.Module(wasm as BufferSource), replaced);
  late.memory = must(Object.values(instance.exports).find((value) => value instanceof WebAssembly.Memory));
  return instance;
}

function must<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('The WebAssembly file does not fit the sql.js package.');
  return value;
}

function open(Database: SqlJsStatic['Database'], volume: Volume, mount: Mount): Opened {
  volume.expect(mount);
  try {
    // The empty array makes sql.js create an in-memory twin of the same name, which its `close` will look for.
    const database = new Database([]);
    return { database, close: () => closeDatabase(database, volume, mount) };
  } catch (error) {
    volume.unmount(mount);
    // sql.js asks a database that does not exist for its error and is told "out of memory".
    throw new Error('unable to open database file', { cause: error });
  }
}

function closeDatabase(database: Database, volume: Volume, mount: Mount): void {
  try {
    database.close();
  } finally {
    volume.unmount(mount);
  }
}
