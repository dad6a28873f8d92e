// The webview's bundle in a plain browser, fed with saved records: keyboard, themes, sizes. One browser for all files.
import { defineConfig } from 'vitest/config';
import { CountReporter } from '../../scripts/count-reporter.ts';

export default defineConfig({
  test: {
    include: ['test/browser/**/*.test.ts'],
    globalSetup: ['test/host/shared-browser.ts'],
    pool: 'threads',
    fileParallelism: false,
    testTimeout: 30_000,
    hookTimeout: 60_000,
    reporters: ['default', new CountReporter()],
  },
});
