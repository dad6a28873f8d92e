/** `npm run test:host`: the suite of `test/in-host` inside a real VS Code, on a copy of its workspace. */
import { cpSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bundleSuite, runInHost } from './in-host.ts';
import { installHost } from './install.ts';
import { Stage } from './stage.ts';

const root = join(import.meta.dirname, '../..');
const tests = join(root, 'test/in-host');
const suite = join(root, '.cache/in-host/suite.cjs');

const stage = new Stage('h');
try {
  const host = await installHost();
  await bundleSuite(tests, suite);
  const workspace = stage.path('ws');
  if (existsSync(join(tests, 'workspace'))) cpSync(join(tests, 'workspace'), workspace, { recursive: true });
  else mkdirSync(workspace);
  const { passed, failed, report } = await runInHost(stage, host, {
    extensionFolder: root,
    suite,
    workspace,
    beside: join(tests, 'yaml-extension'),
  });
  process.stdout.write(`${report}\n${passed} passed, ${failed} failed in the extension host\n`);
  const countFile = process.env['SEGUE_TEST_COUNT'];
  if (countFile) writeFileSync(countFile, JSON.stringify({ passed, failed }));
  process.exitCode = failed === 0 && passed > 0 ? 0 : 1;
} finally {
  await stage.close();
}
