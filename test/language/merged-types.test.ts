// What a `merge` gives meets the type that the checks say it has, whatever the branches give and leave out.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { merged } from '../../engine/tasks/fusions.ts';
import { isJsonObject, type Json, type JsonObject, type JsonSchema } from '../../run/index.ts';
import { validateJson } from '../../workflow/index.ts';
import { mergedSchema } from '../../workflow/model/merged-schema.ts';

interface Branch {
  readonly value: JsonObject;
  /** Says as much of the value as it likes. */
  readonly schema: JsonSchema;
  readonly isCertain: boolean;
  readonly isThere: boolean;
}

const words = fc.constantFrom('a', 'b', 'c');
const value: fc.Arbitrary<Json> = fc.letrec<{ value: Json; object: JsonObject }>((tie) => ({
  value: fc.oneof({ depthSize: 'small' }, fc.constantFrom<Json>(1, 'x', null, [1]), tie('object')),
  object: fc.dictionary(words, tie('value'), { maxKeys: 3 }) as fc.Arbitrary<JsonObject>,
})).value;

/** @param silence a number of which the bits say what is left out */
function typeOf(json: Json, silence: number): JsonSchema {
  if (silence % 5 === 0) return {};
  if (!isJsonObject(json)) return { type: json === null ? 'null' : Array.isArray(json) ? 'array' : typeof json };
  if (silence % 3 === 0) return { type: 'object' };
  const fields = Object.entries(json).map(([name, field = null]) => [name, typeOf(field, silence >> 1)] as const);
  const known = silence % 2 === 0 ? fields : fields.slice(1);
  return {
    type: 'object',
    properties: Object.fromEntries(known),
    required: known.slice(silence % 4).map(([name]) => name),
    ...(known.length < fields.length && { additionalProperties: true }),
  };
}

const branch: fc.Arbitrary<Branch> = fc
  .record({
    value: fc.dictionary(words, value, { maxKeys: 3 }),
    silence: fc.integer({ min: 0, max: 1023 }),
    isCertain: fc.boolean(),
    isThere: fc.boolean(),
  })
  .map(({ silence, isThere, isCertain, ...rest }) => {
    const given = rest.value as JsonObject;
    return { value: given, schema: typeOf(given, silence), isCertain, isThere: isThere || isCertain };
  });

it('holds for 2,000 merges', () => {
  fc.assert(
    fc.property(fc.array(branch, { minLength: 1, maxLength: 4 }), (branches) => {
      const there = branches.filter(({ isThere }) => isThere);
      const { output } = merged(there.map(({ value: one }, place) => [`b${place}`, one] as const));
      expect(validateJson(mergedSchema(branches), output)).toEqual([]);
    }),
    { numRuns: 2000 },
  );
});
