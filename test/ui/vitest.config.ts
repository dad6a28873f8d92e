// UI drives: a person's clicks and keys in a real VS Code with the packed extension. One editor server and one browser
// for all files; files run one after the other, and the tests of a file are the steps of one drive.
import { defineConfig } from 'vitest/config';
import { CountReporter } from '../../scripts/count-reporter.ts';

export default defineConfig({
  test: {
    include: ['test/ui/**/*.test.ts'],
    globalSetup: ['test/host/shared-editor.ts'],
    pool: 'threads',
    fileParallelism: false,
    testTimeout: 60_000,
    hookTimeout: 120_000,
    reporters: ['verbose', new CountReporter()],
  },
});
