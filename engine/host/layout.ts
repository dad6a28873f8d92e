// Where the files lie that an engine loads while it runs. `import.meta.url` is empty in a CommonJS bundle and
// `__dirname` is missing in a module, so a main derives them from the script that was started: `process.argv[1]`.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** Paths of the files an engine loads: workers' scripts, and the WebAssembly of sql.js. */
export interface EngineFiles {
  readonly storageWorker: string;
  readonly calculatorWorker: string;
  /** The program that runs a module of the workspace. */
  readonly moduleHost: string;
  readonly wasm: { readonly release: string; readonly debug: string };
  /** The package.json, for the version. */
  readonly manifest: string;
}

/** The files beside a bundled engine (`dist/engine.cjs`), or those of a checkout (`engine/host/main.ts`). */
export function engineFilesOf(script: string): EngineFiles {
  return script.endsWith('.cjs') ? bundledFiles(dirname(script)) : sourceFiles(join(dirname(script), '..', '..'));
}

/** The files of a checkout. @param root the repository */
export function sourceFiles(root: string): EngineFiles {
  const adapters = join(root, 'engine', 'adapters');
  const sqlJs = dirname(createRequire(join(root, 'package.json')).resolve('sql.js'));
  return {
    storageWorker: join(adapters, 'storage', 'worker.ts'),
    calculatorWorker: join(adapters, 'tools', 'calculator-worker.ts'),
    moduleHost: join(adapters, 'tools', 'modules', 'host.ts'),
    wasm: { release: join(sqlJs, 'sql-wasm.wasm'), debug: join(sqlJs, 'sql-wasm-debug.wasm') },
    manifest: join(root, 'package.json'),
  };
}

function bundledFiles(folder: string): EngineFiles {
  return {
    storageWorker: join(folder, 'storage-worker.cjs'),
    calculatorWorker: join(folder, 'calculator-worker.cjs'),
    moduleHost: join(folder, 'module-host.cjs'),
    wasm: { release: join(folder, 'sql-wasm.wasm'), debug: join(folder, 'sql-wasm-debug.wasm') },
    manifest: join(folder, '..', 'package.json'),
  };
}

/** The version of the product. Throws when its package.json is missing or has none. */
export function versionOf(files: EngineFiles): string {
  const manifest = JSON.parse(readFileSync(files.manifest, 'utf8')) as { readonly version?: unknown };
  if (typeof manifest.version !== 'string') throw new Error(`${files.manifest} names no version.`);
  return manifest.version;
}
