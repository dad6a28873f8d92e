import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import type { Template } from '../model/model.ts';
import { infer } from './check.ts';
import { createContext } from './context.ts';
import { expressionOf, names, values } from './expression-fixtures.ts';
import {
  checkExpression,
  evaluateCondition,
  evaluateExpression,
  evaluateTemplate,
  functionDocs,
  scanText,
} from './index.ts';
import { parseExpression } from './parse.ts';
import { describeType } from './type-relations.ts';
import { type Type, typeOfValue } from './types.ts';

const place = { file: 'test.segue.yaml', range: { start: 0, end: 0 } };

function evaluate(source: string): unknown {
  const result = evaluateExpression(expressionOf(source), values);
  return result.ok ? result.value : `error: ${result.message}`;
}

describe('values', () => {
  test.each([
    ['inputs.sections * 2', 6],
    ['inputs.sections / 2', 1],
    ['inputs.sections / 2.0', 1.5],
    ['inputs.sections * inputs.ratio', 1.5],
    ['inputs.ratio + inputs.sections - 1', 2.5],
    ['inputs.sections == 3.0 && 3.0 == inputs.sections', true],
    ['inputs.sections != 3.5', true],
    ['7 / 2', 3],
    ['7 % 2', 1],
    ['inputs.maybe + 1', 8],
    ['inputs.anything.deep[0] + 1', 2],
    ['inputs.anything', { deep: [1, 'x', null] }],
    ['inputs.prices.map(name, inputs.prices[name])', [1.5, 4]],
    ['tasks.gather.output.facts.map(f, f.year + 1)', [2021, 2022]],
    ['tasks.gather.output.facts.filter(f, f.year > 2020).map(f, f.claim)', ['c2']],
    ['tasks.gather.output.facts.map(f, has(f.note))', [true, false]],
    ["tasks.gather.output.facts.map(f, f.?note.orValue('-'))", ['n', '-']],
    ['tasks.publish.output', null],
    ["tasks.publish.output.orValue('none')", 'none'],
    ['tasks.publish.output.hasValue()', false],
    ['has(tasks.publish.output)', false],
    ['tasks.each.output', [1, null, 3]],
    ['sum(tasks.each.output.map(n, n.orValue(0)))', 4],
    ['[1, "a", null, 2.5] + ["b"]', [1, 'a', null, 2.5, 'b']],
    ['[1] == [1.0]', true],
    ['1 in [1.0]', true],
    ["inputs.urgent ? 1 : 'x'", 1],
    ["'a' < 'b'", true],
    ['timestamp("2026-01-01T00:00:00Z") + duration("90s")', '2026-01-01T00:01:30Z'],
    ['timestamp("2026-01-01T00:00:00.250Z")', '2026-01-01T00:00:00.250Z'],
    ['duration("90s")', '90s'],
    ['duration("120s")', '2m'],
    ['duration("1.5s")', '1500ms'],
    ['duration("0s")', '0s'],
    ['duration("2h30m")', '150m'],
    ['{"a": {"b": [1]}}', { a: { b: [1] } }],
    ['"${{" + "}}"', '${{}}'],
    ["r'\\d+' + b'x'.base64()", '\\d+eA=='],
    ['1e-12 * 1.0', 1e-12],
    ['0.1 + 0.2', 0.1 + 0.2],
    ['-inputs.sections', -3],
    ['(1 + 2) * 3', 9],
    ['2 - (3 - 4)', 3],
    ['!(inputs.urgent && false)', true],
    ['json({"a": [1, 2.5, null]})', '{"a":[1,2.5,null]}'],
    ["inputs.tags.join('\n')", 'b\na'],
    ["'a\nb'.split('\n')", ['a', 'b']],
    ["r'a\n\\d'", 'a\n\\d'],
    ["'''a\nb'''", 'a\nb'],
    ["'\r\n'", '\r\n'],
    ['[1, 2].join("-")', '1-2'],
    ['[[1], {"a": 1}, "x"].join(" ")', '[1] {"a":1} x'],
    ["'a,b,c'.split(',', 2)", ['a', 'b,c']],
    ['sort(inputs.counts)', [1, 2, 3]],
    ['[2.5, 1].sort()', [1, 2.5]],
    ['min(inputs.counts) + max(4, 2.5)', 5],
    ['range(2, 5)', [2, 3, 4]],
    ['range(0) + flatten([[1], [[2]]])', [1, [2]]],
    ['sum([])', 0],
    ['sum([1, 0.5])', 1.5],
    ["'aXbX'.replace('X', 'y').upper().lower().trim()", 'ayby'],
    ["string(1) + string(2.5) + string(true) + string(duration('90s'))", '12.5true90s'],
    ["'order 42'.matches('[0-9]+$')", true],
    ['size("héllo") + size([1]) + size({"a": 1})', 7],
    ['type(1) == int && type("x") == string', true],
    ['optional.of(1).or(optional.none()).value()', 1],
  ])('%s', (source, expected) => {
    expect(evaluate(source)).toEqual(expected);
  });

  test('of names like __proto__ are only names', () => {
    const data: unknown = JSON.parse('[{"__proto__": 1, "constructor": {"prototype": 2}}]');
    for (const schema of [{}, { type: 'array', items: { type: 'object', additionalProperties: {} } }]) {
      const types = { data: { kind: 'json' as const, schema } };
      const read = (source: string) => evaluateExpression(expressionOf(source, types), { data });
      expect(read('data[0]["__proto__"] + data[0].constructor.prototype')).toEqual({ ok: true, value: 3 });
      expect(read('data.map(d, d)')).toEqual({ ok: true, value: data });
      expect(read('has(data[0].constructor) && size(data[0]) == 2 && data == data')).toEqual({ ok: true, value: true });
    }
    expect(evaluate('{"constructor": 1}')).toContain('can not have the key');
  });

  test('of optionals in optionals are one', () => {
    const schema = {
      type: 'object',
      properties: { list: { type: 'array', items: { type: 'integer', 'x-segue-optional': true } } },
      required: ['list'],
    };
    const types = { output: { kind: 'json' as const, schema, optional: true } };
    const source = 'output.list[0].orValue(5) + 1';
    expect(checkExpression(expressionOf(source, types)).findings).toEqual([]);
    const read = (output: unknown) => evaluateExpression(expressionOf(source, types), { output });
    expect([undefined, { list: [null] }, { list: [1] }].map(read)).toEqual(
      [6, 6, 2].map((value) => ({ ok: true, value })),
    );
  });

  // YAML gives a line break or a backslash, depending on the style; the meaning is the same.
  test.each([
    '"${{ tags.join(\'\\n\') }}"',
    "'${{ tags.join(''\\n'') }}'",
    "${{ tags.join('\\n') }}",
    "|-\n  ${{ tags.join('\\n') }}",
    ">-\n  ${{ tags.join('\\n') }}",
    '"${{ tags.join(r\'\\n\') }}"',
  ])('in the YAML style %j', (yaml) => {
    const [part] = scanText(String(parse(`a: ${yaml}`).a)).parts;
    if (part?.kind !== 'expression') throw new Error('no expression');
    const types = { tags: { kind: 'json', schema: {} } } as const;
    expect(evaluateExpression(expressionOf(part.source, types), { tags: ['a', 'b'] })).toEqual({
      ok: true,
      value: 'a\nb',
    });
  });

  test('do not change what they were made from', () => {
    const before = JSON.stringify(values);
    evaluate('sort(inputs.counts) + tasks.gather.output.facts.map(f, f.year)');
    expect(JSON.stringify(values)).toBe(before);
  });
});

