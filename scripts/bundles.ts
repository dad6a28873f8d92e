/**
 * What is built: one bundle per process. The build, the bundle checks and knip's entries read this one list.
 */
export interface BundleSpec {
  /** File in `dist/`. CommonJS bundles end in `.cjs`, because the package is `"type": "module"`. */
  readonly file: string;
  /** The `main` it starts from, relative to the repository. */
  readonly entry: string;
  readonly platform: 'node' | 'browser';
  /**
   * What happens on a Node that is too old: `exit` prints what is needed and ends the process (programs), `throw`
   * raises the same text (code that is loaded into a process of somebody else). Browser bundles check nothing.
   */
  readonly onOldNode: 'exit' | 'throw' | 'unchecked';
  /** Modules the host provides at run time. */
  readonly external?: readonly string[];
  /** Started by name from a shell: gets a shebang line and mode 755. */
  readonly executable?: boolean;
}

export const bundles: readonly BundleSpec[] = [
  { file: 'segue.cjs', entry: 'cli/main.ts', platform: 'node', onOldNode: 'exit', executable: true },
  { file: 'engine.cjs', entry: 'engine/host/main.ts', platform: 'node', onOldNode: 'exit' },
  // Loaded by other bundles when they first need them (`import('./sdk.ts')`): never read, they cost no memory.
  { file: 'openai-sdk.cjs', entry: 'engine/adapters/models/openai/sdk.ts', platform: 'node', onOldNode: 'throw' },
  { file: 'anthropic-sdk.cjs', entry: 'engine/adapters/models/anthropic/sdk.ts', platform: 'node', onOldNode: 'throw' },
  { file: 'price-table.cjs', entry: 'models/price-table.ts', platform: 'node', onOldNode: 'throw' },
  { file: 'storage-worker.cjs', entry: 'engine/adapters/storage/worker.ts', platform: 'node', onOldNode: 'throw' },
  {
    file: 'calculator-worker.cjs',
    entry: 'engine/adapters/tools/calculator-worker.ts',
    platform: 'node',
    onOldNode: 'throw',
  },
  { file: 'module-host.cjs', entry: 'engine/adapters/tools/modules/host.ts', platform: 'node', onOldNode: 'throw' },
  { file: 'language-server.cjs', entry: 'language-server/server/main.ts', platform: 'node', onOldNode: 'exit' },
  {
    file: 'extension.cjs',
    entry: 'extension/main.ts',
    platform: 'node',
    onOldNode: 'throw',
    external: ['vscode'],
  },
  { file: 'webview.js', entry: 'webview/main.ts', platform: 'browser', onOldNode: 'unchecked' },
];

/** Files of packages that travel beside the bundles: from (in node_modules) → name in `dist/`. */
export const copies: readonly { readonly from: string; readonly to: string }[] = [
  { from: 'sql.js/dist/sql-wasm.wasm', to: 'sql-wasm.wasm' },
  { from: 'sql.js/dist/sql-wasm-debug.wasm', to: 'sql-wasm-debug.wasm' },
  { from: '@vscode/codicons/dist/codicon.css', to: 'codicon.css' },
  { from: '@vscode/codicons/dist/codicon.ttf', to: 'codicon.ttf' },
];
