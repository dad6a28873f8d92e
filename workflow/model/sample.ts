// A value that meets a schema, made from nothing but the schema and a seed: what a mock answers when nobody wrote an
// answer for it. The same schema and seed give the same value, on every machine.
import { isJsonObject, type Json, type JsonObject, type JsonSchema } from '../../schemas/json.ts';

const maxDepth = 12;
const words = [
  'amber',
  'birch',
  'cedar',
  'delta',
  'ember',
  'fjord',
  'grove',
  'harbor',
  'island',
  'juniper',
  'lumen',
  'meadow',
];

/**
 * @param schema a JSON Schema; `{}` gives a sentence
 * @param seed such as the path of a task
 * @returns a value that meets the schema in its common parts: type, enum, const, bounds, required fields, items, formats
 */
export function sampleFromSchema(schema: JsonSchema, seed: string): Json {
  return sample({ root: schema, schema, name: '', depth: 0, seed });
}

interface Place {
  readonly root: JsonSchema;
  readonly schema: JsonSchema;
  /** The key under which the value will stand. */
  readonly name: string;
  readonly depth: number;
  readonly seed: string;
}

function sample(place: Place): Json {
  const schema = resolved(place);
  if (schema['const'] !== undefined) return schema['const'];
  const choices = schema['enum'];
  if (Array.isArray(choices) && choices.length > 0) return choices[below(choices.length, place.seed)] ?? null;
  if (schema['default'] !== undefined) return schema['default'];
  const examples = schema['examples'];
  if (Array.isArray(examples) && examples[0] !== undefined) return examples[0];
  switch (typeOf(schema)) {
    case 'object':
      return sampleObject({ ...place, schema });
    case 'array':
      return sampleArray({ ...place, schema });
    case 'integer':
    case 'number':
      return sampleNumber({ ...place, schema });
    case 'boolean':
      return below(2, place.seed) === 1;
    case 'null':
      return null;
    default:
      return sampleString({ ...place, schema });
  }
}

/** Follows a local `$ref`, takes the first of `anyOf` and `oneOf`, lays the parts of `allOf` over each other. */
function resolved(place: Place): JsonSchema {
  let schema = place.schema;
  for (let steps = 0; steps < maxDepth; steps += 1) {
    const reference = schema['$ref'];
    const alternatives = schema['anyOf'] ?? schema['oneOf'];
    const parts = schema['allOf'];
    if (typeof reference === 'string') schema = atPointer(place.root, reference);
    else if (Array.isArray(alternatives) && isJsonObject(alternatives[0])) {
      const { anyOf: _any, oneOf: _one, ...rest } = schema;
      schema = { ...rest, ...alternatives[0] };
    } else if (Array.isArray(parts)) {
      const { allOf: _all, ...rest } = schema;
      schema = Object.assign({}, rest, ...parts.filter(isJsonObject));
    } else return schema;
  }
  return schema;
}

