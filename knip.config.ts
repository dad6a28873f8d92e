// What nobody reads is deleted: unused files, exports and packages. `!` marks what ships; the rest serves development.
import type { KnipConfig } from 'knip';
import { bundles, copies } from './scripts/bundles.ts';

export default {
  entry: [
    ...bundles.map((bundle) => `${bundle.entry}!`),
    // Programs, read by nobody but npm and people.
    'scripts/*.ts',
    'test/**/*.ts',
  ],
  project: ['**/*.ts!', '!test/fixtures/**', '!bench/**', '!examples/**'],
  ignoreDependencies: [
    // Copied into dist/ (scripts/bundles.ts), started by oxlint, and the Node that npm scripts run on.
    ...new Set(
      copies.map(({ from }) =>
        from
          .split('/')
          .slice(0, from.startsWith('@') ? 2 : 1)
          .join('/'),
      ),
    ),
    'oxlint-tsgolint',
    'node',
  ],
  // Of the system; tests that need them are skipped where they are missing.
  ignoreBinaries: ['mkfifo', 'mount', 'nvim', 'umount'],
  ignoreExportsUsedInFile: true,
} satisfies KnipConfig;