describe('errors', () => {
  test.each([
    ['1 / 0', 'divided by zero'],
    ['1.0 / 0.0', 'JSON does not know'],
    ['inputs.tags[7]', 'no element'],
    ['inputs.anything.gone', 'no `gone`'],
    ['inputs.anything.deep[1] - 1', 'do not fit together: string - int (in `inputs.anything.deep[1] - 1`)'],
    ['tasks.publish.output.value()', 'absent'],
    ['9007199254740993', 'too large to be exact'],
    ['9223372036854775807 + 1', 'overflow'],
    ['b"x"', 'bytes'],
    ['type(1)', 'can not be a type'],
    ['duration("-5s")', 'negative'],
    ['min([])', 'empty'],
    ['sort([1, "a"])', 'can not be compared'],
    ['inputs.topic.matches(inputs.topic + "(")', 'is not valid'],
    ['secrets.API_KEY', 'no value here'],
    ['nobody', '`nobody` has no value here'],
    ['cel.bind(x, 1, x)', 'Unknown name'],
    ['__join(inputs.tags)', 'Unknown function'],
    ['now()', 'No function takes these values: `now()`'],
    ['timestamp("2026-01-01T00:00:00Z").getHours("Nowhere/City")', 'time zone'],
    ['inputs.', 'missing'],
  ])('%s', (source, message) => {
    expect(evaluate(source)).toContain(message);
  });

  test('name the place in the source, after a line break in a string too', () => {
    const source = "inputs.tags.join('\n') + string(1 / (inputs.sections - 3))";
    const result = evaluateExpression(expressionOf(source), values);
    if (result.ok || result.range === undefined) throw new Error('no range');
    expect(source.slice(result.range.start, result.range.end)).toContain('1 / (inputs.sections - 3');
  });
});

