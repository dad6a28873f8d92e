import { describe, expect, it } from 'vitest';
import { type Drafts, fieldsOf, valueOf } from './schema-fields.ts';

const review = {
  type: 'object',
  required: ['verdict', 'score'],
  properties: {
    verdict: { type: 'string', enum: ['publish', 'rework'], title: 'Verdict' },
    score: { type: 'integer', minimum: 1, maximum: 5 },
    urgent: { type: 'boolean', default: true },
    comment: { type: 'string', maxLength: 2000 },
    headline: { type: 'string', minLength: 3 },
    tags: { type: 'array', items: { type: 'string' } },
  },
};

describe('fieldsOf', () => {
  it('chooses a control for each kind of value', () => {
    expect(fieldsOf(review).map(({ name, control, required }) => [name, control, required])).toEqual([
      ['verdict', 'choice', true],
      ['score', 'number', true],
      ['urgent', 'checkbox', false],
      ['comment', 'lines', false],
      ['headline', 'line', false],
      ['tags', 'json', false],
    ]);
  });

  it('takes a schema that is not an object as one field', () => {
    expect(fieldsOf({ type: 'number' })).toMatchObject([{ name: '', label: 'Answer', control: 'number' }]);
  });
});

describe('valueOf', () => {
  it.each<[string, Drafts, unknown]>([
    ['fills in defaults', { verdict: '"publish"', score: '4' }, { verdict: 'publish', score: 4, urgent: true }],
    [
      'reads each control',
      { verdict: '"rework"', score: '1', urgent: false, comment: 'a\nb', tags: '["x"]' },
      { verdict: 'rework', score: 1, urgent: false, comment: 'a\nb', tags: ['x'] },
    ],
  ])('%s', (_, drafts, value) => {
    expect(valueOf(fieldsOf(review), drafts)).toEqual({ ok: true, value });
  });

  it.each<[string, Drafts, string[]]>([
    ['what is missing', {}, ['verdict', 'score']],
    ['a fraction for a whole number', { verdict: '"publish"', score: '1.5' }, ['score']],
    ['a number out of range', { verdict: '"publish"', score: '6' }, ['score']],
    ['words for a number', { verdict: '"publish"', score: 'many' }, ['score']],
    ['a text that is too short', { verdict: '"publish"', score: '3', headline: 'a' }, ['headline']],
    ['broken JSON', { verdict: '"publish"', score: '3', tags: '[' }, ['tags']],
  ])('names %s', (_, drafts, names) => {
    const parsed = valueOf(fieldsOf(review), drafts);
    expect(parsed.ok ? [] : Object.keys(parsed.problems)).toEqual(names);
  });

  it('gives the one value of a schema that is not an object', () => {
    expect(valueOf(fieldsOf({ type: 'number' }), { '': '2.5' })).toEqual({ ok: true, value: 2.5 });
  });
});
