/** Tells `scripts/test.ts` how many vitest tests passed and failed. Without SEGUE_TEST_COUNT it says nothing. */
import { writeFileSync } from 'node:fs';
import type { Reporter, TestModule } from 'vitest/node';

export class CountReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly unknown[]): void {
    const file = process.env['SEGUE_TEST_COUNT'];
    if (!file) return;
    const states = modules.flatMap((module) => [...module.children.allTests()].map((test) => test.result().state));
    // A file that could not be loaded, or a hook that failed, has no test to blame.
    const broken = modules.filter((module) => module.state() === 'failed' && !someTestFailed(module)).length;
    const passed = states.filter((state) => state === 'passed').length;
    const failed = states.filter((state) => state === 'failed').length + broken + unhandled.length;
    writeFileSync(file, JSON.stringify({ passed, failed }));
  }
}

function someTestFailed(module: TestModule): boolean {
  return [...module.children.allTests('failed')].length > 0;
}
