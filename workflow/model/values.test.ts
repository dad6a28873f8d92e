import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Json, JsonSchema } from '../../schemas/index.ts';
import { durationMs } from './durations.ts';
import { sampleFromSchema } from './sample.ts';
import { problemOfSchema, validateJson } from './validate-json.ts';

describe('validateJson', () => {
  it('names the place and what must be there', () => {
    const schema = {
      type: 'object',
      required: ['facts'],
      properties: {
        facts: {
          type: 'array',
          items: {
            type: 'object',
            required: ['claim'],
            properties: { claim: { type: 'string' }, source: { type: 'string', format: 'uri' } },
            additionalProperties: false,
          },
        },
      },
    };
    expect(validateJson(schema, { facts: [{ claim: 'a' }] })).toEqual([]);
    expect(validateJson(schema, {})).toEqual([{ path: '', message: 'must have the field `facts`' }]);
    expect(validateJson(schema, { facts: [{ claim: 1, source: 'no', more: 1 }] })).toEqual([
      { path: 'facts[0]', message: 'must not have the field `more`' },
      { path: 'facts[0].claim', message: 'must be of type string' },
      { path: 'facts[0].source', message: 'must match format "uri"' },
    ]);
  });

  it('can not be held up by a pattern', () => {
    const text = `${'a'.repeat(5000)}!`;
    expect(validateJson({ type: 'string', pattern: '^(a+)+$' }, text)).toHaveLength(1);
    expect(validateJson({ type: 'string', pattern: '^(a|a)*!$' }, text)).toEqual([]);
  });

  it('takes many schemas with the same $id, and says so if a schema is none', () => {
    for (let index = 0; index < 500; index += 1) {
      expect(validateJson({ $id: 'https://example.com/same', const: index }, index)).toEqual([]);
    }
    expect(problemOfSchema({ type: 'nothing' })).toContain('`type`');
    expect(problemOfSchema({ $ref: 'https://example.com/far' })).toBeDefined();
    expect(validateJson({ type: 'nothing' }, 1)[0]?.message).toContain('schema itself');
  });
});

describe('sampleFromSchema', () => {
  it('meets the schema, and is the same for the same seed', () => {
    fc.assert(
      fc.property(schemas(3), fc.string(), (schema, seed) => {
        const value = sampleFromSchema(schema, seed);
        expect(validateJson(schema, value), JSON.stringify([schema, value])).toEqual([]);
        expect(sampleFromSchema(schema, seed)).toEqual(value);
      }),
    );
  });

  it('ends for schemas that hold themselves', () => {
    const tree: JsonSchema = {
      $defs: { node: { type: 'object', required: ['next'], properties: { next: { $ref: '#/$defs/node' } } } },
      $ref: '#/$defs/node',
    };
    expect(JSON.stringify(sampleFromSchema(tree, 'a')).length).toBeLessThan(1000);
  });
});

describe('durationMs', () => {
  it.each([
    ['500ms', 500],
    ['30s', 30_000],
    ['1.5m', 90_000],
    ['1h', 3_600_000],
    ['0s', 0],
    ['5', undefined],
    ['', undefined],
    ['1d', undefined],
    ['1h30m', undefined],
    ['-1s', undefined],
  ] as const)('%s', (text, ms) => {
    expect(durationMs(text)).toBe(ms);
  });
});

/** Schemas as authors write them. */
function schemas(depth: number): fc.Arbitrary<JsonSchema> {
  const leaves: fc.Arbitrary<JsonSchema>[] = [
    fc.constant({ type: 'boolean' }),
    fc
      .tuple(fc.integer({ min: -50, max: 50 }), fc.nat(100))
      .map(([minimum, more]) => ({ type: 'integer', minimum, maximum: minimum + more })),
    fc.constant({ type: 'number', exclusiveMinimum: 0, maximum: 1 }),
    fc
      .tuple(fc.nat(30), fc.nat(30))
      .map(([minLength, more]) => ({ type: 'string', minLength, maxLength: minLength + more })),
    fc.constantFrom('uri', 'email', 'date', 'date-time', 'uuid').map((format) => ({ type: 'string', format })),
    fc
      .array(fc.oneof(fc.string(), fc.integer()), { minLength: 1, maxLength: 4 })
      .map((values) => ({ enum: values as Json[] })),
    fc.constant({ type: ['string', 'null'] }),
  ];
  if (depth === 0) return fc.oneof(...leaves);
  const inner = schemas(depth - 1);
  return fc.oneof(
    ...leaves,
    fc
      .tuple(inner, fc.nat(3), fc.nat(3))
      .map(([items, minItems, more]) => ({ type: 'array', items, minItems, maxItems: minItems + more })),
    fc.dictionary(fc.stringMatching(/^[a-z]{1,6}$/), inner, { maxKeys: 4 }).map((properties) => ({
      type: 'object',
      properties,
      required: Object.keys(properties).slice(0, 2),
      additionalProperties: false,
    })),
    fc.array(inner, { minLength: 1, maxLength: 3 }).map((anyOf) => ({ anyOf })),
  );
}
