import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import type { JsonSchema } from '../schemas/index.ts';
import { checkWorkflow } from './index.ts';
import { toolTypes } from './tool-types.ts';

function typesFor(input: JsonSchema, output?: JsonSchema): string {
  const range = { start: 0, end: 0 };
  const named = { name: 'one', nameRange: range, range };
  const tool = { ...named, description: 'Does */ one\nthing.', input, effect: 'once', asks: 'first' } as const;
  const text = toolTypes([{ ...tool, ...(output && { output }) }], 'a.segue.yaml');
  return text.slice(text.indexOf('interface Tools {') + 18).trim();
}

it('the types of an example are those that its workflow gives', () => {
  const read = (name: string) => readFileSync(new URL(`../examples/delivery/${name}`, import.meta.url), 'utf8');
  const { workflow } = checkWorkflow({ file: 'delivery.segue.yaml', text: read('delivery.segue.yaml') });
  const tools = workflow.toolsets.flatMap(({ module }) => module?.tools ?? []);
  expect(read('calendar.tools.d.ts')).toBe(toolTypes(tools, 'delivery.segue.yaml'));
});

it('a description can not leave its comment, and what is not said is unknown', () => {
  expect(typesFor({ type: 'object' })).toBe(
    '/** Does * / one thing. */\n  readonly one: Tool<{ readonly [name: string]: unknown }, unknown>;\n}',
  );
});

it.each<[JsonSchema, string]>([
  [{ type: 'integer' }, 'number'],
  [{ type: ['string', 'null'] }, 'string | null'],
  [{ enum: ['a', 1, null] }, '"a" | 1 | null'],
  [{ const: true }, 'true'],
  [{ type: 'array', items: { enum: ['a', 'b'] } }, 'readonly ("a" | "b")[]'],
  [{ anyOf: [{ type: 'boolean' }, { type: 'array' }] }, 'boolean | readonly (unknown)[]'],
  [{ type: 'object', additionalProperties: { type: 'number' } }, '{ readonly [name: string]: number }'],
  [{ type: 'object', properties: { 'a-b': true } }, '{\n    readonly "a-b"?: unknown;\n  }'],
  [{ $ref: '#/$defs/x' }, 'unknown'],
])('%j becomes %s', (schema, type) => {
  expect(typesFor({ type: 'object', additionalProperties: false }, schema)).toContain(`Tool<{}, ${type}>;`);
});
