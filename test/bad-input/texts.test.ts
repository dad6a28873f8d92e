// Texts that are broken, huge or made to hurt: a finding or a clean result, from every feature, in bounded work. That a
// test ends within its generous time is the bound: each of these once took from ten seconds to minutes.
import { expect, test } from 'vitest';
import { checkConfig, checkWorkflow, evaluateExpression, validateJson } from '../../workflow/index.ts';
import { maxFindings } from '../../workflow/check.ts';
import { askEverything } from './every-feature.ts';

const head = 'segue: "1"\nname: x\nagents: { a: { model: mock/small } }\n';
const good = `${head}tasks:\n  t: { agent: a, with: { prompt: hi } }\n`;
const lines = (count: number, line: (index: number) => string): string =>
  Array.from({ length: count }, (_, index) => line(index)).join('');
const codesOf = (text: string): string[] => checkWorkflow({ file: 'a', text }).diagnostics.map(({ code }) => code);

const small = [
  ...[
    '',
    ' ',
    '\t',
    '\n',
    '\0',
    '{',
    '}',
    '[',
    ']',
    '"',
    "'",
    '-',
    ':',
    '?',
    '|',
    '>',
    '&',
    '*',
    '!',
    '%',
    '@',
    '`',
    '#',
  ],
  ...[
    '42',
    'hello',
    'true',
    'null',
    '- a\n- b\n',
    '<a/>',
    '{"segue": "1", "tasks": {',
    '%YAML 9.9\n---\n',
    '%FOO\n---\na: 1\n',
  ],
  ...[
    'a: &a [*a]',
    'a: *b',
    'a: &a\n  b: *a\n',
    '<<: {a: 1}\n',
    '? [a]\n: 1\n',
    ': 1\n',
    'a: b: c\n',
    'a:\n\tb: 1\n',
    '  a: 1\nb: 2\n',
  ],
  ...[
    ...['\ufeff', '\ufeff\ufeff'].map((mark) => mark + good),
    `${good}\0`,
    `${good}---\n${good}`,
    `${good}...\nfoo\n`,
  ],
  ...['\r\n', '\r', '\r\r\n', '\u0085', '\u2028', '\n\t', '\n\n\n'].map((end) => good.replaceAll('\n', end)),
  ...[
    '!!binary aGk=',
    '!!set {a, b}',
    '!!int abc',
    '!!js/function "x"',
    '!<tag:x> y',
    '.inf',
    '1e999',
    '"\\ud800"',
  ].map((value) => `${good}description: ${value}\nx-y: ${value}\n`),
  ...[
    'segue',
    'name',
    'version',
    'inputs',
    'outputs',
    'env',
    'shared',
    'agents',
    'tools',
    'toolsets',
    'mock',
    'limits',
    'tasks',
  ].flatMap((key) =>
    [
      '',
      '3',
      'true',
      'x',
      '[1]',
      '{a: 1}',
      '[[]]',
      '{a: {b: {c: []}}}',
      '{a: [null]}',
      '{"": ""}',
      '{__proto__: {a: 1}}',
    ].map((value) => `${good.replace(/tasks:[^]*/, '')}${key}: ${value}\n`),
  ),
  ...[
    'type',
    'agent',
    'tool',
    'with',
    'needs',
    'when',
    'retry',
    'on_error',
    'items',
    'do',
    'until',
    'max_iterations',
    'cases',
    'values',
    'form',
    'timeout',
  ].flatMap((key) =>
    [
      '',
      '3',
      'x',
      '[]',
      '[1]',
      '{}',
      '{a: 1}',
      'constructor',
      '__proto__',
      '[[[]]]',
      '{default: {}}',
      '{fallback: 3}',
    ].flatMap((value) =>
      ['set', 'agent', 'for_each', 'loop', 'human', 'condition'].map(
        (type) => `${head}tasks:\n  t:\n    ${key === 'type' ? '' : `type: ${type}\n    `}${key}: ${value}\n`,
      ),
    ),
  ),
];

test(`${small.length} small texts, each as workflow and as configuration`, () => {
  for (const text of small) {
    for (const { range } of checkWorkflow({ file: 'a', text, config: { file: 'c', text } }).diagnostics)
      expect(range.start >= 0 && range.start <= range.end && range.end <= text.length).toBe(true);
    checkConfig('c', text);
  }
  for (const text of small.filter((_, index) => index < 60 || index % 9 === 0)) {
    askEverything(text, 'workflow', [0, 0.7, 1]);
    askEverything(text, 'config', [0.5, 1]);
  }
}, 60_000);

