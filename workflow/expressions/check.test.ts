import { describe, expect, test } from 'vitest';
import { expressionOf } from './expression-fixtures.ts';
import { checkCondition, checkExpression, resultSchema } from './index.ts';

/** Findings as `severity code "text it is about"`. */
function findings(source: string): readonly string[] {
  return checkExpression(expressionOf(source)).findings.map(
    ({ severity, code, start, end }) => `${severity} ${code} "${source.slice(start, end)}"`,
  );
}

function schema(source: string): unknown {
  return resultSchema(checkExpression(expressionOf(source)).type);
}

describe('findings', () => {
  test.each([
    ['inputs.sections * 2', []],
    ['inputs.sectoins', ['error unknown-input "sectoins"']],
    ['task.gather', ['error unknown-name "task"']],
    ['tasks.gahter.output', ['error unknown-task "gahter"']],
    ['tasks.gather.output.fact', ['error unknown-field "fact"']],
    ["tasks['gahter'].output", [`error unknown-task "'gahter'"`]],
    ['tasks.gather.output.facts.claim', ['error unknown-field "claim"']],
    ['tasks.gather.output.facts.map(f, f.clam)', ['error unknown-field "clam"']],
    [
      '(inputs.tags + inputs.tags) .\n mop(t, t)',
      ['error unknown-function "mop"', 'error unknown-name "t"', 'error unknown-name "t"'],
    ],
    ['inputs.sections / 2', ['hint integer-division "inputs.sections / 2"']],
    ['inputs.sections / 2.0', []],
    ['inputs.sections == 2.0', []],
    ['inputs.sections + 0.5 - inputs.ratio * 2', []],
    ['inputs.topic + inputs.sections', ['error type-mismatch "inputs.topic + inputs.sections"']],
    ["inputs.sections == 'x'", [`error type-mismatch "inputs.sections == 'x'"`]],
    ["tasks.gather.status == 'complete'", [`warning never-equal "'complete'"`]],
    ['inputs.topic && inputs.urgent', ['error type-mismatch "inputs.topic"']],
    ["inputs.urgent ? 1 : 'x'", []],
    ['inputs.topic.matches("(")', ['error bad-pattern ""(""']],
    ['inputs.topic.matches("(a+)+$")', []],
    ['tasks.publish.output + "!"', ['error may-be-absent "tasks.publish.output"']],
    ['size(tasks.publish.output)', ['error may-be-absent "tasks.publish.output"']],
    ["tasks.publish.output.orValue('none') + '!'", []],
    ['tasks.publish.output.hasValue()', []],
    ['inputs.topic.orValue("x")', ['error not-optional "orValue"']],
    ['tasks.each.output.map(n, n + 1)', ['error may-be-absent "n"']],
    ['tasks.each.output.map(n, n.orValue(0) + 1)', []],
    ['secrets.API_KEY', []],
    ['"Bearer " + secrets.API_KEY', ['error secret-use "secrets.API_KEY"']],
    ['size(secrets.API_KEY)', ['error secret-use "secrets.API_KEY"']],
    ['secrets.API_KEY.size()', ['error secret-use "secrets.API_KEY"']],
    ['[secrets.API_KEY]', ['error secret-use "secrets.API_KEY"']],
    ['secrets.API_KEY == "x"', ['error secret-use "secrets.API_KEY"']],
    ['inputs.urgent ? secrets.API_KEY : "x"', ['error secret-use "secrets.API_KEY"']],
    ['now()', ['error unknown-function "now"']],
    ['size(1)', ['error wrong-arguments "size(1)"']],
    ['tasks.gather.output.facts[0].note', ['hint may-be-missing "note"']],
    ['tasks.gather.output.facts.filter(f, has(f.note)).map(f, f.note)', []],
    ['inputs.anything.whatever.deep[2] + 1', []],
    ['inputs.maybe == null', []],
    ['inputs.prices.pen + inputs.prices["ink"]', []],
    [
      'cel.bind(x, 1, x)',
      ['error unknown-name "cel"', 'error unknown-function "bind"', 'error unknown-name "x"', 'error unknown-name "x"'],
    ],
    ['', ['error expression-syntax ""']],
    ['inputs.', ['error expression-syntax "."']],
    ['size(inputs.tags', ['error expression-syntax "("']],
    ['inputs.urgent and true', ['error expression-syntax "and"']],
    ['inputs.sections = 1', ['error expression-syntax "="']],
    ["'abc", [`error expression-syntax "'abc"`]],
    ['1u', ['error type-mismatch "1u"']],
  ])('%s', (source, expected) => {
    expect(findings(source)).toEqual(expected);
  });

  test('say what may be meant, and replace exactly what is wrong', () => {
    const source = 'tasks.gather.output.facts.map(f, f.clam)';
    const [finding] = checkExpression(expressionOf(source)).findings;
    expect(finding).toMatchObject({ suggestion: 'claim', message: expect.stringContaining('did you mean `claim`?') });
  });

  test('explain why a value may be absent', () => {
    const [finding] = checkExpression(expressionOf("tasks.publish.output == 'yes'")).findings;
    expect(finding?.message).toBe(
      "`tasks.publish.output` may be absent because `publish` can be skipped: use `.orValue('')`, or test it with `.hasValue()`.",
    );
    expect(finding?.suggestion).toBe("tasks.publish.output.orValue('')");
  });

  test('keep their places after a line break inside a string', () => {
    const source = "inputs.tags.join('\n\n') + inputs.tpoic + r'a\nb' + inputs.sectoin";
    expect(findings(source)).toEqual(['error unknown-input "tpoic"', 'error unknown-input "sectoin"']);
  });

  test.each([
    ['a long source', `'${'x'.repeat(20_000)}'`],
    ['many parentheses', `${'('.repeat(300)}1${')'.repeat(300)}`],
    ['many signs', `${'!'.repeat(500)}true`],
    ['a long chain', Array.from({ length: 300 }, () => '1').join(' + ')],
    ['many lists', `${'['.repeat(300)}${']'.repeat(300)}`],
    ['many parts', `[${Array.from({ length: 2_000 }, () => '1').join(',')}]`],
  ])('refuse %s', (_, source) => {
    expect(checkExpression(expressionOf(source)).findings.map(({ code }) => code)).toEqual(['expression-too-large']);
  });
});