describe('work', () => {
  const much = 'did too much work';
  test.each([
    'range(1000).map(a, range(1000).map(b, a * b))',
    'range(1000).exists(a, range(1000).exists(b, range(1000).exists(c, a + b + c < 0)))',
    'range(1000).all(a, range(1000).all(b, a + b >= 0)) || true',
    'range(90000).map(a, range(9000) + range(9000))',
    'range(40000).map(a, inputs.big.contains("z"))',
    'range(40000).map(a, inputs.big == inputs.big + "x")',
    'range(40000).map(a, inputs.big.matches("(a+)+$"))',
    'range(40000).map(a, size(inputs.big))',
    'range(40000).map(a, inputs.deep[0] == inputs.deep[1])',
    'range(40000).map(a, inputs.deep[0] in inputs.deep)',
    'range(40000).map(a, a in inputs.list)',
    'range(40000).map(a, inputs.list + inputs.list)',
    'range(40000).map(a, "x".matches("a{900}" + string(a)))',
  ])('is bounded: %s', (source) => {
    const types = { inputs: { kind: 'json', schema: {} } } as const;
    const deep = () => ({ parts: Array.from({ length: 10_000 }, () => ({ a: 1 })) });
    const inputs = {
      big: 'a'.repeat(100_000),
      list: Array.from({ length: 10_000 }, (_, index) => index),
      deep: [deep(), deep()],
    };
    const result = evaluateExpression(expressionOf(source, types), { inputs });
    expect(result).toMatchObject({ ok: false, message: expect.stringContaining(much) });
  });

  test('of an honest expression fits', () => {
    expect(evaluate('range(250).map(a, range(250).map(b, a * b).size()).size()')).toBe(250);
  });

  test('a text that grows without end is refused', () => {
    const grow = Array.from({ length: 12 }, () => ".replace('a', 'aaaaaaaaaa')").join('');
    expect(evaluate(`'a'${grow}`)).toMatch(/longer than|too much work/);
    expect(evaluate('range(1000000)')).toContain('too many');
    expect(evaluate('range(50000).map(a, range(50000))')).toContain(much);
  });
});

describe('conditions and templates', () => {
  test('a condition gives true or false, or says what it gave', () => {
    const condition = (source: string) =>
      evaluateCondition({ kind: 'expression', expression: expressionOf(source) }, values);
    expect(condition('inputs.sections > 2')).toEqual({ ok: true, value: true });
    expect(condition('inputs.sections')).toEqual({
      ok: false,
      message: 'The condition `inputs.sections` must give true or false, but gave the number 3.',
    });
    expect(condition('tasks.publish.output')).toMatchObject({
      ok: false,
      message: expect.stringContaining('may be absent'),
    });
    expect(evaluateCondition({ kind: 'constant', value: false }, {})).toEqual({ ok: true, value: false });
  });

  test('text takes strings as they are and the rest as JSON', () => {
    const template: Template = {
      kind: 'map',
      place,
      entries: [
        [
          'text',
          {
            kind: 'text',
            place,
            parts: [
              'Find ',
              expressionOf('inputs.sections * 2'),
              ' on ',
              expressionOf('inputs.topic'),
              ': ',
              expressionOf('inputs.tags'),
            ],
          },
        ],
        [
          'list',
          {
            kind: 'list',
            place,
            items: [
              { kind: 'expression', place, expression: expressionOf('inputs.sections') },
              { kind: 'literal', place, value: 'x' },
            ],
          },
        ],
      ],
    };
    expect(evaluateTemplate(template, values)).toEqual({
      ok: true,
      value: { text: 'Find 6 on batteries: ["b","a"]', list: [3, 'x'] },
    });
  });

  test('what is absent is null alone, and an error inside text', () => {
    const expression = expressionOf(' tasks.publish.output ');
    expect(evaluateTemplate({ kind: 'expression', place, expression }, values)).toEqual({ ok: true, value: null });
    expect(evaluateTemplate({ kind: 'text', place, parts: ['a ', expression] }, values)).toMatchObject({
      ok: false,
      message: expect.stringContaining('`tasks.publish.output` is absent'),
    });
  });
});

