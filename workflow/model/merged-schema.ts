// What is known of objects that are laid over each other, field by field, the later one on top.
import { isJsonObject, type JsonSchema } from '../../schemas/index.ts';
import { commonSchema, kindOfSchema } from '../expressions/index.ts';

/** One of the objects; one that is not certain may be missing. */
export interface Layer {
  readonly schema: JsonSchema;
  readonly isCertain: boolean;
}

interface Fields {
  readonly properties: { readonly [name: string]: JsonSchema };
  readonly required: readonly string[];
  /** There may be others, of any type. */
  readonly open: boolean;
}

/** @returns the JSON Schema of what all of them make together */
export function mergedSchema(layers: readonly Layer[]): JsonSchema {
  const nothing: Fields = { properties: {}, required: [], open: false };
  const { properties, required, open } = layers.reduce(laidOver, nothing);
  return { type: 'object', properties, required: [...required], additionalProperties: open };
}

function laidOver(below: Fields, { schema, isCertain }: Layer): Fields {
  const above = fieldsOf(schema);
  const names = new Set([...Object.keys(below.properties), ...Object.keys(above.properties)]);
  const fields = [...names].map((name) => {
    return [name, fieldOf(below, above, name, isCertain && above.required.includes(name))] as const;
  });
  return {
    properties: Object.fromEntries(fields),
    required: [...new Set([...below.required, ...(isCertain ? above.required : [])])],
    open: below.open || above.open,
  };
}

/** @param isCertain the object above surely has the field */
function fieldOf(below: Fields, above: Fields, name: string, isCertain: boolean): JsonSchema {
  const [under, over] = [below.properties[name], above.properties[name]];
  // Fields that nobody names may be there all the same.
  if (!over) return above.open ? {} : (under ?? {});
  if (!under) return below.open ? {} : over;
  if (isObject(under) && isObject(over)) {
    return mergedSchema([
      { schema: under, isCertain: below.required.includes(name) },
      { schema: over, isCertain },
    ]);
  }
  return isCertain && !mayBeObject(under, over) ? over : commonSchema([under, over]);
}

/** Two objects become one; of which only one is known for sure, nothing is. */
function mayBeObject(...schemas: readonly JsonSchema[]): boolean {
  return schemas.every((schema) => isObject(schema) || kindOfSchema(schema) === 'unknown');
}

function isObject(schema: JsonSchema): boolean {
  return kindOfSchema(schema) === 'object';
}

function fieldsOf(schema: JsonSchema): Fields {
  const { properties, required, additionalProperties } = schema;
  if (!isJsonObject(properties)) return { properties: {}, required: [], open: additionalProperties !== false };
  const named = Object.entries(properties).map(([name, field]) => [name, isJsonObject(field) ? field : {}] as const);
  return {
    properties: Object.fromEntries(named),
    required: Array.isArray(required) ? required.filter((name) => typeof name === 'string') : [],
    open: additionalProperties === true || isJsonObject(additionalProperties),
  };
}