function atPointer(root: JsonSchema, reference: string): JsonSchema {
  let found: Json | undefined = root;
  for (const segment of reference.replace(/^#\/?/, '').split('/').filter(Boolean)) {
    found = isJsonObject(found) ? found[segment.replaceAll('~1', '/').replaceAll('~0', '~')] : undefined;
  }
  return isJsonObject(found) ? found : {};
}

function typeOf(schema: JsonSchema): string {
  const type = Array.isArray(schema['type']) ? schema['type'].find((name) => name !== 'null') : schema['type'];
  if (typeof type === 'string') return type;
  if (schema['properties'] !== undefined) return 'object';
  if (schema['items'] !== undefined) return 'array';
  return 'string';
}

function sampleObject(place: Place): JsonObject {
  const properties = isJsonObject(place.schema['properties']) ? place.schema['properties'] : {};
  const required = Array.isArray(place.schema['required'])
    ? place.schema['required'].filter((name) => typeof name === 'string')
    : [];
  const optional = place.depth < maxDepth / 2 ? Object.keys(properties) : [];
  const result: JsonObject = {};
  if (place.depth >= maxDepth) return result;
  for (const name of new Set([...required, ...optional])) {
    const property = properties[name];
    result[name] = sample(inside(place, isJsonObject(property) ? property : {}, name, name));
  }
  return result;
}

function sampleArray(place: Place): Json[] {
  const items = isJsonObject(place.schema['items']) ? place.schema['items'] : {};
  const least = count(place.schema['minItems'], 0);
  const most = count(place.schema['maxItems'], Math.max(least, 3));
  const length = place.depth >= maxDepth ? least : Math.min(Math.max(least, 2), most);
  return Array.from({ length: Math.min(length, 100) }, (_, index) =>
    sample(inside(place, items, place.name, String(index))),
  );
}

function inside(place: Place, schema: JsonSchema, name: string, step: string): Place {
  return { ...place, schema, name, depth: place.depth + 1, seed: `${place.seed}/${step}` };
}

function sampleNumber(place: Place): number {
  const { schema, seed } = place;
  const whole = typeOf(schema) === 'integer';
  const step = numberOf(schema['multipleOf']) ?? (whole ? 1 : undefined);
  const above = numberOf(schema['exclusiveMinimum']);
  const under = numberOf(schema['exclusiveMaximum']);
  const least = numberOf(schema['minimum']) ?? (above === undefined ? undefined : above + (step ?? 0.01));
  const most = numberOf(schema['maximum']) ?? (under === undefined ? undefined : under - (step ?? 0.01));
  const low = least ?? Math.min(0, most ?? 0);
  const high = Math.max(low, most ?? low + (whole ? 100 : 1));
  const value = low + (below(1001, seed) / 1000) * (high - low);
  if (step === undefined || step <= 0) return Math.round(value * 1000) / 1000;
  const stepped = Math.round(value / step) * step;
  if (stepped < low) return Math.ceil(low / step) * step;
  return stepped > high ? Math.floor(high / step) * step : stepped;
}

function sampleString(place: Place): string {
  const word = words[below(words.length, place.seed)] ?? 'amber';
  const format = place.schema['format'];
  const formatted = typeof format === 'string' ? formattedSample(format, word, place.seed) : undefined;
  if (formatted !== undefined) return formatted;
  const text = place.name === '' ? `A mock answer about ${word}.` : `${place.name.replaceAll('_', ' ')} ${word}`;
  const least = count(place.schema['minLength'], 0);
  const most = count(place.schema['maxLength'], Number.MAX_SAFE_INTEGER);
  const long = text.length >= least ? text : text.padEnd(Math.min(least, 10_000), ` ${word}`);
  return long.slice(0, most);
}

function formattedSample(format: string, word: string, seed: string): string | undefined {
  const day = String(1 + below(28, seed)).padStart(2, '0');
  switch (format) {
    case 'uri':
    case 'iri':
      return `https://example.com/${word}`;
    case 'email':
      return `${word}@example.com`;
    case 'date':
      return `2026-01-${day}`;
    case 'date-time':
      return `2026-01-${day}T12:00:00Z`;
    case 'time':
      return '12:00:00Z';
    case 'uuid':
      return `00000000-0000-4000-8000-${hash(seed).toString(16).padStart(12, '0')}`;
    case 'hostname':
      return `${word}.example.com`;
    case 'ipv4':
      return `192.0.2.${below(255, seed)}`;
    default:
      return undefined;
  }
}

function numberOf(value: Json | undefined): number | undefined {
  return typeof value === 'number' ? value : undefined;
}

function count(value: Json | undefined, otherwise: number): number {
  return typeof value === 'number' && value >= 0 ? Math.floor(value) : otherwise;
}

function below(limit: number, seed: string): number {
  return hash(seed) % limit;
}

/** FNV-1a, 32 bits (Fowler, Noll, Vo), with a last mix so that near seeds give far values. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) value = Math.imul(value ^ text.charCodeAt(index), 0x01000193);
  value = Math.imul(value ^ (value >>> 15), 0x2c1b3c6d);
  return (value ^ (value >>> 13)) >>> 0;
}
