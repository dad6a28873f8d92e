// What the linter asks. Few rules, and each is an error: bugs the compiler does not see, and the borders between the
// parts (`scripts/import-table.ts`). Style is the formatter's business.
import { defineConfig, type OxlintOverride } from 'oxlint';
import { type Part, parts } from './scripts/import-table.ts';

/** Values of the language's surroundings that neither look at the world nor wait for it. */
const harmless = ['TextEncoder', 'TextDecoder', 'URL', 'URLSearchParams', 'structuredClone', 'AbortController'];

/** What the language itself offers, and yet differs at each run. */
const bansOfPureParts: NonNullable<OxlintOverride['rules']> = {
  'no-restricted-globals': [
    'error',
    { name: 'Date', message: 'Time comes in as an event or through the Clock port.' },
    { name: 'globalThis', message: 'A pure part does not look around.' },
  ],
  'no-restricted-properties': [
    'error',
    { object: 'Math', property: 'random', message: 'Chance is derived from the id of a task.' },
  ],
};
const noBans: NonNullable<OxlintOverride['rules']> = {
  'no-restricted-globals': 'off',
  'no-restricted-properties': 'off',
};

export default defineConfig({
  plugins: ['typescript', 'import', 'oxc', 'unicorn'],
  jsPlugins: [{ name: 'segue', specifier: './scripts/import-rule.ts' }],
  options: { typeAware: true },
  ignorePatterns: ['node_modules', 'dist', '.cache', 'bench/peers', 'test/fixtures'],
  categories: { correctness: 'error' },
  rules: {
    'import/no-cycle': ['error', { ignoreTypes: false }],
    'import/no-default-export': 'error',
    'no-var': 'error',
    'no-empty': 'error',
    eqeqeq: ['error', 'always', { null: 'ignore' }],
    'prefer-const': 'error',
    'typescript/no-explicit-any': 'error',
    'typescript/no-require-imports': 'error',
    'typescript/ban-ts-comment': 'error',
    'typescript/consistent-type-imports': ['error', { disallowTypeAnnotations: false }],
    'typescript/no-floating-promises': 'error',
    'typescript/no-misused-promises': ['error', { checksVoidReturn: { arguments: false, attributes: false } }],
    'typescript/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
    'typescript/only-throw-error': 'error',
    // The compiler says it already (noUnusedLocals, noUnusedParameters), and knows `_`.
    'no-unused-vars': 'off',
    // Text for terminals is cleaned of control characters here, so they stand in expressions.
    'no-control-regex': 'off',
    // Taste: a list may be grouped by line.
    'unicorn/no-useless-spread': 'off',
  },
  overrides: [
    { files: ['*.config.ts', 'scripts/import-rule.ts'], rules: { 'import/no-default-export': 'off' } },
    ...[...parts].sort((a, b) => a.folder.length - b.folder.length).map(overrideFor),
    // Tests may look past a front door, read fixtures and use the clock.
    {
      files: ['**/*.test.ts'],
      env: { node: true },
      rules: {
        'segue/import-table': 'off',
        'no-restricted-globals': 'off',
        'no-restricted-properties': 'off',
        'no-undef': 'off',
      },
    },
  ],
});

/** The borders of one part. Narrower folders repeat every rule, for the last matching override replaces its options. */
function overrideFor(part: Part): OxlintOverride {
  return {
    files: [`${part.folder}/**/*.ts`],
    env: { es2024: true, node: part.world === 'node', browser: part.world === 'browser' },
    globals: Object.fromEntries(harmless.map((name) => [name, 'readonly'])),
    rules: {
      'segue/import-table': 'error',
      // tsconfig shows every folder the types of Node and of the DOM; this takes away what its world does not have.
      'no-undef': 'error',
      ...(part.world === 'pure' ? bansOfPureParts : noBans),
    },
  };
}
