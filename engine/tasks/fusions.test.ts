import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import type { Json, JsonObject } from '../../run/index.ts';
import { concatenated, counted, merged } from './fusions.ts';

const of = (...values: readonly Json[]) => values.map((value, place) => [`b${place}`, value] as const);

test.each([
  ['either', of([1], [2, 3]), [1, 2, 3]],
  ['either', of([1], 'x'), '[1], x'],
  ['either', [], ''],
  ['list', [], []],
  ['text', of([1], [2]), '[1], [2]'],
  ['text', of('a', 1, null, { n: 1 }), 'a, 1, null, {"n":1}'],
] as const)('%s of %j', (joins, outputs, expected) => {
  expect(concatenated(outputs, joins, ', ')).toEqual(expected);
});

describe('objects laid over each other', () => {
  it.each<[readonly JsonObject[], Json, Json]>([
    [[], {}, []],
    [[{ a: 1 }, { b: 2 }], { a: 1, b: 2 }, []],
    [[{ a: 1 }, { a: 1 }], { a: 1 }, []],
    [[{ a: { x: 1 } }, { a: { y: 2 } }], { a: { x: 1, y: 2 } }, []],
    [[{ a: 'x' }, { a: { y: 2 } }], { a: { y: 2 } }, [{ path: 'a', values: { b0: 'x', b1: { y: 2 } } }]],
    [[{ a: { y: 2 } }, { a: 'x' }], { a: 'x' }, [{ path: 'a', values: { b0: { y: 2 }, b1: 'x' } }]],
    [
      [{ a: 'x' }, { a: { p: 1 } }, { a: { q: 2 } }],
      { a: { p: 1, q: 2 } },
      [{ path: 'a', values: { b0: 'x', b1: { p: 1 }, b2: { q: 2 } } }],
    ],
    [[{ a: null }, { a: [1] }], { a: [1] }, [{ path: 'a', values: { b0: null, b1: [1] } }]],
  ])('%j', (objects, output, conflicts) => {
    expect(merged(of(...objects))).toEqual({ output, details: { conflicts } });
  });

  it('give the same as laying them one after the other', () => {
    const object = fc.dictionary(fc.constantFrom('a', 'b', '__proto__'), fc.jsonValue({ maxDepth: 2 }), { maxKeys: 3 });
    fc.assert(
      fc.property(object, object, object, (one, two, three) => {
        const both = merged(of(one as JsonObject, two as JsonObject)).output;
        expect(merged(of(both, three as JsonObject)).output).toEqual(
          merged(of(one as JsonObject, two as JsonObject, three as JsonObject)).output,
        );
      }),
    );
  });
});

describe('votes', () => {
  it('count values that are equal, whatever the order of keys and the case of texts', () => {
    const { votes, winners } = counted(of({ a: 1, b: [2] }, ' Yes', { b: [2], a: 1 }, 'yes ', 1, '1', 1));
    expect(votes.map(({ branches }) => branches)).toEqual([['b0', 'b2'], ['b1', 'b3'], ['b4', 'b6'], ['b5']]);
    expect(winners.map(({ value }) => value)).toEqual([{ a: 1, b: [2] }, ' Yes', 1]);
  });
});
