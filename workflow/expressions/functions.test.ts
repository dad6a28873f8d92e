// The table of functions against the library: what has no code of ours must be the library's, with these signatures.
import { Environment } from '@marcbachmann/cel-js';
import { expect, test } from 'vitest';
import { functions, listMacros } from './functions.ts';
import { type Pattern, signatures } from './signatures.ts';

const library = new Environment({ enableOptionalTypes: true }).getDefinitions().functions;

const celNames = new Map([
  ['timestamp', 'google.protobuf.Timestamp'],
  ['duration', 'google.protobuf.Duration'],
]);

function celType(pattern: Pattern): string {
  switch (pattern.kind) {
    case 'primitive':
      return celNames.get(pattern.name) ?? pattern.name;
    case 'any':
      return 'dyn';
    case 'variable':
      return 'A';
    case 'map':
      return 'map<dyn, dyn>';
    default:
      return `${pattern.kind}<${celType(pattern.of)}>`;
  }
}

/** These the library declares once for all types, or as macros. */
const declaredOtherwise = new Set(['type', 'or', 'orValue', 'hasValue']);

test.each(
  [...functions.values()]
    .filter(({ code, name }) => code === undefined && !declaredOtherwise.has(name))
    .map(({ name }) => name),
)('the library has %s as the table says', (name) => {
  const known = library
    .filter((definition) => definition.name === name)
    .map(
      ({ receiverType, params, returnType }) =>
        `${receiverType ?? ''}.${name}(${params.map(({ type }) => type).join()}): ${returnType}`,
    );
  for (const { receiver, parameters, result } of signatures.get(name) ?? []) {
    const written = `${receiver ? celType(receiver) : ''}.${name}(${parameters.map(({ pattern }) => celType(pattern)).join()}): ${celType(result)}`;
    expect(known).toContain(written);
  }
});

test('every macro of the library over lists is in the table, with its numbers of arguments', () => {
  const macros = library.filter(
    ({ params, receiverType }) => receiverType?.startsWith('list') && params.some(({ type }) => type === 'ast'),
  );
  expect(macros.length).toBeGreaterThan(0);
  for (const { name, params } of macros) expect(listMacros.get(name)?.arities).toContain(params.length);
});
