// Asks several values one after the other, with a way back.
import { isJsonObject, type Json, type JsonObject, type JsonSchema } from '../../run/index.ts';
import { askValue, type Field } from './ask-value.ts';

/** @returns the values by name, without those left out; undefined when it was cancelled */
export async function askFields(title: string, fields: readonly Field[]): Promise<JsonObject | undefined> {
  const values: JsonObject = {};
  for (let at = 0; at < fields.length; ) {
    const field = fields[at];
    if (!field) break;
    const preset = values[field.name] ?? field.preset;
    const shown = preset === undefined ? field : { ...field, preset };
    const asked = await askValue(shown, { title, number: at + 1, of: fields.length });
    if (!asked) return undefined;
    if (asked.type === 'back') {
      at--;
      continue;
    }
    values[field.name] = asked.value;
    at++;
  }
  return JSON.parse(JSON.stringify(values)) as JsonObject;
}

/** Asks for a value of a JSON Schema: an object property by property, anything else as one value. */
export async function askForm(title: string, form: JsonSchema): Promise<Json | undefined> {
  const properties = form['properties'];
  if (isJsonObject(properties)) return askFields(title, propertyFields(form, properties));
  const asked = await askFields(title, [{ name: 'value', schema: form, required: true, ...presetOf(form) }]);
  return asked?.['value'];
}

function propertyFields(form: JsonSchema, properties: JsonObject): Field[] {
  const required = Array.isArray(form['required']) ? form['required'] : [];
  return Object.entries(properties).map(([name, schema]) => {
    const own = isJsonObject(schema) ? schema : {};
    return { name, schema: own, required: required.includes(name), ...presetOf(own) };
  });
}

function presetOf(schema: JsonSchema): { readonly preset?: Json } {
  return schema['default'] === undefined ? {} : { preset: schema['default'] };
}
