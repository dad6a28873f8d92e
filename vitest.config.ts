// Unit tests stand beside the code; tests that need a built product, a browser or an editor have runners of their own
// (`scripts/test.ts`).
import { defineConfig } from 'vitest/config';
import { CountReporter } from './scripts/count-reporter.ts';

export default defineConfig({
  test: {
    include: ['**/*.test.ts'],
    exclude: [
      '**/node_modules/**',
      'dist/**',
      '.cache/**',
      'bench/peers/**',
      'test/{host,in-host,ui,browser,desktop}/**',
    ],
    // Threads share what they load: on two cores twice as fast as one process per worker.
    pool: 'threads',
    maxWorkers: 2,
    // For hangs, not for speed: tests that start processes share two cores with each other.
    testTimeout: 180_000,
    hookTimeout: 180_000,
    expect: { poll: { timeout: 60_000 } },
    reporters: ['default', new CountReporter()],
  },
});
