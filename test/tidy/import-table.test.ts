// The import table is a lint rule that bites: each violation planted below, in a tree of its own with the repository's
// own lint configuration, is found, and the allowed imports beside them are not.
import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';

const root = join(import.meta.dirname, '../..');
const tree = mkdtempSync(join(tmpdir(), 'segue-lint-'));
const table = 'segue(import-table)';
const undef = 'eslint(no-undef)';

/** file → its text, and the rule that must speak (undefined: none may). */
const planted: Record<string, { text: string; rule?: string }> = {
  'run/index.ts': { text: 'export const one = 1;\nexport type One = 1;\n' },
  'workflow/index.ts': { text: `export { shape } from '../schemas/index.ts';\n` },
  'schemas/index.ts': { text: `import { z } from 'zod';\nexport const shape = z.string();\n` },
  'engine/ports/index.ts': { text: `import type { One } from '../../run/index.ts';\nexport type Port = One;\n` },
  'engine/tasks/fine.ts': { text: `export { shape } from '../../workflow/index.ts';\n` },
  'engine/adapters/clock/fine.ts': { text: `export { hostname } from 'node:os';\nsetTimeout(Date.now, 1);\n` },
  'engine/adapters/storage/fine.ts': { text: `import './worker.ts';\nexport { one } from '../../../run/index.ts';\n` },
  'engine/adapters/storage/worker.ts': { text: 'export const worker = 1;\n' },
  'engine/host/fine.ts': { text: `import '../adapters/clock/fine.ts';\nimport '../tasks/fine.ts';\n` },
  'language-server/protocol/index.ts': { text: 'export type Asked = string;\nexport const asked = 1;\n' },
  'language-server/server/run/fine.ts': { text: `import '../../protocol/index.ts';\n` },
  'language-server/server/run/index.ts': { text: `import '../run/fine.ts';\n` },
  'webview/fine.ts': {
    text: `import type { Asked } from '../language-server/protocol/index.ts';\nexport const a: Asked = document.title;\n`,
  },
  'extension/fine.ts': { text: `export { window } from 'vscode';\nexport { one } from '../run/index.ts';\n` },

  'run/imports-workflow.ts': { text: `import '../workflow/index.ts';\n`, rule: table },
  'run/imports-zod.ts': { text: `import 'zod';\n`, rule: table },
  'run/asks-time.ts': { text: 'export const now = Date.now();\n', rule: 'eslint(no-restricted-globals)' },
  'run/rolls-dice.ts': { text: 'export const dice = Math.random();\n', rule: 'eslint(no-restricted-properties)' },
  'run/looks-around.ts': { text: 'export const all = globalThis;\n', rule: 'eslint(no-restricted-globals)' },
  'workflow/reads-files.ts': { text: `import 'node:fs';\n`, rule: table },
  'workflow/reads-files-old-way.ts': { text: `import 'fs/promises';\n`, rule: table },
  'workflow/waits.ts': { text: 'setTimeout(String, 1);\n', rule: undef },
  'workflow/knows-process.ts': { text: 'export const home = process.env;\n', rule: undef },
  'engine/core/fetches.ts': { text: `export const page = fetch('http://localhost');\n`, rule: undef },
  'engine/core/imports-adapter.ts': { text: `import '../adapters/clock/fine.ts';\n`, rule: table },
  'engine/tasks/deep/imports-core.ts': { text: `export * from '../../core/index.ts';\n`, rule: table },
  'engine/ports/imports-value.ts': { text: `export { one } from '../../run/index.ts';\n`, rule: table },
  'engine/adapters/clock/imports-other.ts': { text: `import '../storage/worker.ts';\n`, rule: table },
  'engine/adapters/clock/imports-core.ts': { text: `await import('./../../core/index.ts');\n`, rule: table },
  'engine/host/imports-vscode.ts': { text: `import type { Uri } from 'vscode';\nexport type U = Uri;\n`, rule: table },
  'engine/host/knows-dom.ts': { text: 'export const where = location.href + name;\n', rule: undef },
  'client/reaches-past-the-door.ts': { text: `import '../run/events/events.ts';\n`, rule: table },
  'client/imports-engine.ts': { text: `import '../engine/host/fine.ts';\n`, rule: table },
  'cli/imports-engine-type.ts': { text: `export type P = import('../engine/ports/index.ts').Port;\n`, rule: table },
  'cli/imports-test.ts': { text: `import '../test/fake.ts';\n`, rule: table },
  'extension/imports-server.ts': { text: `import '../language-server/server/run/fine.ts';\n`, rule: table },
  'extension/imports-value.ts': {
    text: `export { asked } from '../language-server/protocol/index.ts';\n`,
    rule: table,
  },
  'webview/imports-node.ts': { text: `import 'node:path';\n`, rule: table },
  'webview/knows-process.ts': { text: 'export const home = process.env;\n', rule: undef },
  'language-server/imports-run.ts': { text: `import '../run/index.ts';\n`, rule: table },
  'client/cycle-a.ts': { text: `import './cycle-b.ts';\nexport const a = 1;\n`, rule: 'import(no-cycle)' },
  'client/cycle-b.ts': { text: `import './cycle-a.ts';\nexport const b = 1;\n`, rule: 'import(no-cycle)' },
  'client/floats.ts': { text: `Promise.resolve(1);\n`, rule: 'typescript(no-floating-promises)' },
  'client/any.ts': { text: 'export const x = (y: any) => y;\n', rule: 'typescript(no-explicit-any)' },
  'client/misses-a-case.ts': {
    text: `export function f(x: 'a' | 'b') {\n  switch (x) {\n    case 'a':\n      return 1;\n  }\n  return 2;\n}\n`,
    rule: 'typescript(switch-exhaustiveness-check)',
  },
};

let found: Map<string, string[]>;

beforeAll(async () => {
  for (const file of ['oxlint.config.ts', 'tsconfig.json', 'scripts/import-table.ts', 'scripts/import-rule.ts']) {
    cpSync(join(root, file), join(tree, file));
  }
  cpSync(join(root, 'package.json'), join(tree, 'package.json'));
  symlinkSync(join(root, 'node_modules'), join(tree, 'node_modules'), 'junction');
  for (const [file, { text }] of Object.entries(planted)) {
    mkdirSync(dirname(join(tree, file)), { recursive: true });
    writeFileSync(join(tree, file), text);
  }
  found = await lint();
}, 60_000);

afterAll(() => rmSync(tree, { recursive: true, force: true }));

test.each(Object.entries(planted))('%s', (file, { rule }) => {
  expect(found.get(file) ?? []).toEqual(rule ? [rule] : []);
});

/** @returns the rules that spoke, by file */
async function lint(): Promise<Map<string, string[]>> {
  const oxlint = join(root, 'node_modules/oxlint/bin/oxlint');
  const run = promisify(execFile)(process.execPath, [oxlint, '--format', 'json'], { cwd: tree, maxBuffer: 1 << 24 });
  const { stdout } = await run.catch((error: { stdout: string }) => error);
  const report: { diagnostics: { filename: string; code: string }[] } = JSON.parse(stdout);
  const byFile = new Map<string, Set<string>>();
  for (const { filename, code } of report.diagnostics) {
    byFile.set(filename, (byFile.get(filename) ?? new Set()).add(code));
  }
  return new Map([...byFile].map(([file, codes]) => [file, [...codes]]));
}
