/**
 * `npm run test:desktop`: the suite of `test/in-host` in a desktop VS Code, through @vscode/test-electron. It uses the
 * program that VSCODE_DESKTOP names, or else downloads one. Where neither can be had it says so and does not claim
 * that anything passed.
 */
import { cpSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { downloadAndUnzipVSCode, runTests } from '@vscode/test-electron';
import { bundleSuite, type SuiteResult } from './in-host.ts';
import { Stage } from './stage.ts';

const root = join(import.meta.dirname, '../..');
const tests = join(root, 'test/in-host');
const suite = join(root, '.cache/in-host/suite.cjs');

const program = await findProgram();
if ('missing' in program) process.stdout.write(`not run: ${program.missing}\n`);
else await runOn(program.path);

async function findProgram(): Promise<{ path: string } | { missing: string }> {
  if (process.platform === 'linux' && !process.env['DISPLAY'] && !process.env['WAYLAND_DISPLAY']) {
    return { missing: 'there is no display (start it under xvfb-run, for example)' };
  }
  const named = process.env['VSCODE_DESKTOP'];
  if (named)
    return existsSync(named) ? { path: named } : { missing: `VSCODE_DESKTOP names ${named}, which is not there` };
  try {
    return { path: await downloadAndUnzipVSCode({ cachePath: join(root, '.cache/desktop') }) };
  } catch (error) {
    return { missing: `VS Code could not be downloaded (${String(error)}); VSCODE_DESKTOP may name an installed one` };
  }
}

async function runOn(vscodeExecutablePath: string): Promise<void> {
  await bundleSuite(tests, suite);
  const stage = new Stage('d');
  try {
    const [workspace, resultFile] = [stage.path('ws'), stage.path('result.json')];
    if (existsSync(join(tests, 'workspace'))) cpSync(join(tests, 'workspace'), workspace, { recursive: true });
    else mkdirSync(workspace);
    const flags = ['--disable-workspace-trust', '--disable-extensions', '--user-data-dir', stage.path('u')];
    await runTests({
      vscodeExecutablePath,
      extensionDevelopmentPath: [root, join(tests, 'yaml-extension')],
      extensionTestsPath: suite,
      extensionTestsEnv: { RESULT_FILE: resultFile, HOME: stage.path('ho') },
      launchArgs: [workspace, ...flags],
    });
    const { passed, failed, report }: SuiteResult = JSON.parse(readFileSync(resultFile, 'utf8'));
    process.stdout.write(`${report}\n${passed} passed, ${failed} failed in the desktop's extension host\n`);
  } finally {
    await stage.close();
  }
}
