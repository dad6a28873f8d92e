import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { generateSchemas } from './generate.ts';
import { configSchema, isJsonObject, type Json, type JsonObject, type JsonSchema, workflowSchema } from './index.ts';

describe('published schemas', () => {
  it.each(Object.entries(generateSchemas()))(
    '%s is what its source says (node scripts/generate-schemas.ts)',
    (file, text) => {
      expect(JSON.parse(readFileSync(new URL(file, import.meta.url), 'utf8'))).toEqual(JSON.parse(text));
    },
  );

  it('describe every key, with an example', () => {
    const lacking = [workflowSchema, configSchema]
      .flatMap((schema) => propertiesIn(schema))
      .flatMap(([key, property]) => {
        const described = typeof property['description'] === 'string' && property['description'].length > 8;
        const example = Array.isArray(property['examples']) && property['examples'].length > 0;
        return described && example ? [] : [key];
      });
    expect(lacking).toEqual([]);
  });

  it('give examples that are valid themselves', () => {
    const ajv = new Ajv2020({ strict: false });
    for (const schema of [workflowSchema, configSchema]) {
      for (const [key, property] of propertiesIn(schema)) {
        const validate = ajv.compile({ ...property, $defs: schema['$defs'] });
        for (const example of examplesOf(property))
          expect(validate(example), `${key}: ${JSON.stringify(example)}`).toBe(true);
      }
    }
  });

  it('accept the examples', () => {
    const validate = new Ajv2020({ strict: false }).compile(workflowSchema);
    for (const name of ['hello', 'research', 'order-triage']) {
      const file = new URL(`../examples/${name}/${name}.segue.yaml`, import.meta.url);
      expect(validate(parse(readFileSync(file, 'utf8'))), JSON.stringify(validate.errors)).toBe(true);
    }
  });
});

function examplesOf(property: JsonSchema): readonly Json[] {
  return Array.isArray(property['examples']) ? property['examples'] : [];
}

/** Every property that a schema names, once per place, with what `$ref` beside it says left in. */
function propertiesIn(schema: JsonSchema): readonly (readonly [string, JsonSchema])[] {
  const definitions = isJsonObject(schema['$defs']) ? schema['$defs'] : {};
  const found: (readonly [string, JsonSchema])[] = [];
  const visit = (value: Json | undefined, where: string): void => {
    if (Array.isArray(value)) for (const item of value) visit(item, where);
    if (!isJsonObject(value)) return;
    for (const [key, inner] of Object.entries(value)) {
      if (key === 'examples' || key === 'default') continue;
      if (key === 'properties' && isJsonObject(inner)) {
        for (const [name, property] of Object.entries(inner))
          if (isJsonObject(property)) found.push([`${where}.${name}`, whole(property, definitions)]);
      }
      visit(inner, key === 'properties' || key === '$defs' ? where : `${where}.${key}`);
    }
  };
  visit(schema, '');
  return found;
}

function whole(property: JsonObject, definitions: JsonObject): JsonSchema {
  const reference = typeof property['$ref'] === 'string' ? property['$ref'].replace('#/$defs/', '') : undefined;
  const target = reference === undefined ? undefined : definitions[reference];
  return isJsonObject(target) ? { ...target, ...property } : property;
}
