/** Any value that JSON can carry. */
export type Json = null | boolean | number | string | Json[] | JsonObject;

/** A JSON object. A missing key and `undefined` mean the same, as in JSON text. */
export interface JsonObject {
  [key: string]: Json | undefined;
}

/** A JSON Schema (draft 2020-12). */
export type JsonSchema = JsonObject;

/** Tells whether a JSON value is an object (not a list, not null). */
export function isJsonObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