const huge: readonly (readonly [string, string, string])[] = [
  ['a scalar of 10 MB', `${head}description: ${'x'.repeat(10_000_000)}`, 'file-too-large'],
  ['5,000 levels', `${head}x-a: ${'['.repeat(5_000)}${']'.repeat(5_000)}`, 'too-deep'],
  ['5,000 levels that never close', '{a: '.repeat(5_000), 'too-deep'],
  ['30,000 tags on a line', `${head}${'!x '.repeat(30_000)}`, 'more-findings'],
  ['60,000 quotes', `${head}description: ${'"'.repeat(60_000)}`, 'yaml-syntax'],
  ['30,000 commas', `${head}tasks: [${','.repeat(30_000)}]`, 'more-findings'],
  ['conditions in one broken line', `${head}tasks: {${'when: !x , '.repeat(5_000)}}`, 'duplicate-key'],
  [
    'a condition before 500,000 spaces',
    `${head}tasks:\n  t:\n    when: !x ${' '.repeat(500_000)}a\n`,
    'unresolved-tag',
  ],
  [
    '10,000 open expressions',
    `${head}tasks:\n  t: {agent: a, with: {prompt: ${'${{ '.repeat(10_000)}}}\n`,
    'yaml-syntax',
  ],
  [
    '300 unquoted expressions',
    `${head}tasks:\n${lines(300, (i) => `  t${i}: {agent: a, with: {prompt: \${{ 1 }}}}\n`)}`,
    'quote-expression',
  ],
  ['5,000 unknown keys', head + lines(5_000, (i) => `kk${i}: 1\n`), 'more-findings'],
  ['8,000 repeated keys', good + lines(8_000, () => 'x-k: 1\n'), 'more-findings'],
  [
    '2,000 unknown tasks',
    `${head}tasks:\n${lines(2_000, (i) => `  task${i}: {agent: a, needs: [tsk${i}], with: {prompt: x}}\n`)}`,
    'more-findings',
  ],
  [
    'a cycle of 10,000 tasks',
    `${head}tasks:\n${lines(10_000, (i) => `  t${i}: {agent: a, needs: [t${(i + 1) % 10_000}], with: {prompt: x}}\n`)}`,
    'cycle',
  ],
  [
    'a name of 500,000 letters',
    `${head}tasks: {t: {agent: ${'b'.repeat(500_000)}, with: {prompt: x}}}`,
    'unknown-agent',
  ],
  [
    'an expression of 100,000 letters',
    `${head}tasks: {t: {agent: a, when: "${'a.'.repeat(50_000)}", with: {prompt: x}}}`,
    'expression-too-large',
  ],
  [
    'a pattern of 180,000 steps',
    `${good}inputs: {i: {type: string, pattern: "${'(a?){1000}'.repeat(45)}"}}`,
    'invalid-schema',
  ],
  [
    'a pattern that backtracks',
    `${good}inputs: {i: {type: string, pattern: "^(a+)+$", default: "${'a'.repeat(50_000)}!"}}`,
    'default-mismatch',
  ],
  [
    'a schema of 230,000 characters',
    `${good}inputs: {i: {enum: [${lines(40_000, (i) => `${i},`)}0]}}`,
    'invalid-schema',
  ],
];

test.each(huge)(
  '%s',
  (_, text, code) => {
    const { diagnostics } = checkWorkflow({ file: 'a', text });
    expect(diagnostics.map((finding) => finding.code)).toContain(code);
    expect(diagnostics.length).toBeLessThanOrEqual(maxFindings + 1);
    for (const { message } of diagnostics) expect(message.length).toBeLessThan(2_100);
    askEverything(text, 'workflow', [0.5]);
  },
  30_000,
);

test('10,000 tasks are a workflow like any other', () => {
  const tasks = lines(10_000, (i) => `  t${i}: { agent: a, with: { prompt: hi } }\n`);
  expect(codesOf(`${head}tasks:\n${tasks}`)).toEqual([]);
}, 30_000);

test('of too many findings the errors stay, and one says how many are left out', () => {
  const errors = lines(5, (i) => `  e${i}: { agent: nobody, with: { prompt: x } }\n`);
  const unused = lines(3_000, (i) => `  a${i}: { model: mock/small }\n`);
  const { diagnostics } = checkWorkflow({
    file: 'a',
    text: `segue: "1"\nname: x\nagents:\n${unused}tasks:\n${errors}`,
  });
  expect(diagnostics).toHaveLength(maxFindings + 1);
  expect(diagnostics.filter(({ severity }) => severity === 'error')).toHaveLength(5);
  expect(diagnostics.find(({ code }) => code === 'more-findings')).toMatchObject({
    severity: 'hint',
    message: 'There are 2005 more findings. Mend some of these first.',
  });
});

test('lines may end in any of the three ways', () => {
  for (const end of ['\n', '\r\n', '\r']) expect(codesOf(good.replaceAll('\n', end)), JSON.stringify(end)).toEqual([]);
});

test('an expression that would run for minutes is stopped', () => {
  const nested = 'range(0, 1000).map(a, range(0, 1000).map(b, range(0, 1000).map(c, a + b + c)))';
  const expression = {
    source: nested,
    place: { file: 'a', range: { start: 0, end: 0 } },
    toFileOffset: () => 0,
    names: () => ({}),
  };
  expect(evaluateExpression(expression, {})).toMatchObject({
    ok: false,
    message: expect.stringContaining('too much work'),
  });
});

test('values are checked in bounded work, whatever the schema asks', () => {
  const objects = Array.from({ length: 40_000 }, (_, a) => ({ a, b: [a] }));
  expect(validateJson({ type: 'array', uniqueItems: true }, objects)).toEqual([]);
  expect(validateJson({ type: 'array', uniqueItems: true }, [...objects, { b: [7], a: 7 }])).toHaveLength(1);
  expect(validateJson({ uniqueItems: false }, [1, 1])).toEqual([]);
  const [problem] = validateJson({ type: 'string', pattern: '[ab]{1000}.*.*$' }, 'a'.repeat(1_000_000));
  expect(problem?.message).toContain('too long for the pattern');
}, 30_000);
