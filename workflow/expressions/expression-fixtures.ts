// Names, values and expressions that the tests of this folder share.
import type { Expression, NameTypes, ValueType } from '../model/model.ts';
import type { Values } from './contract.ts';

const fact = {
  type: 'object',
  required: ['claim', 'source', 'year'],
  properties: {
    claim: { type: 'string', description: 'What is said' },
    source: { type: 'string' },
    year: { type: 'integer' },
    note: { type: 'string' },
  },
} as const;

function json(schema: object, more: object = {}): ValueType {
  return { kind: 'json', schema: { ...schema }, ...more };
}

export const names: NameTypes = {
  inputs: {
    kind: 'object',
    fields: {
      topic: json({ type: 'string', description: 'What it is about' }, { description: 'What it is about' }),
      sections: json({ type: 'integer' }),
      ratio: json({ type: 'number' }),
      urgent: json({ type: 'boolean' }),
      tags: json({ type: 'array', items: { type: 'string' } }),
      counts: json({ type: 'array', items: { type: 'integer' } }),
      prices: json({ type: 'object', additionalProperties: { type: 'number' } }),
      anything: json({}),
      maybe: json({ type: ['integer', 'null'] }),
    },
  },
  tasks: {
    kind: 'object',
    fields: {
      gather: {
        kind: 'object',
        fields: {
          output: json({
            type: 'object',
            required: ['facts'],
            properties: { facts: { type: 'array', items: { ...fact } } },
          }),
          status: json({ type: 'string', enum: ['completed', 'failed'] }),
        },
      },
      publish: {
        kind: 'object',
        fields: {
          output: json({ type: 'string' }, { optional: true, absentBecause: '`publish` can be skipped' }),
        },
      },
      each: {
        kind: 'object',
        fields: { output: json({ type: 'array', items: { type: 'integer', 'x-segue-optional': true } }) },
      },
    },
  },
  secrets: { kind: 'object', fields: { API_KEY: { kind: 'secret' } } },
};

export const values: Values = {
  inputs: {
    topic: 'batteries',
    sections: 3,
    ratio: 0.5,
    urgent: true,
    tags: ['b', 'a'],
    counts: [3, 1, 2],
    prices: { pen: 1.5, ink: 4 },
    anything: { deep: [1, 'x', null] },
    maybe: 7,
  },
  tasks: {
    gather: {
      output: {
        facts: [
          { claim: 'c1', source: 's1', year: 2020, note: 'n' },
          { claim: 'c2', source: 's2', year: 2021 },
        ],
      },
      status: 'completed',
    },
    publish: {},
    each: { output: [1, null, 3] },
  },
};

/** An expression whose source begins at offset 100 of its file. */
export function expressionOf(source: string, types: NameTypes = names): Expression {
  return {
    source,
    place: { file: 'test.segue.yaml', range: { start: 100, end: 100 + source.length } },
    toFileOffset: (offset) => offset + 100,
    names: () => types,
  };
}
