/** Inside the extension host: runs test files with mocha and leaves the result in RESULT_FILE for the outer process. */
import { writeFileSync } from 'node:fs';
import Mocha from 'mocha';
import type { SuiteResult } from './in-host.ts';

/** @param load imports one test file each; `describe` and `it` are globals by then */
export async function runMocha(load: readonly (() => Promise<unknown>)[]): Promise<void> {
  const mocha = new Mocha({ ui: 'bdd', timeout: 20_000, reporter: Silent });
  mocha.suite.emit('pre-require', globalThis, '', mocha);
  for (const one of load) await one();
  const result = await new Promise<SuiteResult>((resolve) => {
    const lines: string[] = [];
    const runner = mocha.run((failures) => {
      resolve({ passed: runner.stats?.passes ?? 0, failed: failures, report: lines.join('\n') });
    });
    runner.on('pass', (test) => lines.push(`  ok    ${test.fullTitle()} (${test.duration} ms)`));
    runner.on('pending', (test) => lines.push(`  skip  ${test.fullTitle()}`));
    runner.on('fail', (test, error: Error) =>
      lines.push(`  FAIL  ${test.fullTitle()}\n${error.stack ?? error.message}`),
    );
  });
  const file = process.env['RESULT_FILE'];
  if (file) writeFileSync(file, JSON.stringify(result));
  if (result.failed > 0) throw new Error(`${result.failed} tests failed\n${result.report}`);
  if (result.passed === 0) throw new Error('no test ran');
}

/** The report goes into the result; the console of an extension host is nobody's terminal. */
class Silent extends Mocha.reporters.Base {}