test('a condition wants true or false', () => {
  const codes = (source: string) => checkCondition(expressionOf(source)).findings.map(({ code }) => code);
  expect(
    ['inputs.urgent', 'inputs.anything', ' inputs.sections ', 'tasks.publish.output', 'secrets.API_KEY'].map(codes),
  ).toEqual([[], [], ['condition-not-bool'], ['may-be-absent'], ['condition-not-bool']]);
});

describe('types of results', () => {
  test.each([
    ['inputs.sections', { type: 'integer' }],
    ['inputs.sections * 1.5', { type: 'number' }],
    ['inputs.tags.map(t, t.upper())', { type: 'array', items: { type: 'string' } }],
    ['inputs.counts.filter(n, n > 1)', { type: 'array', items: { type: 'integer' } }],
    ['tasks.publish.output', { anyOf: [{ type: 'string' }, { type: 'null' }] }],
    ["tasks.publish.output.orValue('')", { type: 'string' }],
    ['tasks.publish.output.orValue(1)', {}],
    ['[1, 2.5]', { type: 'array', items: { type: 'number' } }],
    ['[]', { type: 'array' }],
    [
      '{"a": 1, "b": ["x"]}',
      {
        type: 'object',
        properties: { a: { type: 'integer' }, b: { type: 'array', items: { type: 'string' } } },
        required: ['a', 'b'],
      },
    ],
    ['inputs.anything', {}],
    ['sum(inputs.counts)', { type: 'integer' }],
    ['max(inputs.counts) + inputs.ratio', { type: 'number' }],
    ['flatten([[1], [2]])', { type: 'array', items: { type: 'integer' } }],
    ['inputs.counts[?9].orValue(0)', { type: 'integer' }],
    ['timestamp("2026-01-01T00:00:00Z")', { type: 'string', format: 'date-time' }],
    ['inputs.urgent ? null : 1', { anyOf: [{ type: 'integer' }, { type: 'null' }] }],
  ])('%s', (source, expected) => {
    expect(schema(source)).toEqual(expected);
  });

  test('follow references of a schema, to itself too', () => {
    const tree = {
      $ref: '#/$defs/node',
      $defs: {
        node: {
          type: 'object',
          required: ['name', 'children'],
          properties: { name: { type: 'string' }, children: { type: 'array', items: { $ref: '#/$defs/node' } } },
        },
      },
    };
    const types = { tree: { kind: 'json', schema: tree } } as const;
    expect(checkExpression(expressionOf('tree.children[0].children[0].name + "x"', types)).findings).toEqual([]);
    expect(checkExpression(expressionOf('tree.children[0].nam', types)).findings).toMatchObject([
      { code: 'unknown-field', suggestion: 'name' },
    ]);
  });
});
