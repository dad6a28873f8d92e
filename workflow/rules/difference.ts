import type { JsonSchema } from '../../schemas/index.ts';

/** @returns what two schemas surely disagree about: their JSON type, or a field that readers count on */
export function difference(given: JsonSchema, wanted: JsonSchema): string | undefined {
  const [from, to] = [given['type'], wanted['type']];
  if (typeof from !== 'string' || typeof to !== 'string') return undefined;
  if (from !== to && !(from === 'integer' && to === 'number')) return `it is of type ${from}, not ${to}`;
  const fields = given['properties'];
  const required = Array.isArray(wanted['required']) ? wanted['required'] : [];
  if (typeof fields !== 'object' || fields === null || given['additionalProperties'] === true) return undefined;
  const lacking = required.find((name) => typeof name === 'string' && !(name in fields));
  return lacking === undefined ? undefined : `it lacks the field \`${JSON.stringify(lacking).slice(1, -1)}\``;
}
