import { expect, test } from 'vitest';
import type { Template } from '../model/model.ts';
import { expressionOf } from './expression-fixtures.ts';
import { checkTemplate, optionalSchema } from './index.ts';

const place = { file: 'test.segue.yaml', range: { start: 0, end: 0 } };

function expression(source: string): Template {
  return { kind: 'expression', place, expression: expressionOf(source) };
}

test('the schema of a template types what it gives', () => {
  const template: Template = {
    kind: 'map',
    place,
    entries: [
      ['count', expression('size(inputs.tags)')],
      ['note', expression('tasks.publish.output')],
      ['text', { kind: 'text', place, parts: ['n: ', expressionOf('inputs.sections')] }],
      ['both', { kind: 'list', place, items: [expression('1'), { kind: 'literal', place, value: 2 }] }],
      ['mixed', { kind: 'list', place, items: [expression('1'), { kind: 'literal', place, value: 'x' }] }],
      ['fixed', { kind: 'literal', place, value: { a: [true], b: null } }],
    ],
  };
  const { schema, findings } = checkTemplate(template);
  expect(findings).toEqual([]);
  expect(schema).toEqual({
    type: 'object',
    required: ['count', 'note', 'text', 'both', 'mixed', 'fixed'],
    properties: {
      count: { type: 'integer' },
      note: { anyOf: [{ type: 'string' }, { type: 'null' }] },
      text: { type: 'string' },
      both: { type: 'array', items: { type: 'integer' } },
      mixed: { type: 'array' },
      fixed: {
        type: 'object',
        required: ['a', 'b'],
        properties: { a: { type: 'array', items: { type: 'boolean' } }, b: { type: 'null' } },
      },
    },
  });
});

test('findings lie in the file', () => {
  const { findings } = checkTemplate({ kind: 'text', place, parts: ['x', expressionOf(' inputs.tpoic ')] });
  expect(findings).toMatchObject([{ code: 'unknown-input', range: { start: 108, end: 113 }, suggestion: 'topic' }]);
});

test('what may be absent has no place in text, a secret has', () => {
  const text = (source: string): Template => ({ kind: 'text', place, parts: ['x', expressionOf(source)] });
  expect(checkTemplate(text(' tasks.publish.output ')).findings).toMatchObject([
    { code: 'may-be-absent', range: { start: 101, end: 121 }, suggestion: "tasks.publish.output.orValue('')" },
  ]);
  expect(checkTemplate(text(' secrets.API_KEY ')).findings).toEqual([]);
});

test('an element that may be absent is marked in its schema', () => {
  expect(optionalSchema({ type: 'string' })).toEqual({ type: 'string', 'x-segue-optional': true });
});
