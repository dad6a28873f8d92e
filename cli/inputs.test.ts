import { expect, test } from 'vitest';
import type { JsonSchema } from '../run/index.ts';
import { parseInputs } from './inputs.ts';

const schemas = new Map<string, JsonSchema>([
  ['topic', { type: 'string' }],
  ['sections', { type: 'integer' }],
  ['anything', {}],
]);

test('values are read by the type of their input', () => {
  expect(parseInputs(['topic=12', 'sections=3', 'anything={"a":1}'], schemas, '/')).toEqual({
    topic: '12',
    sections: 3,
    anything: { a: 1 },
  });
});

test('a value may hold equals signs, and text where any type goes', () => {
  expect(parseInputs(['topic=a=b', 'anything=plain'], schemas, '/')).toEqual({ topic: 'a=b', anything: 'plain' });
});

test.each([
  [['sections=three'], /not a value of type "integer"/],
  [['colour=red'], /no input "colour"/],
  [['topic'], /not an input/],
  [['topic=@missing.txt'], /can not be read/],
])('%j is refused with its reason', (pairs, message) => {
  expect(() => parseInputs(pairs, schemas, '/nowhere')).toThrow(message);
});