describe('the function table', () => {
  test.each(functionDocs().map(({ name, example }) => [name, example]))(
    '%s does what its example says',
    (_, example) => {
      expect(checkExpression(expressionOf(example)).findings.filter(({ severity }) => severity === 'error')).toEqual(
        [],
      );
      expect(evaluate(example)).toBe(true);
    },
  );
});

// What the check lets pass may still meet bad data (a missing key, a division by zero), but never types that do not fit.
describe('what is checked evaluates', () => {
  const dataErrors =
    /divided by zero|no element|There is no|overflow|too large|JSON does not know|is empty|out of range|too much work|time zone|conver|not a whole number|longer than|negative|bytes|can not be a type|invalid|Invalid|is absent|ISO 8601|is not a text|is not a number/;
  const leaf = fc.constantFrom(
    '1',
    '2.5',
    "'a'",
    'true',
    'null',
    '[]',
    '[1, 2]',
    '["a"]',
    '{"a": 1}',
    '{}',
    'inputs.sections',
    'inputs.ratio',
    'inputs.topic',
    'inputs.urgent',
    'inputs.tags',
    'inputs.counts',
    'inputs.prices',
    'tasks.gather.output.facts',
    'tasks.gather.status',
    'tasks.publish.output',
    'tasks.each.output',
    'duration("5s")',
    'timestamp("2026-01-01T00:00:00Z")',
    'x',
    'inputs.maybe',
  );
  const { node } = fc.letrec<{ node: string }>((tie) => ({
    node: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      leaf,
      fc
        .tuple(
          tie('node'),
          fc.constantFrom('+', '-', '*', '/', '%', '<', '>=', '==', '!=', 'in', '&&', '||'),
          tie('node'),
        )
        .map(([a, op, b]) => `(${a} ${op} ${b})`),
      fc.tuple(tie('node'), tie('node'), tie('node')).map(([a, b, c]) => `(${a} ? ${b} : ${c})`),
      fc
        .tuple(tie('node'), fc.constantFrom('map', 'filter', 'all', 'exists', 'exists_one'), tie('node'))
        .map(([a, macro, b]) => `${a}.${macro}(x, ${b})`),
      fc
        .tuple(
          fc.constantFrom(
            'size',
            'json',
            'sum',
            'min',
            'max',
            'sort',
            'flatten',
            'string',
            'int',
            'double',
            '!',
            '-',
            'range',
          ),
          tie('node'),
        )
        .map(([name, a]) => `${name}(${a})`),
      fc
        .tuple(
          tie('node'),
          fc.constantFrom(
            'size()',
            'join()',
            'upper()',
            'claim',
            'year',
            '?note',
            'hasValue()',
            'value()',
            'a',
            'sort()',
            'flatten()',
          ),
        )
        .map(([a, name]) => `${a}.${name}`),
      fc
        .tuple(tie('node'), fc.constantFrom('join', 'contains', 'split', 'orValue', 'startsWith'), tie('node'))
        .map(([a, name, b]) => `${a}.${name}(${b})`),
      fc.tuple(tie('node'), tie('node')).map(([a, b]) => `${a}[${b}]`),
      fc.tuple(tie('node'), tie('node')).map(([a, b]) => `[${a}, ${b}]`),
    ),
  }));

  /** True if a part has a type that only its value tells. */
  function hasUnknownPart(source: string): boolean {
    const parsed = parseExpression(source);
    if (!parsed.ok) return true;
    let found = false;
    const roots = new Map(Object.entries(names).map(([name, type]) => [name, typeOfValue(type)]));
    const note = (_: unknown, type: Type): void => {
      found ||= /\bany\b/.test(describeType(type)) || (type.kind === 'list' && type.element().kind === 'dyn');
    };
    infer(
      parsed.ast,
      createContext(source, parsed, roots, () => {}, infer, note),
    );
    return found;
  }

  test('without type errors', () => {
    let passed = 0;
    fc.assert(
      fc.property(node, (source) => {
        const expression = expressionOf(source, names);
        const { findings } = checkExpression(expression);
        if (findings.some(({ severity }) => severity === 'error') || hasUnknownPart(source)) return;
        passed++;
        const result = evaluateExpression(expression, values);
        if (!result.ok && !dataErrors.test(result.message)) throw new Error(`${source}: ${result.message}`);
      }),
      { numRuns: 4_000, seed: 7 },
    );
    expect(passed).toBeGreaterThan(300);
  });
});
